"""A hostile clip cannot crash, stall or fill the host, nor be taken for a clip whose keys the host holds."""

import random

from fuzzlink import cases, host_end
from hypothesis import given, settings
from hypothesis import strategies as st

from allears.device import client
from allears_core import frame, messages

GROWTH_BYTES = 8192  # what a heap may differ by between two looks at it


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.binary(min_size=2, max_size=200), max_size=12))
def test_any_answers_end_in_an_error_of_ours(seed: int, payloads: list[bytes]) -> None:
    draw = random.Random(seed)
    said = iter(payloads)

    def answer(tag: int, name: str) -> bytes:
        if name == "HELLO":
            greeting = host_end.greeting(draw)
            return bytes(frame.encode(messages.pack(messages.HELLO_REPLY, tag, **greeting)))
        payload = next(said, b"")
        return bytes(frame.encode(payload[:1] + bytes((tag,)) + payload[1:])) if payload else b""

    outcome = host_end.Outcome()
    outcome.meet(host_end.HostileLine(answer), draw.choices(host_end.CALLS, k=4))
    assert (outcome.crashes, outcome.believed, outcome.given, outcome.late) == ([], 0, 0, 0)


def test_hostile_clips() -> None:
    found = host_end.hostile_clips(400_000)
    assert found["bytes"] >= 400_000 and found["peers"] > 300
    assert (found["crashes"], found["believed"], found["given"], found["late"]) == ([], 0, 0, 0)
    assert found["heap_growth_bytes"] < GROWTH_BYTES


def test_a_crash_of_the_client_would_be_seen() -> None:
    """Guards the others: an error that is none of ours counts."""

    def fault(clip: client.Clip) -> None:
        raise KeyError("a fault of ours")

    outcome = host_end.Outcome()
    draw = random.Random(1)

    def answer(tag: int, name: str) -> bytes:
        greeting = {**host_end.greeting(draw), "max_payload": 1024}
        return bytes(frame.encode(messages.pack(messages.HELLO_REPLY, tag, **greeting)))

    outcome.meet(host_end.HostileLine(answer), [fault])
    assert len(outcome.crashes) == 1 and "a fault of ours" in outcome.crashes[0]


def test_the_cases_reach_every_message() -> None:
    draw = random.Random(3)
    asked = {cases.payload(draw, cases.REQUESTS)[:1] for _ in range(2000)}
    assert {bytes((layout.code,)) for layout in cases.REQUESTS} <= asked
