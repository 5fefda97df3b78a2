# The few places where CPython and MicroPython differ. Nothing else in core may ask which one runs.
import binascii

try:
    from micropython import const
except ImportError:

    def const(value):
        """Compile-time constant on MicroPython, the value itself on CPython."""
        return value


TICKS_PERIOD = 1 << 30  # monotonic milliseconds wrap here, so that they stay small integers on the chip
_LAST = TICKS_PERIOD - 1  # the period itself is no small integer where words have 32 bits: used once, here
_HALF = TICKS_PERIOD >> 1


def ticks_diff(later, earlier):
    """Signed difference of two tick counts, right for spans under 2**29 ms (6.2 days)."""
    return ((later - earlier + _HALF) & _LAST) - _HALF


def crc32(data, start=0):
    """CRC-32 (IEEE 802.3, reflected, as in zlib) of `data`, continuing from `start`."""
    return binascii.crc32(data, start) & 0xFFFFFFFF
