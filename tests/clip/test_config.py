# Settings and identity: staged, committed whole or not at all, and read back after a boot. Both interpreters.
from clip_support import read_file, refused, write_file

from allears_clip.config import Config
from allears_core import settings
from allears_core.errors import BAD_VALUE, NOT_STAGED


def wanted_crc(values):
    target = settings.Settings()
    target.update(values)
    return target.crc()


def setting_id(key):
    return settings.BY_KEY[key][0]


def test_defaults_without_a_file(folder):
    config = Config(folder + "config.json")
    assert config.settings.crc() == settings.Settings().crc()
    assert config.problem is None
    assert config.identity["serial"] == ""


def test_commit_survives_a_boot(folder):
    config = Config(folder + "config.json")
    config.stage_setting(setting_id("bridge_ms"), 200)
    config.stage_identity(1, "P-7 ä".encode())
    assert config.commit(wanted_crc({"bridge_ms": 200})) == [(setting_id("bridge_ms"), 200)]
    again = Config(folder + "config.json")
    assert again.settings.bridge_ms == 200
    assert again.identity["pseudonym"] == "P-7 ä"
    assert again.problem is None


def test_a_profile_and_a_value_against_it_survive_a_boot(folder):
    config = Config(folder + "config.json")
    values = {"profile": settings.PROFILES.index("pull"), "monologue_ms": 60000}
    for key, value in values.items():
        config.stage_setting(setting_id(key), value)
    config.commit(wanted_crc(values))
    again = Config(folder + "config.json")
    assert again.settings.monologue_ms == 60000
    assert again.settings.share_limit_pct == 50


def test_bad_values_are_refused_at_once(folder):
    config = Config(folder + "config.json")
    refused(BAD_VALUE, config.stage_setting, setting_id("bridge_ms"), 501)
    refused(BAD_VALUE, config.stage_setting, setting_id("bridge_ms"), -1)
    refused(BAD_VALUE, config.stage_setting, 200, 1)
    refused(BAD_VALUE, config.stage_identity, 4, b"x")
    refused(BAD_VALUE, config.stage_identity, 0, b"x" * 65)
    refused(BAD_VALUE, config.stage_identity, 0, b"two\nlines")
    refused(BAD_VALUE, config.stage_identity, 0, b"\xff\xfe")


def test_a_wrong_sum_changes_nothing_and_clears_the_stage(folder):
    config = Config(folder + "config.json")
    config.stage_setting(setting_id("bridge_ms"), 200)
    config.stage_identity(0, b"SN1")
    refused(NOT_STAGED, config.commit, 12345)
    assert config.settings.bridge_ms == 180
    assert config.commit(wanted_crc({})) == []
    assert Config(folder + "config.json").identity["serial"] == ""


def test_a_damaged_file_is_told_and_replaced_by_defaults(folder):
    config = Config(folder + "config.json")
    config.stage_setting(setting_id("bridge_ms"), 200)
    config.commit(wanted_crc({"bridge_ms": 200}))
    whole = read_file(folder + "config.json")
    for damaged in (
        b"",
        whole[:40],
        b"[]",
        b"{}",
        whole.replace(b"200", b"999"),
        whole.replace(b"200", b"null"),
    ):
        write_file(folder + "config.json", damaged)
        again = Config(folder + "config.json")
        assert again.problem
        assert again.settings.crc() == settings.Settings().crc()


def test_a_sites_limits_hold_and_are_kept(folder):
    path = folder + "config.json"
    config = Config(path)
    config.stage_limit(19, 2, 12)
    assert config.commit(config.settings.crc()) == []
    again = Config(path)
    assert again.limits.rows() == [("cues_per_hour", 2, 12)]
    again.stage_setting(19, 20)
    wanted = settings.Settings({"cues_per_hour": 20})
    refused(BAD_VALUE, again.commit, wanted.crc())
    assert again.settings.cues_per_hour == 6
    refused(BAD_VALUE, again.stage_limit, 19, 5, 61)


def test_limit_and_setting_come_into_force_together(folder):
    config = Config(folder + "config.json")
    config.stage_setting(19, 20)
    config.stage_limit(19, 10, 30)
    config.commit(settings.Settings({"cues_per_hour": 20}).crc())
    assert config.settings.cues_per_hour == 20
    config.stage_limit(19, 0, 60)
    config.commit(config.settings.crc())
    assert config.limits.rows() == []
