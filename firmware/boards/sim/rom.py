# The virtual clip's boot ROM: run by the supervisor (host/allears/sim) under MicroPython's unix port, never from
# the volume. It opens the descriptors it inherited while the host's file system is still there, makes the flash
# image the only file system, and then starts boot.py and main.py as a port on a chip does. What a chip has as
# peripherals, the module `virtual_chip` has: board.py builds the board out of it.
import json
import os
import sys
import time

import micropython
import vfs

BLOCK_BYTES = 4096
PROG_BYTES = 256
VAULT_BLOCKS = 2  # behind the file system, for keys
ERASED = b"\xff" * BLOCK_BYTES
ERASED_PAGE = b"\xff" * PROG_BYTES


class Flash:
    """Block device over the image file that behaves as NOR flash: programming only clears bits, erasing sets them.

    A garbage collection closes forgotten files, so it must not start while littlefs is at work: nothing here
    allocates, and native functions keep their frames on the stack, as the C of a chip's port does.
    blocks: of the file system; the vault's follow.
    erases, programs: operations so far; unerased: programs onto pages that were not erased.
    cut_at: number of the operation at which the power fails half-way, 0 never.
    """

    def __init__(self, image, control, cut_at):
        self._image = image
        self._control = control
        self.blocks = image.seek(0, 2) // BLOCK_BYTES - VAULT_BLOCKS
        self._page = bytearray(PROG_BYTES)
        self._cut_at = cut_at
        self.erases = 0
        self.programs = 0
        self.unerased = 0

    @micropython.native
    def readblocks(self, block, data, offset=0):
        self._image.seek(block * BLOCK_BYTES + offset)
        self._image.readinto(data)
        return 0

    @micropython.native
    def writeblocks(self, block, data, offset=0):
        at = block * BLOCK_BYTES + offset
        start = 0
        while start < len(data):
            self.programs += 1
            if self.erases + self.programs == self._cut_at:
                self._write(at + start, data, start, PROG_BYTES // 2)
                self._lose_power()
            self._program(at + start, data, start)
            start += PROG_BYTES
        return 0

    @micropython.native
    def ioctl(self, request, argument):
        if request == 4:
            return self.blocks
        if request == 5:
            return BLOCK_BYTES
        if request == 6:
            self.erases += 1
            if self.erases + self.programs == self._cut_at:
                self._write(argument * BLOCK_BYTES, ERASED, 0, BLOCK_BYTES // 2)
                self._lose_power()
            self._write(argument * BLOCK_BYTES, ERASED, 0, BLOCK_BYTES)
        return 0

    @micropython.native
    def _write(self, at, data, start, size):
        self._image.seek(at)
        self._image.write(data, start, size)

    @micropython.native
    def _program(self, at, data, start):
        page = self._page
        self._image.seek(at)
        self._image.readinto(page)
        if page == ERASED_PAGE:
            self._write(at, data, start, PROG_BYTES)
            return
        self.unerased += 1
        for i in range(PROG_BYTES):
            page[i] &= data[start + i]
        self._write(at, page, 0, PROG_BYTES)

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
        self.answers = open(wiring["answers"], "rb")
        self.flash = Flash(open(wiring["image"], "r+b"), self.control, wiring["cut_at"])
        self.unit_id = bytes(int(wiring["unit"][i : i + 2], 16) for i in range(0, 16, 2))
        self.reset_cause = wiring["reset_cause"]
        self.doing = wiring["doing"]
        self.safe_mode = wiring["safe_mode"]
        self.fast = wiring["fast"]

    def tell(self, line):
        """One line to the supervisor."""
        self.control.write(line)

    def keyboard(self, interrupts):
        """Whether 0x03 on the line interrupts the program, from now on."""
        if interrupts:
            micropython.kbd_intr(3)
        self.tell(b"keyboard %d\n" % interrupts)
        self.answers.read(1)  # the supervisor has set the terminal
        if not interrupts:
            micropython.kbd_intr(-1)

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
        chip.keyboard(True)
        chip.tell(b"prompt\n")
