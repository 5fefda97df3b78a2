# Sound features in plain Python: the readable twin of the fast kernels, for every interpreter.
from array import array

from allears_clip.kernels.features_base import (
    LEVEL_HIGH,
    LEVEL_LOW,
    X_OFFSET,
    Y_OFFSET,
    FeatureKernel,
)
from allears_clip.kernels.tables import (
    BAND_EDGES,
    BIT_REVERSED,
    HALVING_LOSS,
    LOG2_Q8,
    TWIDDLES_Q14,
    WINDOW_Q14,
)

LEVEL_FLOOR_Q8 = -96 * 256
_HOP = 128
_POINTS = 256
_BANDS = 24


def _int16_table(data):
    """Little-endian int16 values of a committed table."""
    values = [data[i] | data[i + 1] << 8 for i in range(0, len(data), 2)]
    return array("h", [(v ^ 0x8000) - 0x8000 for v in values])


_WINDOW = _int16_table(WINDOW_Q14)
_TWIDDLES = _int16_table(TWIDDLES_Q14)


def take_hop(pcm, y, past, sums, peak):
    """Level sums, peak and pre-emphasis of the new hop, channel by channel."""
    for channel in range(2):
        before = past[channel] - X_OFFSET
        high = low = largest = 0
        for n in range(_HOP):
            at = 4 * n + 2 * channel
            x = ((pcm[at] | pcm[at + 1] << 8) ^ 0x8000) - 0x8000
            square = x * x
            high += square >> 15
            low += square & 0x7FFF
            largest = max(largest, abs(x))
            y[2 * n + channel] = x - ((15 * before) >> 4) + Y_OFFSET
            before = x
        past[channel] = before + X_OFFSET
        sums[LEVEL_HIGH + channel] = high
        sums[LEVEL_LOW + channel] = low
        peak[channel] = min(largest, 32767)


def window(old, new, bits, data):
    """Hann window over both hops, then each channel shifted to 14 bits and sign, in bit-reversed order."""
    for channel in range(2):
        used = 0
        for n in range(_POINTS):
            v = _windowed(old, new, n, channel)
            used |= v ^ (v >> 31)
        bits[channel] = bit_length(used)
        shift = max(bits[channel] - 14, 0)
        for n in range(_POINTS):
            loss = HALVING_LOSS[n] if n < len(HALVING_LOSS) else 0
            data[2 * BIT_REVERSED[n] + channel] = (_windowed(old, new, n, channel) >> shift) + loss


def _windowed(old, new, n, channel):
    hop = old if n < _HOP else new
    return (hop[2 * (n & 127) + channel] - Y_OFFSET) * _WINDOW[n]


def bit_length(value):
    """Bits needed for value >= 0; int.bit_length is not on every MicroPython."""
    bits = 0
    while value:
        value >>= 1
        bits += 1
    return bits


def transform(data):
    """In place: 256 complex points, radix-2 decimation in time, every stage halved."""
    half = 1
    while half < _POINTS:
        for k in range(half):
            at = 2 * k * (_HOP // half)
            wr, wi = _TWIDDLES[at], _TWIDDLES[at + 1]
            for a in range(2 * k, 2 * _POINTS, 4 * half):
                b = a + 2 * half
                ar, ai = data[a], data[a + 1]  # in pairs: four at once would make a tuple on the heap
                br, bi = data[b], data[b + 1]
                tr = (wr * br - wi * bi + 8192) >> 14
                ti = (wr * bi + wi * br + 8192) >> 14
                data[a] = (ar + tr) >> 1
                data[a + 1] = (ai + ti) >> 1
                data[b] = (ar - tr) >> 1
                data[b + 1] = (ai - ti) >> 1
        half *= 2


def split(data, sums):
    """Power of the two real channels out of the one complex spectrum, summed over each band."""
    for band in range(_BANDS):
        mouth = ear = 0
        for k in range(BAND_EDGES[band], BAND_EDGES[band + 1]):
            pr, pi = data[2 * k], data[2 * k + 1]
            qr, qi = data[2 * _POINTS - 2 * k], data[2 * _POINTS - 2 * k + 1]
            re, im = (pr + qr) >> 1, (pi - qi) >> 1
            mouth += re * re + im * im
            re, im = (pi + qi) >> 1, (qr - pr) >> 1
            ear += re * re + im * im
        sums[band] = mouth
        sums[_BANDS + band] = ear


def logarithms(sums, bits, bands, level):
    """Log powers of the bands, and the level of the hop, from the sums."""
    for channel in range(2):
        shift = max(bits[channel] - 14, 0)
        for band in range(channel * _BANDS, (channel + 1) * _BANDS):
            bands[band] = max(log2_q8(sums[band] + 1) + 512 * shift - 4096, 0) if bits[channel] else 0
        level[channel] = _level_q8(sums[LEVEL_HIGH + channel], sums[LEVEL_LOW + channel])


def _level_q8(high, low):
    """dBFS in Q8 from the sum of squares, high * 2**15 + low."""
    high += low >> 15
    low &= 0x7FFF
    if high >= 256:  # the low part is below the eight bits that count
        log2 = log2_q8(high) + 15 * 256
    elif high or low:
        log2 = log2_q8((high << 15) + low)
    else:
        return LEVEL_FLOOR_Q8
    return max(((log2 - 37 * 256) * 12330) >> 12, LEVEL_FLOOR_Q8)


def log2_q8(value):
    """log2 of value >= 1 in Q8, cut off after the eight bits below the leading one."""
    exponent = 8
    while value > 511:
        value >>= 1
        exponent += 1
    while value < 256:
        value <<= 1
        exponent -= 1
    return 256 * exponent + LOG2_Q8[value & 255]


class Features(FeatureKernel):
    def __init__(self):
        super().__init__(take_hop, window, transform, split, logarithms)
