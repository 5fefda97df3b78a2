"""Whoever holds no key gets nothing out of a clip and nothing into it, whatever they send."""

from pathlib import Path

import pytest
from fuzzlink import clip_end
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watched import Watched

from allears_core import frame, messages

GROWTH_BYTES = 8192  # what a heap of some 360 kB may differ by between two looks at it


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    return Watched(f"{tmp_path_factory.mktemp('clip')}/")


def sent(payload: bytes) -> bytes:
    return bytes(frame.to_cells(frame.encode(payload)))


def request() -> st.SearchStrategy[bytes]:
    """A message of a request's type, with anything behind it."""
    codes = st.sampled_from([layout.code for layout in messages.LAYOUTS if layout.code % 2 == 0])
    return st.builds(lambda code, rest: bytes((code,)) + rest, codes, st.binary(min_size=1, max_size=120))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(st.binary(max_size=200), request().map(sent)), max_size=12))
def test_strangers_change_nothing(watched: Watched, pieces: list[bytes]) -> None:
    watched.feed(b"".join(pieces) + b"\0")
    watched.bench.board.clock.now += 70_000
    assert watched.crashes == [] and watched.clip.health.exceptions == 0
    assert watched.reached() == []


def test_the_watch_would_see_what_a_request_changes(tmp_path: Path) -> None:
    """Guards the others: what somebody with a key does is seen."""
    watched = Watched(f"{tmp_path}/")
    watched.bench.one(messages.SET_CLOCK, utc_s=1_700_000_000, utc_ms=0)
    watched.bench.one(messages.STAGE_IDENTITY, field=0, text=b"x")
    watched.bench.one(messages.PRACTICE, on=1)
    watched.bench.one(messages.MONITOR, on=1)
    watched.bench.one(messages.LOG_ACK, stream=0, below_seq=1)
    assert {"role", "clock", "staged", "practice", "monitoring", "acked"} <= set(watched.reached())


def test_hostile_bytes_on_micropython() -> None:
    found = clip_end.without_a_key(400_000)
    assert found["bytes"] >= 400_000
    assert (found["crashes"], found["reached"]) == ([], [])
    assert found["refused"] > 100 and found["wrong"] > 10
    assert found["heap_growth_bytes"] < GROWTH_BYTES


def test_hostile_bytes_into_the_port_of_a_virtual_clip() -> None:
    found = clip_end.through_the_port(60_000)
    assert found["bytes"] >= 60_000 and found["refused"] > 20
    assert (found["crashes"], found["reached"]) == ([], [])
    assert (found["starts"], found["prompts"]) == (0, 0)


def test_sealed_requests_with_anything_in_them_on_micropython() -> None:
    found = clip_end.with_a_key(60_000)
    assert found["requests"] > 500
    assert found["crashes"] == []
    assert found["heap_growth_bytes"] < GROWTH_BYTES


def test_no_wrong_or_replayed_authentication_opens_a_session() -> None:
    found = clip_end.authentications(540)
    assert found["refused"] == found["trials"] == 540
    assert (found["crashes"], found["reached"]) == ([], [])
    assert found["heap_growth_bytes"] < GROWTH_BYTES
