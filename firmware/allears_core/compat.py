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


_CBC = 2  # cryptolib's name for the mode


def aes_cbc(key, start):
    """One pass of AES in CBC mode (FIPS 197, SP 800-38A): an object with encrypt(data) and decrypt(data), of which
    one is used, once; data is whole blocks of 16 bytes. key: 32 bytes; start: 16. None where the runtime has no AES.
    """
    try:
        from cryptolib import aes
    except ImportError:
        return _host_aes_cbc(key, start)
    return aes(key, _CBC, start)


def _host_aes_cbc(key, start):
    try:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    except ImportError:
        return None
    return _HostPass(Cipher(algorithms.AES(key), modes.CBC(start)))


class _HostPass:
    """cryptolib's two methods over the host's library."""

    def __init__(self, cipher):
        self._cipher = cipher

    def encrypt(self, data):
        return self._run(self._cipher.encryptor(), data)

    def decrypt(self, data):
        return self._run(self._cipher.decryptor(), data)

    def _run(self, context, data):
        return context.update(bytes(data)) + context.finalize()
