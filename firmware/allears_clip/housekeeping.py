# The slow jobs of the main loop: when to flush the log, when to pair the clocks, which counters to tell.
import gc

from allears_core.fields import NONE_U16
from allears_core.messages import CAP_BATTERY, CAP_VIRTUAL

FLUSH_MS = 5000  # the log is on the flash by then at the latest
_FLUSH_IN_SILENCE_MS = 2500  # and from then on as soon as nobody speaks
_LOOK_MS = 100  # nothing here is in more of a hurry
_CLOCK_MS = 10 * 60 * 1000
_TELL_MS = 10 * 1000  # a counter that keeps rising is told this often
_STALLED_MS = 2000  # microphones that give nothing for so long are dead
_TRIAL_MS = 3000  # an application on trial that is well for so long after its start confirms itself
_WELL_MS = 60 * 1000  # and any is well that has not crashed by then
_BATTERY_LOW_MV = 3500  # a lithium cell's last tenth


class Housekeeper:
    """clip: the application (app.Clip), whose parts it looks after. due_ms: when step() is due again, ms since boot."""

    def __init__(self, clip):
        self._clip = clip
        self._call_before = False
        self._flush_wanted = False
        self._flushing = False
        self._collect_due = False
        self.due_ms = 0
        self._clock_ms = 0
        self._sweep_due = True
        self._told_ms = 0
        self._lost_hops = 0
        self._dropped_told = 0
        self._failures_told = 0
        self._unstepped_told = 0
        self._heard_frames = 0
        self._heard_ms = 0
        self._dead_told = False
        self._low_told = False
        self._well = False
        self._on_trial = clip.slots.left is not None  # this run; an update that comes now is for the next

    def step(self, ms):
        """Look after everything that is due at `ms` since boot."""
        self.due_ms = ms + _LOOK_MS
        self._flush(ms)
        if ms - self._clock_ms >= _CLOCK_MS:
            self._clock_ms = ms
            self._clip.log_clock("capture")
            self._sweep_due = True
        if self._sweep_due:
            self._sweep(ms)
        if ms - self._told_ms >= _TELL_MS:
            self._told_ms = ms
            self._tell_counters()
            self._tell_battery()
        self._watch_microphones(ms)
        if not self._well:
            self._watch_start(ms)

    def settle(self):
        """The sound is over or the application ends: tell and flush everything now."""
        self._tell_counters()
        self._clip.log.flush()
        self._clip.usual.keep()
        self._flush_wanted = False

    def _sweep(self, ms):
        """Let go of what the log has kept for long enough, where the time is known and a flash write costs no sound."""
        clip = self._clip
        if not clip.wall.known or clip.in_call() or not clip.capture.calm():
            return
        self._sweep_due = False
        utc_s = clip.wall.at(ms)[0]
        clip.retention.sweep(clip.log, utc_s, clip.config.settings.retention_days)

    def _flush(self, ms):
        clip = self._clip
        in_call = clip.in_call()
        if self._call_before and not in_call:
            self._flush_wanted = True
        self._call_before = in_call
        age = clip.log.age_ms()
        due = self._flush_wanted or age >= FLUSH_MS or (age >= _FLUSH_IN_SILENCE_MS and clip.silent())
        if self._flushing or self._collect_due or (age and due):
            if clip.capture.calm():
                self._flush_part()
                self.due_ms = ms

    def _flush_part(self):
        """One stream, or one of the two jobs after the last, in a turn: each takes as long as a hop or longer."""
        if self._collect_due:
            self._collect_due = False
            gc.collect()  # the ring is calm now: better here than in the middle of a hop
            return
        self._flushing = self._clip.log.flush_next()
        if not self._flushing:
            if self._flush_wanted:  # a call has ended
                self._clip.usual.keep()
            self._flush_wanted = False
            self._collect_due = True

    def _tell_counters(self):
        clip = self._clip
        lost = clip.capture.newly_lost()
        if lost:
            clip.health.note("overrun", b"hops lost before they were judged", lost)
            clip.log_clock("capture")  # the hop count fell behind the clock: pair them anew
        dropped = clip.log.dropped_unread - self._dropped_told
        if dropped:
            self._dropped_told += dropped
            clip.health.note("log-full", b"segments dropped unread", dropped)
        failures = clip.log.failures - self._failures_told
        if failures:
            self._failures_told += failures
            clip.health.note("log-full", b"the flash refused records", failures)
        unstepped = clip.log.unstepped - self._unstepped_told
        if unstepped:
            self._unstepped_told += unstepped
            clip.health.note("keys", b"the vault did not take the next keys", unstepped)

    def _tell_battery(self):
        board = self._clip.board
        if self._low_told or not board.capabilities & CAP_BATTERY:
            return
        millivolts = board.battery.millivolts()
        if millivolts != NONE_U16 and millivolts < _BATTERY_LOW_MV:
            self._low_told = True
            self._clip.health.note("battery-low", b"%d mV" % millivolts)

    def _watch_start(self, ms):
        """Confirm an application on trial once it hears, judges, logs and answers; forget crashes before this run."""
        clip = self._clip
        if self._on_trial and ms >= _TRIAL_MS:
            sick = clip.health.exceptions or clip.log.failures
            if not sick and clip.pipeline and clip.capture.running:
                self._on_trial = False
                clip.slots.confirm()
                clip.health.note("update", b"confirmed the application in " + clip.slots.running.encode())
        if ms >= _WELL_MS:
            self._well = True
            clip.crashes.well()

    def _watch_microphones(self, ms):
        clip = self._clip
        # The virtual clip hears only while the host plays.
        if (
            clip.frames != self._heard_frames
            or not clip.capture.running
            or clip.board.capabilities & CAP_VIRTUAL
        ):
            self._heard_frames = clip.frames
            self._heard_ms = ms
        elif not self._dead_told and ms - self._heard_ms >= _STALLED_MS:
            self._dead_told = True
            clip.health.note("microphone-dead", b"no sound arrives")
            clip.player.trouble()
