# The link's log requests. A pull is sent in slices from the main loop, so that sound is judged between frames.
from allears_core import messages, records
from allears_core.errors import BAD_REQUEST, CoreError


class LogServer:
    """log: SessionLog. may_flush(): True while a flash write costs no sound. busy: a pull has frames to send."""

    def __init__(self, log, may_flush):
        self.handlers = {"LOG_RANGE": self._range, "PULL": self._pull, "LOG_ACK": self._acknowledge}
        self._log = log
        self._may_flush = may_flush
        self.busy = False
        self._cursor = None
        self._stream = 0
        self._reply = None

    def abort(self):
        """The host went away or asked for something else."""
        self._cursor = None
        self.busy = False

    def step(self):
        """Send the next slice of the running pull."""
        data = self._cursor.step()
        if data is None:
            cursor = self._cursor
            self.abort()
            more = 1 if cursor.more else 0
            values = {
                "stream": self._stream,
                "next_seq": cursor.next_seq,
                "more": more,
                "corrupt": cursor.corrupt,
            }
            self._reply(messages.LOG_END, **values)
        elif data:
            self._reply(messages.LOG_DATA, stream=self._stream, data=data)

    def _range(self, values, reply):
        stream = self._known(values["stream"])
        self._flush()
        reply(
            messages.LOG_RANGE_REPLY,
            stream=stream,
            first_seq=self._log.first_seq(stream),
            next_seq=self._log.flushed_seq(stream),
            acked_seq=self._log.acked_seq(stream),
        )

    def _pull(self, values, reply):
        self._stream = self._known(values["stream"])
        self._flush()
        self._cursor = self._log.read(self._stream, values["from_seq"], values["max_bytes"])
        self._reply = reply
        self.busy = True

    def _acknowledge(self, values, reply):
        self._log.acknowledge(self._known(values["stream"]), values["below_seq"])
        reply(messages.DONE)

    def _known(self, stream):
        if stream >= len(records.STREAMS):
            raise CoreError(BAD_REQUEST, "there is no stream %d" % stream)
        return stream

    def _flush(self):
        if self._may_flush():
            self._log.flush()
