"""What no tracked file may hold: paths of somebody's machine, big or built files."""

import re

from tree import ROOT, tracked

# Written apart, so that this file does not find itself.
PLACES = (
    "/wo" + "rk/",
    "/fa" + "rm",
    "/opt/py" + "pi",
    "/opt/whe" + "els",
    "/home/[a-z]+/",
    "/ro" + "ot/",
    "/Us" + "ers/",
)
MACHINE_PATH = re.compile(r"(?<![\w.:-])(?:" + "|".join(PLACES) + ")")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".sh",
    ".ini",
    ".json",
    ".html",
    ".css",
    ".j2",
    ".txt",
    ".cfg",
    ".yml",
    ".yaml",
    "",
}
LARGEST_BYTES = 1 << 20


def texts():
    for path in tracked():
        if path.suffix in TEXT:
            try:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a binary without a suffix


def test_no_path_of_somebodys_machine():
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not found


def test_no_word_of_the_workshop():
    """The text is about the product, not about how it came to be."""
    words = re.compile(
        r"\b(?:sub-?helper|language model|LLM|chatbot)\b|\bissue #?\d|\bthis session's\b", re.IGNORECASE
    )
    found = [f"{name}: {words.search(text).group()}" for name, text in texts() if words.search(text)]
    assert not [line for line in found if not line.startswith("tests/arch/")]


def test_no_built_file_is_tracked():
    built = {".pyc", ".mpy", ".uf2", ".egg-info", ".whl"}
    names = [path.relative_to(ROOT).as_posix() for path in tracked()]
    assert not [name for name in names if any(name.endswith(end) for end in built) or "artefacts/" in name]


def test_no_file_is_too_big():
    assert not [str(path) for path in tracked() if path.stat().st_size > LARGEST_BYTES]


def test_scripts_are_in_unix_lines():
    assert not [name for name, text in texts() if "\r\n" in text]
