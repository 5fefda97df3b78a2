"""The product's laws: no sound is kept, nothing behind the records can reach one, nobody's feelings are judged."""

import ast
import re

import pytest

from tree import ROOMS, ROOT, reached, sources, under

# Rooms behind the records, and the modules through which a sample or its features could reach them.
BEHIND = (
    "allears.store",
    "allears.indicators",
    "allears.exposure",
    "allears.privacy",
    "allears.questionnaire",
    "allears.report",
    "allears_clip.sessionlog",
    "allears_clip.linkserver",
)
SAMPLES = (
    "allears_clip.capture",
    "allears_clip.kernels",
    "allears_clip.drivers.mic",
    "allears.signal",
    "allears.live",
)
# What touches samples on the clip, and the modules that write or send.
SOUND = ("allears_clip.capture", "allears_clip.kernels", "allears_clip.drivers")
WRITERS = (
    "allears_clip.sessionlog",
    "allears_clip.linkserver",
    "allears_clip.logserver",
    "allears_clip.fileserver",
    "allears_clip.segments",
    "allears_core.link",
    "allears_core.frame",
)
FEELINGS = (
    "anger|angry|anxi|disgust|emotion|empath|feeling|frustrat|furious|happ(?:y|i)|irritat|joy|mood|"
    "sad(?:ness)?$|sentiment|stressed|upset|valence|arousal"
)
# Places where such a word is said in order to deny it.
DENIALS = re.compile(r"\b(no|not|never|nobody|nothing|without)\b", re.IGNORECASE)


@pytest.mark.parametrize("room", BEHIND)
def test_nothing_behind_the_records_reaches_a_sample(room):
    chains = reached(under(room))
    assert not [chains[name] for name in under(*SAMPLES) if name in chains]


@pytest.mark.parametrize("room", SOUND)
def test_what_touches_samples_reaches_no_writer(room):
    chains = reached(under(room))
    assert not [chains[name] for name in under(*WRITERS) if name in chains]


def test_what_touches_samples_opens_nothing_for_writing():
    """The kernels read their weights; nobody there may write."""
    writing = []
    for source in (s for s in sources("allears_clip") if s.module in under(*SOUND)):
        for node in source.nodes(ast.Call):
            if getattr(node.func, "id", getattr(node.func, "attr", None)) != "open":
                continue
            modes = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "mode")]
            if not all(isinstance(mode, ast.Constant) and mode.value in ("r", "rb") for mode in modes):
                writing.append(source.at(node))
    assert not writing


def test_a_record_has_no_room_for_sound():
    """No record may hold a run of samples: 255 bytes at most, and raw bytes only where text or an id stands."""
    from allears_core import records

    assert records.MAX_PAYLOAD <= 255
    raw = {
        (layout.name, name)
        for layout in records.LAYOUTS
        for name, code, _, _ in layout.fields
        if code == "*" or code[0] == "b"
    }
    assert raw == {("BOOT", "unit"), ("BOOT", "firmware"), ("HEALTH", "detail")}


def test_no_name_in_the_code_speaks_of_feelings():
    word = re.compile(rf"(?:^|_)(?:{FEELINGS})", re.IGNORECASE)
    found = []
    for source in sources("allears_core", "allears_clip", "boards", "allears"):
        for node in ast.walk(source.tree):
            names = [getattr(node, key, None) for key in ("id", "attr", "name", "arg")]
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.append(node.value if re.fullmatch(r"[\w-]+", node.value) else None)
            for name in names:
                if isinstance(name, str) and word.search(name.replace("-", "_")):
                    found.append(f"{source.at(node)}: {name}")
    assert not found


def test_no_page_speaks_of_feelings_but_to_deny_it():
    word = re.compile(rf"\b(?:{FEELINGS})", re.IGNORECASE)
    pages = [path for path in ROOMS["allears"].rglob("*") if path.suffix in (".html", ".j2", ".txt", ".svg")]
    found = []
    for path in pages:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if word.search(line) and not DENIALS.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert not found


def test_no_ranking_of_people():
    """Own bests and baselines, never a league table."""
    word = re.compile(r"(?:^|_)(?:rank(?:ing|ed)?|leaderboard|worst|league)(?:_|$)", re.IGNORECASE)
    found = [
        f"{source.at(node)}: {node.id}"
        for source in sources("allears")
        if source.module.startswith(
            ("allears.indicators", "allears.exposure", "allears.privacy", "allears.report")
        )
        for node in source.nodes(ast.Name)
        if word.search(node.id)
    ]
    assert not found
