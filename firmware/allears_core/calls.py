# When a call runs, from sound alone: it opens with the first burst, counts once the customer has spoken,
# and is over when both sides have been silent for call_end_ms, or for line_end_ms on a line that has gone dead.
from .line import Line
from .params import hops_up
from .records import CALL_ENDS

_TONE_HOPS = hops_up(15000)
BY_SILENCE = CALL_ENDS.index("silence")
BY_LINE = CALL_ENDS.index("line")
BY_SOUND = CALL_ENDS.index("sound")


class Calls:
    """State of the call.

    open: 1 from the first burst; established: 1 once the customer has been heard in it; number: counts up from 1
    (a call that was never established gives its number back);
    line: the customer's line (line.py); ended_by: index into CALL_ENDS;
    start, end: hops of its first and last speech. opened / began (established) / ended / retracted (it was
    none: a ringing line): 1 on the hop at which that became known; news: 1 if any of them is.
    """

    def __init__(self, settings):
        self._silence = hops_up(settings.call_end_ms)
        self._line_silence = hops_up(settings.line_end_ms)
        self._least_silence = min(self._silence, self._line_silence)
        self.line = Line()
        self.number = 0
        self.reset()

    def reset(self):
        self.open = 0
        self.established = 0
        self.start = 0
        self.end = 0
        self._forget_news()
        self.ended_by = BY_SILENCE

    def _forget_news(self):
        self.news = 0
        self.opened = 0
        self.began = 0
        self.ended = 0
        self.retracted = 0

    def step(self, window, hold, hop):
        """One hop; `window` and `hold` have been stepped. Hold is part of the call, and silent only in between."""
        if self.news:
            self._forget_news()
        if not self.open:
            self._try_open(window, hop)
            if not self.open:
                return
        if hold.began and self._was_tone(window.agent_bursts, hop):
            if self.established:
                self.retracted = self.news = 1
            self._forget()
            return
        end = self.end = window.silent_from - 1
        if not self.established and window.customer_bursts.confirmed_last >= self.start:
            self.established = self.began = self.news = 1
        if hop - end >= self._least_silence:
            self._fall_silent(window, hold, hop)

    def _fall_silent(self, window, hold, hop):
        """The call may be over, unless somebody has perhaps just begun to speak."""
        if window.agent_bursts.pending or window.customer_bursts.pending:
            return
        silence = hop - max(self.end, hold.last)
        if self.line.closed and silence >= self._line_silence:
            self.close(BY_LINE)
        elif silence >= self._silence:
            self.close(BY_SILENCE)

    def close(self, ended_by):
        """The call is over; `ended` only if it was one that counts. ended_by: index into CALL_ENDS."""
        self.ended_by = ended_by
        self.ended = self.established
        if self.established:
            self.news = 1
            self.open = 0
            self.established = 0
        else:
            self._forget()

    def _forget(self):
        """It was no call: its number goes back."""
        self.number -= 1
        self.open = 0
        self.established = 0

    def _was_tone(self, agent, hop):
        """Nobody but the line has been heard, and it turns out to be ringing: what opened the call was a tone."""
        return agent.confirmed_last < self.start and hop - self.start <= _TONE_HOPS

    def _try_open(self, window, hop):
        agent = window.agent_bursts
        customer = window.customer_bursts
        by_agent = agent.confirmed_last == hop
        by_customer = customer.confirmed_last == hop
        if by_agent or by_customer:
            self.open = self.opened = self.news = 1
            self.line.reset()
            self.number += 1
            if by_agent and by_customer:
                self.start = min(agent.confirmed_start, customer.confirmed_start)
            else:
                self.start = agent.confirmed_start if by_agent else customer.confirmed_start
