"""The demo script's timing rules and what it refuses."""

import pytest

from allears.demo.script import load_script, place

HEAD = 'title = "t"\nlead_in_s = 0.5\ntail_s = 1.0\n'
FIRST = '[[line]]\nid = "a1"\nside = "agent"\ntext = "Hello."\n'


def script_of(tmp_path, *lines):
    (tmp_path / "script.toml").write_text(HEAD + FIRST + "".join(lines), encoding="utf-8")
    return load_script(tmp_path)


def line(name, rule, side="customer"):
    return f'[[line]]\nid = "{name}"\nside = "{side}"\ntext = "Yes."\n{rule}\n'


def test_lines_start_from_another_lines_end_or_beginning(tmp_path):
    after = line("c1", 'after = "a1"\nwait_s = -0.25')
    into = line("c2", 'into = "c1"\nwait_s = 2.0')
    starts = place(script_of(tmp_path, after, into), {"a1": 8000, "c1": 4000, "c2": 10})
    assert starts == {"a1": 4000, "c1": 4000 + 8000 - 2000, "c2": 10000 + 16000}


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (line("c1", 'after = "nobody"'), "no earlier line"),
        (line("c1", ""), "no earlier line"),
        (line("a1", 'after = "a1"'), "twice"),
        (line("c1", 'after = "a1"', side="boss"), "side"),
    ],
)
def test_a_script_that_contradicts_itself_is_refused_by_line(tmp_path, bad, says):
    with pytest.raises(ValueError, match=says):
        script_of(tmp_path, bad)
