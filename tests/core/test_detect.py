from allears_core.detect import Detector
from support import raises


def decisions(detector, values):
    out = []
    for value in values:
        detector.step((value, -value, 0))
        out.append((detector.agent, detector.customer))
    return out


def test_a_side_starts_at_on_and_stops_below_off():
    detector = Detector([100, 50], [-20, -50])
    steps = [99, 100, 0, -20, -21, 99]
    assert [agent for agent, _ in decisions(detector, steps)] == [0, 1, 1, 1, 0, 0]
    detector.reset()
    assert [customer for _, customer in decisions(detector, [-49, -50, 0, 50, 51, -49])] == [0, 1, 1, 1, 0, 0]


def test_reset_forgets():
    detector = Detector([100, 100], [0, 0])
    detector.step((100, 100, 0))
    detector.reset()
    assert (detector.agent, detector.customer) == (0, 0)
    detector.step((50, 50, 0))
    assert (detector.agent, detector.customer) == (0, 0)


def test_thresholds_that_make_no_sense_are_refused():
    raises(ValueError, Detector, [0, 0], [1, 0])
    raises(ValueError, Detector, [0], [0])
    raises(ValueError, Detector, [0, 0], [0, 1])


def test_under_the_agents_voice_less_is_asked_of_the_customer():
    detector = Detector([0, 256], [0, 192])
    assert followed(detector, [(-300, 200), (-300, 256), (-300, 192), (-300, 191)]) == [0, 1, 1, 0]
    assert followed(detector, [(300, 127), (300, 128), (300, 64), (300, 63)]) == [0, 1, 1, 0]
    assert followed(detector, [(300, 130), (-300, 130)]) == [1, 0]


def followed(detector, hops):
    """The customer's decisions over (agent's logit, customer's logit)."""
    found = []
    for agent, customer in hops:
        detector.step([agent, customer, 0])
        found.append(detector.customer)
    return found
