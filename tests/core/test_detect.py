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
