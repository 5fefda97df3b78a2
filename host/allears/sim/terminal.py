"""Pseudo-terminals: the one that programs open, and the one that each start of the clip runs on."""

import errno
import os
import select
import termios
import tty

INTERRUPT = 0x03  # Ctrl-C


def open_line() -> tuple[int, str]:
    """(master, path) of a terminal that a serial program can open: raw, without echo, nobody on it yet."""
    master, slave = os.openpty()
    tty.setraw(slave)
    path = os.ttyname(slave)
    os.close(slave)
    os.set_blocking(master, False)
    return master, path


def open_console() -> tuple[int, int, int]:
    """(master, slave, line) of the terminal MicroPython runs on; `line` reads the slave without blocking.

    Raw, with room for one signal, which `let_interrupt` turns on: 0x03 interrupts the program as on USB. QUIT and
    SUSP are disabled, so that no byte of a binary frame stops or kills it; NOFLSH keeps what follows a Ctrl-C.
    """
    master, slave = os.openpty()
    tty.setraw(slave)
    modes = termios.tcgetattr(slave)
    modes[3] = modes[3] & ~termios.ISIG | termios.NOFLSH
    controls = modes[6]
    disabled = bytes([os.fpathconf(slave, "PC_VDISABLE") & 0xFF])
    for index in (termios.VQUIT, termios.VSUSP, termios.VEOF, termios.VLNEXT, termios.VSTART, termios.VSTOP):
        controls[index] = disabled
    controls[termios.VINTR] = bytes([INTERRUPT])
    termios.tcsetattr(slave, termios.TCSANOW, modes)
    line = os.open(os.ttyname(slave), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    os.set_blocking(master, False)
    return master, slave, line


def someone_listens(master: int) -> bool:
    """True while a program has the other end of a line open."""
    poll = select.poll()
    poll.register(master, 0)
    return not any(events & select.POLLHUP for _, events in poll.poll(0))


def let_interrupt(master: int, on: bool) -> None:
    """Whether 0x03 interrupts what runs on the terminal, or is a byte like others."""
    modes = termios.tcgetattr(master)
    modes[3] = modes[3] | termios.ISIG if on else modes[3] & ~termios.ISIG
    termios.tcsetattr(master, termios.TCSANOW, modes)


def interrupts(master: int) -> bool:
    """True while 0x03 raises KeyboardInterrupt, which is whenever code runs; at the prompt it is just a byte."""
    return bool(termios.tcgetattr(master)[3] & termios.ISIG)


def read_some(fd: int) -> tuple[bytes, bool]:
    """(what is waiting, True if the other end is gone)."""
    try:
        data = os.read(fd, 65536)
    except BlockingIOError:
        return b"", False
    except OSError as error:
        if error.errno != errno.EIO:  # EIO: the last slave was closed
            raise
        return b"", True
    return data, not data


def write_some(fd: int, data: bytes | bytearray) -> int:
    """Number of bytes the terminal took, 0 when it is full or its other end is gone."""
    try:
        return os.write(fd, data)
    except BlockingIOError:
        return 0
    except OSError as error:
        if error.errno != errno.EIO:
            raise
        return 0
