# A site's limits: inside the table's ranges, and the settings inside them.
from allears_core.errors import BAD_VALUE, CoreError
from allears_core.limits import Limits
from allears_core.settings import Settings
from support import raises


def test_settings_outside_a_limit_are_refused():
    limits = Limits({"cues_per_hour": (2, 12), "dead_air_soft_ms": (4000, 9000)})
    limits.admit(Settings())
    limits.admit(Settings({"cues_per_hour": 2}))
    for values in ({"cues_per_hour": 1}, {"cues_per_hour": 13}, {"dead_air_soft_ms": 10000}):
        refused = raises(CoreError, limits.admit, Settings(values))
        assert refused.code == BAD_VALUE and "the site allows" in refused.detail


def test_a_profile_may_not_lead_out_of_a_limit():
    limits = Limits({"share_limit_pct": (60, 80)})
    raises(CoreError, limits.admit, Settings({"profile": 1}))  # pull sets 50
    limits.admit(Settings({"profile": 2}))  # push sets 75


def test_a_limit_lies_in_the_range_of_its_setting():
    limits = Limits()
    for key, low, high in (("cues_per_hour", 0, 61), ("cues_per_hour", 9, 3), ("nothing", 0, 1)):
        assert raises(CoreError, limits.set, key, low, high).code == BAD_VALUE
    raises(CoreError, limits.set_by_id, 200, 0, 1)
    assert limits.rows() == []


def test_the_whole_range_takes_a_limit_away():
    limits = Limits({"cues_per_hour": (2, 12)})
    assert limits.rows() == [("cues_per_hour", 2, 12)]
    assert Limits(limits.ranges()).rows() == limits.rows()
    limits.set_by_id(19, 0, 60)
    assert limits.rows() == []
