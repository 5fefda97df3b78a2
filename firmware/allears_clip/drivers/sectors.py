# Two raw flash sectors outside the file system, over any block device of MicroPython: the place of the keys.
import os

_BLOCK_COUNT = 4  # ioctls of the block device protocol
_ERASE = 6
_COUNT = 2


def behind(device, path):
    """The two sectors that the file system mounted at `path` leaves free at the end of `device`, None without."""
    mounted = os.statvfs(path)[2]
    return Sectors(device, mounted) if device.ioctl(_BLOCK_COUNT, 0) - mounted >= _COUNT else None


class Sectors:
    """device: block device with blocks of 4096 bytes; first: the block that is sector 0."""

    def __init__(self, device, first=0):
        self._device = device
        self._first = first

    def read(self, sector, buf):
        """Fill `buf` from the sector's beginning."""
        self._device.readblocks(self._first + sector, buf, 0)

    def erase(self, sector):
        """Set all of the sector to 0xFF."""
        self._device.ioctl(_ERASE, self._first + sector)

    def program(self, sector, data):
        """Write from the beginning of an erased sector; len(data) is a multiple of 256."""
        self._device.writeblocks(self._first + sector, data, 0)  # with an offset it does not erase
