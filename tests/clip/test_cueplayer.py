# Rendering: patterns appear as core.cues writes them, by the clock alone. Runs on both interpreters.
from bench import Level

from allears_clip.cueplayer import CuePlayer, Track
from allears_core import cues, guide, settings

TALK_OVER = cues.TALK_OVER
BRIGHT = {"light_level": 255, "haptic_level": 255}


def timeline(track, until_ms, step_ms=10):
    """(ms, value) at each change of what the track shows."""
    changes = []
    for ms in range(0, until_ms, step_ms):
        value = track.step(ms)
        if not changes or changes[-1][1] != value:
            changes.append((ms, value))
    return changes


def test_a_track_follows_its_pattern(folder):
    track = Track()
    track.start(((90, 255), (70, 0), (90, 128)))
    assert timeline(track, 400) == [(0, 255), (90, 0), (160, 128), (250, None)]
    assert not track.pattern


def test_a_late_loop_skips_what_has_passed(folder):
    track = Track()
    track.start(((90, 1), (70, 2), (90, 3)))
    assert track.step(1000) == 1
    assert track.step(1165) == 3
    assert track.step(1400) is None


def test_time_may_wrap(folder):
    track = Track()
    track.start(((100, 1), (100, 2)))
    base = (1 << 30) - 50
    assert [track.step((base + ms) & ((1 << 30) - 1)) for ms in (0, 60, 120, 210)] == [1, 1, 2, None]


def test_every_cue_ends_dark_and_still(folder):
    for kind in range(len(cues.LIGHT)):
        for strength in range(2):
            light, motor = Level(), Level()
            player = CuePlayer(light, motor, settings.Settings(BRIGHT))
            player.cue(kind, strength)
            for ms in range(0, 5000, 16):
                player.tick(ms)
            words = cues.HAPTIC[kind][strength]
            assert len(motor.history) == (len(words) + 1 if words else 0)
            assert light.history[-1] == (0, 0, 0) and len(light.history) > 1
            if words:
                assert motor.history[0] == (words[0][1],) and motor.history[-1] == (0,)


def test_strength_and_brightness_are_settings(folder):
    light, motor = Level(), Level()
    player = CuePlayer(light, motor, settings.Settings({"light_level": 51, "haptic_level": 102}))
    player.cue(TALK_OVER, cues.SOFT)
    player.tick(0)
    assert motor.history == [(cues.HAPTIC[TALK_OVER][0][0][1] * 102 // 255,)]
    assert light.history[-1] == tuple(part * 51 // 255 for part in cues.LIGHT[TALK_OVER][0][0][1])


def test_profiles_leave_light_or_motor_out(folder):
    for name, lit, felt in (("haptic-only", 0, 1), ("led-only", 1, 0), ("log-only", 0, 0), ("service", 1, 1)):
        light, motor = Level(), Level()
        player = CuePlayer(light, motor, settings.Settings({"profile": settings.PROFILES.index(name)}))
        player.cue(TALK_OVER, cues.SOFT)
        player.tick(0)
        assert bool(motor.history) == bool(felt), name
        assert any(sum(colour) for colour in light.history) == bool(lit), name


def test_identify_blinks_for_its_time_and_gives_way_to_trouble(folder):
    light = Level()
    player = CuePlayer(light, Level(), settings.Settings(BRIGHT))
    player.trouble()
    player.identify(2, 0)
    for ms in range(0, 2000, 10):
        player.tick(ms)
    assert set(light.history) == {(180, 180, 180), (0, 0, 0)}
    light.history.clear()
    for ms in range(2000, 6000, 10):
        player.tick(ms)
    assert (255, 110, 0) in light.history
    player.off()
    assert light.history[-1] == (0, 0, 0)


def test_a_cue_is_shown_over_the_background(folder):
    light = Level()
    player = CuePlayer(light, Level(), settings.Settings(BRIGHT))
    player.trouble()
    player.tick(0)
    player.confirm("ready")
    player.tick(10)
    assert light.history[-1] == cues.CONFIRM["ready"][0][1]


def test_an_exercise_is_rendered_from_its_beginning_and_ends_at_once(folder):
    light, motor = Level(), Level()
    player = CuePlayer(light, motor, settings.Settings(BRIGHT))
    player.exercise(guide.BREATHING, 1)
    for ms in range(0, 4000, 16):
        player.tick(ms)
    strengths = [level[0] for level in motor.history if level[0]]
    assert strengths == sorted(strengths) and len(strengths) == 8
    player.exercise("", 1)
    player.tick(4016)
    assert motor.history[-1] == (0,) and light.history[-1] == (0, 0, 0)


def test_a_profile_without_motor_breathes_by_light(folder):
    light, motor = Level(), Level()
    profile = settings.PROFILES.index("led-only")
    player = CuePlayer(light, motor, settings.Settings({"profile": profile}))
    player.exercise(guide.PRACTICE, 1)
    for ms in range(0, 30000, 16):
        player.tick(ms)
    assert motor.history == [] and any(sum(colour) for colour in light.history)
