# Both ends of the link as state machines without I/O: bytes in, messages and bytes out.
from . import errors, frame, messages


class Server:
    """The clip's end. `handlers` maps a message name to a function(values, reply).

    A handler calls reply(layout, **values) any number of times, or raises CoreError.
    send(bytes) takes outgoing frames and must accept all of them.
    gate: what unseals and admits each request, as the clip's Gate does; None lets all in.
    """

    def __init__(self, handlers, send, gate=None):
        self._handlers = handlers
        self._send = send
        self._gate = gate
        self._decoder = frame.Decoder()

    @property
    def bad_frames(self):
        return self._decoder.bad_crc + self._decoder.overlong

    def receive(self, data):
        """Feed bytes from the line; answers through `send`."""
        for payload in self._decoder.feed(data):
            self._answer(payload)

    def push(self, layout, **values):
        """Send a message that nobody asked for."""
        self._send(frame.encode(messages.pack(layout, messages.UNSOLICITED_TAG, **values)))

    def _answer(self, payload):
        if len(payload) < 2:
            return
        tag = payload[1]

        def reply(layout, **values):
            self._send(frame.encode(messages.pack(layout, tag, **values)))

        try:
            if self._gate:
                payload = self._gate.unseal(payload)
            layout, tag, values = messages.unpack(payload)
            if layout is None or layout.name not in self._handlers:
                raise errors.CoreError(errors.UNKNOWN_MESSAGE, "type 0x%02x" % payload[0])
            if None in values.values():
                raise errors.CoreError(errors.BAD_REQUEST, "payload too short")
            if self._gate:
                self._gate.admit(layout, values)
            self._handlers[layout.name](values, reply)
        except ValueError as error:
            reply(messages.FAILED, error=errors.BAD_REQUEST, detail=str(error).encode())
        except errors.CoreError as error:
            reply(messages.FAILED, error=error.code, detail=error.detail.encode())


class Client:
    """The host's end: builds requests in cells, sorts what arrives into replies and unsolicited messages.

    sealer: seals the requests that need a role (proof.Sealer), None outside a session.
    """

    def __init__(self):
        self.sealer = None
        self._decoder = frame.Decoder()
        self._tag = 0

    @property
    def bad_frames(self):
        return self._decoder.bad_crc + self._decoder.overlong

    def request(self, layout, **values):
        """(tag, bytes to send) for one request."""
        self._tag = self._tag % 255 + 1
        payload = messages.pack(layout, self._tag, **values)
        if self.sealer and messages.ROLES[layout.name]:
            payload = self.sealer.seal(payload)
        return self._tag, frame.to_cells(frame.encode(payload))

    def receive(self, data):
        """List of (layout, tag, values) that `data` completed; frames of unknown or malformed messages are left out."""
        found = []
        for payload in self._decoder.feed(data):
            try:
                layout, tag, values = messages.unpack(payload)
            except ValueError:
                continue
            if layout is not None:
                found.append((layout, tag, values))
        return found
