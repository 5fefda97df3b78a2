from allears_core.bursts import Bursts, Window
from allears_core.settings import Settings
from support import Lcg


def settled(active, **settings):
    """The settled activity of one side, one entry a hop."""
    bursts = Bursts(Settings(settings))
    found = []
    for hop in range(len(active) + bursts.lag):
        bursts.step(hop, active[hop] if hop < len(active) else 0)
        if hop >= bursts.lag:
            found.append(bursts.settled)
    return found


def line(*runs):
    """Silence and speech in turn, in hops, beginning with silence."""
    out = []
    for k in range(len(runs)):
        out += [k % 2] * runs[k]
    return out


def test_a_burst_needs_120_ms():
    assert sum(settled(line(20, 7, 40))) == 0
    assert settled(line(20, 8, 40)) == line(20, 8, 40)


def test_gaps_up_to_180_ms_are_bridged():
    assert settled(line(5, 10, 11, 10, 40)) == line(5, 31, 40)
    assert settled(line(5, 10, 12, 10, 40)) == line(5, 10, 12, 10, 40)


def test_short_pieces_that_are_bridged_make_a_burst():
    assert settled(line(5, 1, 6, 1, 40)) == line(5, 8, 40)
    assert sum(settled(line(5, 1, 5, 1, 40))) == 0


def test_a_short_piece_after_a_burst_belongs_to_it_only_when_bridged():
    assert settled(line(5, 10, 11, 1, 40)) == line(5, 22, 40)
    assert settled(line(5, 10, 12, 1, 40)) == line(5, 10, 53)


def test_the_very_first_hop_may_speak():
    assert settled(line(0, 9, 30)) == line(0, 9, 30)


def test_speech_to_the_very_end_settles():
    assert settled(line(10, 30)) == line(10, 30)


def test_settings_move_both_thresholds():
    assert sum(settled(line(5, 2, 40), min_burst_ms=33)) == 0
    assert sum(settled(line(5, 3, 40), min_burst_ms=33)) == 3
    assert settled(line(5, 20, 1, 20, 40), bridge_ms=15) == line(5, 20, 1, 20, 40)
    assert settled(line(5, 20, 31, 20, 40), bridge_ms=500) == line(5, 71, 40)


def test_the_longest_lag_that_settings_allow_fits_the_ring():
    random = Lcg(21)
    active = []
    while len(active) < 3000:
        active += line(random.below(35), 1 + random.below(40))
    slow = Bursts(Settings({"bridge_ms": 500, "min_burst_ms": 500}))
    assert slow.lag < 64
    found = settled(active, bridge_ms=500, min_burst_ms=500)
    for hop in range(len(active)):
        if active[hop] and not found[hop]:
            first = hop
            while first and (active[first - 1] or sum(active[max(0, first - 31) : first])):
                first -= 1
            end = hop
            while end < len(active) and (active[end] or sum(active[end : end + 31])):
                end += 1
            assert end - first < 32 + 31  # only a short burst was dropped


def test_tail_counts_what_has_not_settled():
    random = Lcg(22)
    bursts = Bursts(Settings())
    total = 0
    for hop in range(2000):
        bursts.step(hop, 1 if (hop // (7 + random.below(20))) & 1 else 0)
        total += bursts.settled
        assert bursts.tail == sum([bursts.active_at(k) for k in range(max(0, hop - bursts.lag + 1), hop + 1)])
    assert total > 100


def test_a_running_burst_is_pending_until_it_counts():
    bursts = Bursts(Settings())
    pending = []
    for hop in range(30):
        bursts.step(hop, 3 <= hop < 12)
        pending.append(bursts.pending)
    assert pending == [0] * 3 + [1] * 7 + [0] * 20
    assert (bursts.confirmed_start, bursts.confirmed_last) == (3, 11)


def test_levels_and_logits_belong_to_the_settled_hop():
    window = Window(Settings())
    for hop in range(200):
        window.step(hop, hop % 50 < 20, 0, (hop, 1000 + hop, 0), (-hop, -1000 - hop))
        if window.hop >= 0:
            assert (window.agent_logit, window.customer_logit) == (window.hop, 1000 + window.hop)
            assert (window.agent_level, window.customer_level) == (-window.hop, -1000 - window.hop)
            assert window.agent == (window.hop % 50 < 20)


def test_joint_tail_counts_both_sides_by_the_best_knowledge():
    window = Window(Settings())
    for hop in range(100):
        window.step(hop, hop >= 40, hop >= 60, (0, 0, 0), (0, 0))
        assert window.joint_tail(0, hop) == max(0, hop - max(59, window.hop))
        assert window.joint_tail(70, hop) == max(0, hop - max(69, window.hop))


def test_silence_ignores_bursts_too_short_to_count():
    window = Window(Settings())
    for hop in range(120):
        window.step(hop, 10 <= hop < 30, 60 <= hop < 67, (0, 0, 0), (0, 0))
    assert window.silent_from == 30


def test_taking_back_leaves_what_settled_and_what_makes_the_burst_count():
    random = Lcg(23)
    for bridge_ms, min_burst_ms in ((180, 120), (0, 16), (500, 500)):
        bursts = Bursts(Settings({"bridge_ms": bridge_ms, "min_burst_ms": min_burst_ms}))
        seen = []
        for hop in range(1500):
            if random.below(20) == 0:
                bursts.retract(hop - random.below(60), hop)
                assert bursts.tail == sum([bursts.active_at(k) for k in range(max(0, hop - bursts.lag), hop)])
            bursts.step(hop, 1 if (hop // (1 + random.below(30))) & 1 else 0)
            assert bursts.tail == sum(
                [bursts.active_at(k) for k in range(max(0, hop - bursts.lag + 1), hop + 1)]
            )
            seen.append(bursts.settled)
        runs = "".join([str(now) for now in seen]).split("0")
        assert min([len(run) for run in runs if run]) >= (min_burst_ms + 15) // 16


def test_taking_back_ends_the_burst_where_it_was_last_heard():
    bursts = Bursts(Settings())
    seen = []
    for hop in range(100):
        if hop == 50:
            bursts.retract(40, 50)
        bursts.step(hop, 1 if 20 <= hop < 50 else 0)
        seen.append(bursts.settled)
    assert seen == [0] * 39 + [1] * 20 + [0] * 41
