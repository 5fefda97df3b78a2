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
    "allears.export",
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
# All else of the application writes, sends, or holds what does; so does core's end of the link.
WRITERS = ("allears_core.link", "allears_core.frame", "allears_core.sealed", "allears_core.records")
# Attributes that hold samples or features, and who may read them: the pipeline hands them from one to the next.
BUFFERS = {
    "buffer": {"allears_clip.app"},
    "bands": {"allears_clip.pipeline", "allears_core.conversation", "allears_core.soundcheck"},
    "logits": {"allears_clip.pipeline"},
}
# Core's judgement is given them as arguments; what it may keep of them are its own small integers.
JUDGES = {
    "allears_core.conversation",
    "allears_core.pace",
    "allears_core.soundcheck",
    "allears_core.hold",
    "allears_core.detect",
    "allears_core.bursts",
    "allears_core.line",
}
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
    harmless = {"allears_clip", *under(*SOUND)}
    writers = [name for name in under("allears_clip") if name not in harmless] + under(*WRITERS)
    assert len(writers) > 20
    assert not [chains[name] for name in writers if name in chains]


def test_samples_and_features_are_read_where_they_must_be():
    """A new reader of a buffer is a decision for people: it is added here, or it does not read it."""
    sound = under(*SOUND)
    for name, allowed in BUFFERS.items():
        readers = {
            source.module
            for source in sources("allears_core", "allears_clip")
            if source.module not in sound
            for node in source.nodes(ast.Attribute)
            if node.attr == name and not _is_pending(source.module, node)
        }
        assert readers == allowed, name


def _is_pending(module, node):
    """True for the log's own buffers, of records that wait."""
    return module in ("allears_clip.sessionlog", "allears_clip.segments") and node.attr == "buffer"


def test_features_are_an_argument_of_the_judgement_alone():
    """In core and the application, what is called `bands` or `pcm` goes only to what judges."""
    named = {
        source.module
        for source in sources("allears_core", "allears_clip")
        if source.module not in under(*SOUND)
        for node in source.nodes(ast.arg)
        if node.arg in ("bands", "pcm", "logits")
    }
    assert named <= JUDGES | {"allears_clip.pipeline"}
    assert {"allears_core.pace", "allears_core.soundcheck"} <= named


def test_what_touches_samples_has_no_way_to_send():
    """No print and no method that a line, a file or a flash sector has, where a sample passes."""
    ways = ("print", "write", "emit", "program", "writeblocks", "dump", "send")
    rooms = (
        "capture",
        "kernels",
        "drivers.i2s_machine",
        "drivers.i2s_pio",
        "drivers.ring",
        "drivers.pio_programs",
    )
    passes = under(*(f"allears_clip.{room}" for room in rooms))
    assert len(passes) > 12
    sending = [
        source.at(node)
        for source in sources("allears_clip")
        if source.module in passes
        for node in source.nodes(ast.Call)
        if getattr(node.func, "id", getattr(node.func, "attr", None)) in ways
    ]
    assert not sending


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
