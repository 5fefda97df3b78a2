"""Properties on random input: whatever is asked of the log or named as a path, the promises hold."""

import tempfile
from pathlib import Path, PurePosixPath

from clip_support import append_marks, append_states, open_log, pull, seqs
from hypothesis import given, settings
from hypothesis import strategies as st

from allears_clip.fileserver import FOLDERS, TOP_FILES, application_path
from allears_core import records
from allears_core.errors import NOT_ALLOWED, CoreError

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("states"), st.integers(1, 60)),
        st.tuples(st.just("marks"), st.integers(1, 120)),
        st.tuples(st.just("flush"), st.just(0)),
        st.tuples(st.just("boot"), st.just(0)),
        st.tuples(st.just("ack"), st.sampled_from((records.EVENTS, records.SUMMARIES))),
    ),
    max_size=25,
)


@given(STEPS, st.integers(300, 3000))
@settings(max_examples=60)
def test_a_log_keeps_its_promises(steps: list[tuple[str, int]], segment_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        limits = {"budget": 7 * 4096, "segment_bytes": segment_bytes}
        log = open_log(scratch + "/", **limits)
        streams = (records.EVENTS, records.SUMMARIES)
        promised = dict.fromkeys(streams, 0)
        for name, argument in steps:
            if name == "states":
                append_states(log, argument)
            elif name == "marks":
                append_marks(log, argument)
            elif name == "flush":
                log.flush()
            elif name == "ack":
                log.acknowledge(argument, log.flushed_seq(argument))
            else:
                boot = log.boot
                log = open_log(scratch + "/", **limits)
                assert log.boot == boot + 1 and log.torn_bytes == 0
            for stream in streams:
                assert log.flushed_seq(stream) >= promised[stream], "what was on the flash stays a promise"
                promised[stream] = log.flushed_seq(stream)
        assert log.segments.blocks() <= 7
        for stream in streams:
            found, cursor = pull(log, stream)
            assert seqs(found) == list(range(log.first_seq(stream), log.flushed_seq(stream)))
            assert cursor.corrupt == 0 and not cursor.more


def _accepted(raw: bytes) -> str | None:
    try:
        return application_path(raw)
    except CoreError as error:
        assert error.code == NOT_ALLOWED
        return None


@given(st.one_of(st.binary(max_size=120), st.text("abls/._-y", max_size=30).map(str.encode)))
def test_no_path_escapes(raw: bytes) -> None:
    path = _accepted(raw)
    if path is not None:
        parts = PurePosixPath(path).parts
        assert Path("/clip", path).resolve() == Path("/clip", path)
        assert parts[0] in FOLDERS or path in TOP_FILES


@given(
    st.sampled_from(FOLDERS),
    st.lists(st.from_regex(r"[a-z0-9_]{1,8}", fullmatch=True), min_size=1, max_size=3),
)
def test_application_files_are_accepted(folder: str, names: list[str]) -> None:
    path = "/".join([folder, *names]) + ".py"
    assert _accepted(path.encode()) == path
