# The serial line of the virtual clip: a terminal of which the supervisor holds the other end.


class Serial:
    def __init__(self, chip):
        self._in = chip.line_in
        self._out = chip.line_out

    def readinto(self, buf):
        """Bytes that were waiting, at most len(buf); 0 if none."""
        return self._in.readinto(buf) or 0

    def write(self, data):
        """Send all of `data`, waiting for the line if need be."""
        self._out.write(data)
