"""Habits of the code that reviews would otherwise have to look for."""

import ast

from tree import ROOMS, Source, sources, tracked

FIRMWARE = ("allears_core", "allears_clip", "boards")

# Waiting a while instead of for something hides a race. Each exception says why nothing can be waited for.
SLEEPS = {
    "firmware/boards/sim/rom.py": "halt(): the supervisor takes the power away, and nothing happens until then",
    "host/allears/device/client.py": "a USB port that comes back after a reboot announces itself to nobody",
    "host/allears/sim/home.py": "a lock that another process holds, looked at until a deadline",
    "host/allears/sim/sound.py": "a press lasts as long as it lasts",
}


def calls(source: Source, *names: str) -> list[str]:
    """Where a function or method of one of these names is called."""
    found = []
    for node in source.nodes(ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", None))
        if name in names:
            found.append(source.at(node))
    return found


def test_no_except_catches_everything_unnamed():
    bare = [s.at(node) for s in sources() for node in s.nodes(ast.ExceptHandler) if node.type is None]
    assert not bare


def test_no_except_swallows_in_silence():
    """`except Exception: pass` is a fault nobody will ever hear of."""
    silent = [
        source.at(node)
        for source in sources()
        for node in source.nodes(ast.ExceptHandler)
        if node.type is not None
        and {"Exception", "BaseException"} & {getattr(n, "id", "") for n in ast.walk(node.type)}
        and all(isinstance(line, ast.Pass) for line in node.body)
    ]
    assert not silent


def test_bytes_are_laid_out_in_one_place():
    """Formats stand in core's field tables; nobody else packs or unpacks."""
    users = {
        source.place
        for source in sources()
        for node in source.nodes(ast.Import, ast.ImportFrom)
        for name in [getattr(node, "module", None), *(alias.name for alias in node.names)]
        if name in ("struct", "ustruct")
    }
    assert users == {"firmware/allears_core/fields.py"}


def test_core_has_no_floats():
    """A float allocates on the chip, and rounds differently from one port to the next."""
    found = []
    for source in sources("allears_core"):
        found += calls(source, "float")
        for node in source.nodes(ast.Constant, ast.BinOp, ast.AugAssign):
            constant = isinstance(node, ast.Constant) and isinstance(node.value, float)
            divides = isinstance(getattr(node, "op", None), ast.Div)
            if constant or divides:
                found.append(source.at(node))
    assert not found


def test_core_neither_prints_nor_reads_a_file_or_clock():
    names = ("print", "open", "input", "ticks_ms", "ticks_us", "time", "monotonic")
    assert not [where for source in sources("allears_core") for where in calls(source, *names)]


def test_nothing_sleeps_in_place_of_a_condition():
    sleeping = {s.place for s in sources(*FIRMWARE, "allears") if calls(s, "sleep", "sleep_ms", "sleep_us")}
    assert sleeping - SLEEPS.keys() == set()


def test_every_sleep_that_is_excused_still_sleeps():
    present = {source.place for source in sources() if calls(source, "sleep", "sleep_ms", "sleep_us")}
    assert SLEEPS.keys() - present == set()


def test_nobody_asks_for_a_board_by_name():
    """A board states its capabilities; core and the application know no names."""
    names = {path.name for path in ROOMS["boards"].iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert "sim" in names
    asked = [
        f"{source.at(node)}: {node.value!r}"
        for source in sources("allears_core", "allears_clip")
        for node in source.nodes(ast.Constant)
        if isinstance(node.value, str) and (node.value in names or node.value.startswith("xiao"))
    ]
    assert not asked


def test_entry_scripts_only_hand_over():
    for name in ("main.py", "boot.py"):
        lines = (ROOMS["boards"].parent / name).read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 30, name


def test_no_module_is_left_unfinished():
    """Spelled apart here, so that this file does not find itself."""
    words = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
    found = [
        f"{path}: {word}"
        for path in tracked()
        if path.suffix in (".py", ".md", ".sh", ".toml")
        for word in words
        if word in path.read_text(encoding="utf-8")
    ]
    assert not found
