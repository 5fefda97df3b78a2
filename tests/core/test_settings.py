from allears_core import settings
from allears_core.errors import BAD_VALUE, CoreError
from allears_core.settings import Settings, check
from support import raises


def test_ids_and_keys_are_unique_and_defaults_lie_in_their_ranges():
    assert len(settings.BY_ID) == len(settings.BY_KEY) == len(settings.TABLE)
    for number, key, default, low, high, unit, since, meaning in settings.TABLE:
        assert 0 < number < 256
        assert low <= default <= high, key
        assert since >= 1 and unit and meaning, key


def test_the_defaults_are_those_of_the_design():
    wanted = {
        "bridge_ms": 180,
        "min_burst_ms": 120,
        "turn_gap_ms": 1000,
        "network_delay_ms": 100,
        "early_answer_ms": 500,
        "ack_max_ms": 1000,
        "floor_min_ms": 1000,
        "mutual_ms": 2000,
        "talk_over_cue_ms": 800,
        "dead_air_soft_ms": 6000,
        "dead_air_firm_ms": 10000,
        "monologue_ms": 60000,
        "monologue_pause_ms": 2000,
        "monologue_answer_ms": 1000,
        "share_window_s": 180,
        "share_min_speech_s": 60,
        "share_limit_pct": 65,
        "cues_per_hour": 6,
        "cue_spacing_ms": 45000,
        "cues_per_kind": 2,
        "cue_stale_ms": 2000,
        "positive_turns": 3,
        "positive_turn_ms": 10000,
        "wrong_cue_ms": 10000,
        "hard_call_ms": 30000,
        "snooze_min": 15,
        "same_onset_ms": 200,
    }
    found = Settings()
    assert {key: getattr(found, key) for key in wanted} == wanted


def test_both_ends_of_every_range_are_taken_and_no_more():
    for _, key, _, low, high, _, _, _ in settings.TABLE:
        assert (check(key, low), check(key, high)) == (low, high)
        for wrong in (low - 1, high + 1, "1", None, 1.5):
            assert raises(CoreError, check, key, wrong).code == BAD_VALUE


def test_an_unknown_key_is_refused_by_name():
    assert "loudness" in str(raises(CoreError, check, "loudness", 1))


def test_all_or_nothing():
    found = Settings({"bridge_ms": 100})
    before = found.values()
    raises(CoreError, found.update, {"min_burst_ms": 96, "turn_gap_ms": 1})
    raises(CoreError, found.update, {"min_burst_ms": 96, "nonsense": 1})
    raises(CoreError, found.update, {"profile": settings.PROFILES.index("pull"), "cues_per_hour": -1})
    assert found.values() == before
    found.update({"min_burst_ms": 96, "turn_gap_ms": 800})
    assert found.changed() == {"bridge_ms": 100, "min_burst_ms": 96, "turn_gap_ms": 800}


def test_the_pull_profile_brings_its_thresholds_and_leaves_what_is_set_beside_it():
    pull = settings.PROFILES.index("pull")
    found = Settings({"profile": pull})
    assert (found.profile_name, found.monologue_ms, found.share_limit_pct) == ("pull", 30000, 50)
    found = Settings({"profile": pull, "share_limit_pct": 55})
    assert (found.monologue_ms, found.share_limit_pct) == (30000, 55)


def test_every_profile_can_be_chosen():
    for index, name in enumerate(settings.PROFILES):
        assert Settings({"profile": index}).profile_name == name


def test_the_crc_tells_settings_apart():
    assert Settings().crc() == Settings().crc()
    seen = {Settings().crc()}
    for _, key, default, low, high, _, _, _ in settings.TABLE:
        seen.add(Settings({key: low if default != low else high}).crc())
    assert len(seen) == len(settings.TABLE) + 1
