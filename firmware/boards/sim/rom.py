# The virtual clip's boot ROM: run by the supervisor (host/allears/sim) under MicroPython's unix port, never from
# the volume. It opens the descriptors it inherited while the host's file system is still there, makes the flash
# image the only file system, and then starts boot.py and main.py as a port on a chip does. What a chip has as
# peripherals, the module `virtual_chip` has: board.py builds the board out of it.
import json
import os
import sys
import time

import vfs

BLOCK_BYTES = 4096
PROG_BYTES = 256
ERASED = b"\xff" * BLOCK_BYTES


class PowerCut(Exception):
    pass


class Flash:
    """Block device over the image file that behaves as NOR flash: programming only clears bits, erasing sets them.

    erases, programs: operations so far. cut_at: number of the operation at which the power fails half-way, 0 never.
    """

    def __init__(self, image, control, cut_at):
        self._image = image
        self._control = control
        self._blocks = image.seek(0, 2) // BLOCK_BYTES
        self._old = bytearray(PROG_BYTES)
        self._cut_at = cut_at
        self.erases = 0
        self.programs = 0
        self.unerased = 0  # programs onto pages that were not erased

    def readblocks(self, block, data, offset=0):
        self._whole(self._read, block * BLOCK_BYTES + offset, data)

    def writeblocks(self, block, data, offset=0):
        at = block * BLOCK_BYTES + offset
        view = memoryview(data)
        for start in range(0, len(data), PROG_BYTES):
            page = view[start : start + PROG_BYTES]
            self.programs += 1
            if self._cut():
                self._program(at + start, page[: len(page) // 2])
                self._lose_power()
            self._whole(self._program, at + start, page)

    def ioctl(self, request, argument):
        if request == 4:
            return self._blocks
        if request == 5:
            return BLOCK_BYTES
        if request == 6:
            self.erases += 1
            if self._cut():
                self._write(argument * BLOCK_BYTES, ERASED[: BLOCK_BYTES // 2])
                self._lose_power()
            self._whole(self._write, argument * BLOCK_BYTES, ERASED)
        return 0

    def _whole(self, action, at, data):
        # Ctrl-C must not tear littlefs out of an operation: on a chip this is C code that nothing interrupts.
        # Every action can be repeated, so it is, and the supervisor is asked to interrupt again.
        try:
            action(at, data)
        except KeyboardInterrupt:
            action(at, data)
            self._control.write(b"interrupt\n")

    def _read(self, at, data):
        self._image.seek(at)
        self._image.readinto(data)

    def _write(self, at, data):
        self._image.seek(at)
        self._image.write(data)

    def _program(self, at, data):
        old = memoryview(self._old)[: len(data)]
        self._read(at, old)
        if old != ERASED[: len(data)]:
            self.unerased += old != data
            data = bytes(a & b for a, b in zip(old, data))  # noqa: B905  MicroPython's zip knows no strict
        self._write(at, data)

    def _cut(self):
        return self.erases + self.programs == self._cut_at

    def _lose_power(self):
        self._control.write(b"cut\n")
        halt()


class Chip:
    """What the volume imports as `virtual_chip`: descriptors, identity and the wire to the supervisor."""

    def __init__(self, wiring):
        open(wiring["tty"], "rb").close()  # a session leader's first terminal becomes its controlling one
        self.line_in = open(wiring["line"], "rb")  # never blocks
        self.line_out = open(1, "wb")  # waits
        self.sound = open(wiring["sound"], "rb")  # never blocks
        self.control = open(wiring["control"], "wb")
        self.flash = Flash(open(wiring["image"], "r+b"), self.control, wiring["cut_at"])
        self.unit_id = bytes(int(wiring["unit"][i : i + 2], 16) for i in range(0, 16, 2))
        self.reset_cause = wiring["reset_cause"]
        self.safe_mode = wiring["safe_mode"]
        self.fast = wiring["fast"]

    def tell(self, line):
        """One line to the supervisor."""
        self.control.write(line)

    def restart(self, mode):
        """Ask for a restart; does not return."""
        self.tell(b"restart %d\n" % mode)
        halt()


def halt():
    """Wait for the supervisor to take the power away."""
    while True:
        time.sleep(3600)


def mount(chip):
    """Make the flash image the whole file system."""
    os.chdir("/")
    vfs.umount("/")
    try:
        vfs.mount(vfs.VfsLfs2(chip.flash, progsize=PROG_BYTES), "/")
    except OSError:
        chip.tell(b"unmountable\n")
        halt()
    os.chdir("/")
    sys.path[:] = ["", ".frozen", "/lib"]
    sys.modules["virtual_chip"] = chip


def run(chip, path, scope):
    """Execute one start-up file in the REPL's own scope; False if the REPL should open now."""
    try:
        os.stat(path)
    except OSError:
        return True
    try:
        execfile(path, scope)  # noqa: F821  MicroPython's
    except SystemExit:
        chip.restart(0)
    except BaseException as error:  # noqa: BLE001  as on a chip: the reason is printed and the REPL opens
        sys.print_exception(error)
        return False
    return True


def start(scope):
    """From reset to the end of main.py; `scope` is the REPL's."""
    wiring = json.loads(sys.argv[1])
    chip = Chip(wiring)
    mount(chip)
    scope.clear()
    scope["__name__"] = "__main__"
    sys.modules.pop("rom")
    chip.tell(b"booted\n")
    try:
        if run(chip, "/boot.py", scope) and wiring["main"]:
            run(chip, "/main.py", scope)
    finally:
        chip.tell(b"prompt\n")
