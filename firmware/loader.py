# Stands with boot.py and main.py at the root of the clip's volume, outside the slots, and no update touches it: it
# chooses which application runs. An updated one is on trial until it says that it is well; one that was started
# STARTS times and never said so is given up for the one before.
import io
import json
import os
import sys

import image

STATE = "slots.json"
LEFT = "crash.txt"  # as the application's own crashes.py has it
NAMES = ("app.0", "app.1")  # the two slots, one file each
AT_ROOT = ""  # an application that lies in files at the root, as a prompt or a first installation leaves it
MOUNTED = "/app"
STARTS = 3
_TEMPORARY = ".new"


def inflate(content):
    """What was deflated into an image."""
    import deflate  # MicroPython's

    return deflate.DeflateIO(io.BytesIO(content), deflate.RAW, image.WINDOW_BITS).read()


class Slots:
    """folder: the volume's root, ends in "/".

    running: name of the slot; root: folder of the application that runs, ends in "/". left: starts that an
    application on trial may still take, None once it is confirmed. failed: slot that was given up, None without one.
    """

    def __init__(self, folder="/"):
        self.inflate = inflate
        self.folder = folder
        self.running, self.left, self._before, self.failed = AT_ROOT, None, AT_ROOT, None
        self.root = folder
        try:
            with open(folder + STATE) as file:
                self.running, self.left, self._before, self.failed = json.load(file)
        except (OSError, ValueError, TypeError):
            self._look_around()  # never updated, or the file was lost

    @property
    def spare(self):
        """Path of the slot that an update goes to."""
        return self.folder + NAMES[self.running == NAMES[0]]

    def choose(self, mount, path):
        """Count this start, mount the slot and put it in front of `path` (sys.path). mount: vfs.mount."""
        if self.left == 0:
            self._give_up()
        elif self.left:
            self.left -= 1
            self._write()
        while self.running != AT_ROOT and not self._mounted(mount):
            self._give_up()
        if self.running != AT_ROOT:
            path[0] = MOUNTED
            self.root = MOUNTED + "/"

    def activate(self):
        """From the next start on the spare slot runs, on trial."""
        self._before, self.running, self.left, self.failed = (
            self.running,
            self.spare[len(self.folder) :],
            STARTS,
            None,
        )
        self._write()

    def confirm(self):
        """The application that runs is well."""
        self.left = None
        self._write()

    def forget_failed(self):
        """The failure has been told."""
        self.failed = None
        self._write()

    def leave(self, error):
        """Leave word of an exception that nothing of the application caught, for the next one that runs to log."""
        if isinstance(error, Exception) and LEFT not in os.listdir(self.folder):
            with open(self.folder + LEFT, "w") as file:
                sys.print_exception(error, file)

    def _mounted(self, mount):
        try:
            mount(image.Volume(open(self.folder + self.running, "rb"), inflate, io.BytesIO), MOUNTED)
        except (OSError, ValueError):  # gone or damaged
            return False
        return True

    def _look_around(self):
        """Run the first slot that is there, where there is nothing at the root."""
        there = os.listdir(self.folder)
        slots = [name for name in NAMES if name in there]
        if slots and "board.py" not in there:
            self.running, self._before = slots[0], slots[-1]

    def _give_up(self):
        self.failed, self.running, self._before = self.running, self._before, AT_ROOT
        self.left = None
        self._write()

    def _write(self):
        path = self.folder + STATE
        with open(path + _TEMPORARY, "w") as file:
            json.dump((self.running, self.left, self._before, self.failed), file)
        os.rename(path + _TEMPORARY, path)
