# What a gesture of the button means, by what is going on. Every change is confirmed by light.
from . import button, guide
from .params import hops


class Gestures:
    """talk: the Conversation whose state the button changes."""

    def __init__(self, settings, talk):
        self._settings = settings
        self._talk = talk

    def press(self, gesture):
        """A gesture of button.py. During an exercise any gesture only ends it."""
        talk = self._talk
        if talk.guide.name:
            talk.end_guide()
        elif gesture == button.SHORT:
            self._short()
        elif gesture == button.DOUBLE:
            self._double()
        elif gesture == button.MEDIUM:
            talk.begin_guide(guide.PRACTICE)
        elif gesture == button.LONG and talk.state != "off":
            self._stop_or_go("pause", "pause", "resume")
        elif gesture == button.VERY_LONG:
            begins = talk.state == "off"
            talk.mark("shift-start" if begins else "shift-end")
            self._stop_or_go("off", "shift-end", "shift-start")
            if begins:
                talk.events.session.start(talk.hop)
            else:
                talk.events.session.end(talk.hop)

    def _short(self):
        talk = self._talk
        since_cue = hops(self._settings.wrong_cue_ms)
        since_call = hops(self._settings.hard_call_ms)
        if talk.cue_hop is not None and talk.hop - talk.cue_hop <= since_cue:
            talk.note(talk.cue_hop, "contested")
            talk.cue_hop = None
            talk.confirm("contested")
        elif talk.in_call or (talk.call_end is not None and talk.hop - talk.call_end <= since_call):
            talk.mark("hard-call")
        elif not talk.paused:
            talk.set_state("ready" if talk.state == "acw" else "acw", talk.hop, "button")
            talk.confirm(talk.state)

    def _double(self):
        talk = self._talk
        if talk.in_call:
            talk.budget.snooze(talk.hop)
            talk.mark("snooze")
        else:
            talk.begin_guide(guide.BREATHING)

    def _stop_or_go(self, stopped, stop_light, go_light):
        talk = self._talk
        if talk.paused:
            talk.paused = 0
            talk.set_state("ready", talk.hop, "button")
            talk.confirm(go_light)
        else:
            talk.finish()
            talk.paused = 1
            talk.set_state(stopped, talk.hop, "button")
            talk.confirm(stop_light)
