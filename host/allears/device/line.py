"""One serial line, opened for us alone: real ports and pseudo-terminals alike, through pyserial.

Every fault of the operating system becomes an error a person can act on, so nothing above this module
catches OSError.
"""

import errno
import os
import stat
import termios

import serial

from allears.errors import AllEarsError, CutOff, NoDevice, PortBusy, WrongDevice

BAUD = 115200  # ignored by USB and pseudo-terminals, and what a UART bridge would run at
POLL_S = 0.05  # a read waits this long for a first byte; deadlines are kept by the caller
WRITE_S = 10.0  # a clip that takes no byte for this long is gone: a flash erase takes 0.4 s at worst
_BUSY = (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK)
_GONE = (errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.EIO)


class Line:
    """An open serial line. Raises NoDevice, PortBusy or WrongDevice on opening and CutOff afterwards."""

    def __init__(self, path: str):
        self.path = path
        _look(path)
        try:
            self._serial = serial.Serial(path, BAUD, timeout=POLL_S, write_timeout=WRITE_S, exclusive=True)
        except (OSError, termios.error) as error:
            raise _not_opened(path, error) from error

    def write(self, data: bytes) -> None:
        """Send all of `data`."""
        try:
            self._serial.write(data)
        except serial.SerialTimeoutException as error:
            raise CutOff(
                f"{self.path} took no data for {WRITE_S:.0f} s",
                "unplug the clip, plug it in and run this again",
            ) from error
        except (OSError, termios.error) as error:
            raise self._lost() from error

    def read(self) -> bytes:
        """What has arrived; waits up to POLL_S for a first byte and may return b""."""
        try:
            return self._serial.read(max(1, self._serial.in_waiting))
        except (OSError, termios.error) as error:
            raise self._lost() from error

    def close(self) -> None:
        """Give the line back; closing a line that is already gone is no error."""
        try:
            self._serial.close()
        except (OSError, termios.error):
            self._serial.is_open = False

    def _lost(self) -> CutOff:
        return CutOff(
            f"the line to {self.path} was lost",
            "check the cable and run this again, it goes on where it stopped",
        )


def _look(path: str) -> None:
    """Refuse what cannot be a serial port before anything is sent to it."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise _not_opened(path, error) from error
    if not stat.S_ISCHR(mode):
        raise WrongDevice(f"{path} is not a serial port", "name one that `allears devices` lists")


def _not_opened(path: str, error: Exception) -> AllEarsError:
    """The error to raise for what the system said about opening `path`."""
    number = getattr(error, "errno", None)
    if number in _BUSY or "exclusively lock" in str(error):
        return PortBusy(
            f"{path} is in use by another program",
            "close that program or wait until it is done",
        )
    if number in (errno.EACCES, errno.EPERM):
        return NoDevice(
            f"this user may not open {path}",
            "join the group that owns it (`ls -l` shows it, often dialout)",
        )
    if number in _GONE:
        return NoDevice(f"there is no port {path}", "plug the clip in, and see `allears devices`")
    return WrongDevice(f"{path} is not a serial port", "name one that `allears devices` lists")
