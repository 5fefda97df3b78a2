# Loud customer: a physical level, 9 dB above the call's own start for a second of the customer's speech.
from support import CUSTOMER_Q8, Player


def play(player, hops, rise_db=0, agent=0):
    for _ in range(hops):
        player.hop(agent, 1, customer_q8=CUSTOMER_Q8 + rise_db * 256)
    return player


def loud(*stretches):
    """Customer's stretches as (hops, rise in dB); (onset, length) of the events."""
    player = Player()
    for hops, rise in stretches:
        play(player, hops, rise)
    player.finish()
    return [(onset, length) for _, _, onset, length, _ in player.events("loud-customer")]


def test_a_lasting_rise_is_one_event():
    found = loud((1300, 0), (400, 20), (400, 0))
    assert len(found) == 1
    onset, length = found[0]
    assert 1300 <= onset <= 1340
    assert 350 <= length <= 450


def test_a_rise_below_the_limit_is_none():
    assert loud((1300, 0), (600, 8), (400, 0)) == []


def test_a_shout_shorter_than_a_second_is_none():
    assert loud((1300, 0), (40, 12), (400, 0)) == []


def test_a_loud_customer_from_the_start_is_the_calls_own_level():
    assert loud((1300, 30), (600, 30)) == []


def test_five_seconds_must_have_been_heard():
    assert loud((200, 0), (100, 30)) == []


def test_only_the_customer_alone_is_measured():
    player = play(Player(), 1300)
    play(player, 400, 20, agent=1)
    play(player, 300).finish()
    assert player.events("loud-customer") == []


def test_a_rise_to_the_very_end_counts():
    assert len(loud((1300, 0), (400, 20))) == 1


def test_the_event_tells_the_level():
    player = play(play(play(Player(), 1300), 500, 20), 300).finish()
    event = [e for e in player.values("EVENT") if e["customer_level_q8"] > -30 * 256]
    assert len(event) == 1
