# Sound features in MicroPython's native integers ("viper"). Equal to features_py to the bit; see there
# for what each stage means. Two habits of this file: 16-bit loads are unsigned, so a signed value is
# (load ^ SIGN) - SIGN; 32-bit buffers hold no negative value, because a 64-bit build fills up with zeros.
# ruff: noqa: F821 - pointer types exist in viper only; max() there would leave native integers.
import micropython

from allears_clip.kernels.features_base import FeatureKernel
from allears_clip.kernels.tables import (
    BAND_EDGES,
    BIT_REVERSED,
    HALVING_LOSS,
    LOG2_Q8,
    TWIDDLES_Q14,
    WINDOW_Q14,
)
from allears_core.compat import const

_SIGN = const(0x8000)
_X_OFFSET = const(32768)  # as in features_base; a constant only becomes native when its module states it
_Y_OFFSET = const(65536)
_LEVEL_HIGH = const(48)
_LEVEL_LOW = const(50)
_BAND_OFFSET_Q8 = const(4096)
_LEVEL_FLOOR_Q8 = const(-24576)


@micropython.viper
def take_hop(pcm: ptr16, y: ptr32, past: ptr32, sums: ptr32, peak: ptr16):
    for channel in range(2):
        before = int(past[channel]) - _X_OFFSET
        high = 0
        low = 0
        largest = 0
        i = channel
        while i < 256:
            x = (int(pcm[i]) ^ _SIGN) - _SIGN
            square = x * x
            high += square >> 15
            low += square & 0x7FFF
            if x < 0:
                if largest < 0 - x:
                    largest = 0 - x
            elif largest < x:
                largest = x
            y[i] = x - ((15 * before) >> 4) + _Y_OFFSET
            before = x
            i += 2
        past[channel] = before + _X_OFFSET
        sums[_LEVEL_HIGH + channel] = high
        sums[_LEVEL_LOW + channel] = low
        if largest > 32767:
            largest = 32767
        peak[channel] = largest


@micropython.viper
def bits_used(old: ptr32, new: ptr32, bits: ptr32):
    w = ptr16(WINDOW_Q14)
    mouth = 0
    ear = 0
    i = 0
    while i < 128:
        early = int(w[i])
        late = int(w[i + 128])
        j = i + i
        v = (int(old[j]) - _Y_OFFSET) * early
        mouth |= v ^ (v >> 31)
        v = (int(new[j]) - _Y_OFFSET) * late
        mouth |= v ^ (v >> 31)
        v = (int(old[j + 1]) - _Y_OFFSET) * early
        ear |= v ^ (v >> 31)
        v = (int(new[j + 1]) - _Y_OFFSET) * late
        ear |= v ^ (v >> 31)
        i += 1
    count = 0
    while mouth:
        mouth >>= 1
        count += 1
    bits[0] = count
    count = 0
    while ear:
        ear >>= 1
        count += 1
    bits[1] = count


@micropython.viper
def load(old: ptr32, new: ptr32, bits: ptr32, data: ptr16):
    w = ptr16(WINDOW_Q14)
    order = ptr8(BIT_REVERSED)
    losses = ptr8(HALVING_LOSS)
    mouth = int(bits[0]) - 14
    if mouth < 0:
        mouth = 0
    ear = int(bits[1]) - 14
    if ear < 0:
        ear = 0
    i = 0
    while i < 128:
        # n and n + 128 are neighbours in bit-reversed order
        to = int(order[i]) << 1
        j = i + i
        early = int(w[i])
        late = int(w[i + 128])
        loss = 0
        if i < 64:
            loss = int(losses[i])
        data[to] = (((int(old[j]) - _Y_OFFSET) * early) >> mouth) + loss
        data[to + 1] = (((int(old[j + 1]) - _Y_OFFSET) * early) >> ear) + loss
        data[to + 2] = ((int(new[j]) - _Y_OFFSET) * late) >> mouth
        data[to + 3] = ((int(new[j + 1]) - _Y_OFFSET) * late) >> ear
        i += 1


def window(old, new, bits, data):
    bits_used(old, new, bits)
    load(old, new, bits, data)


@micropython.viper
def transform(data: ptr16):
    w = ptr16(TWIDDLES_Q14)
    # Stage 1: the twiddle is 1.
    a = 0
    while a < 512:
        ar = (int(data[a]) ^ _SIGN) - _SIGN
        ai = (int(data[a + 1]) ^ _SIGN) - _SIGN
        br = (int(data[a + 2]) ^ _SIGN) - _SIGN
        bi = (int(data[a + 3]) ^ _SIGN) - _SIGN
        data[a] = (ar + br) >> 1
        data[a + 1] = (ai + bi) >> 1
        data[a + 2] = (ar - br) >> 1
        data[a + 3] = (ai - bi) >> 1
        a += 4
    half = 4  # halves and steps count 16-bit words: two a point
    step = 128
    while half < 512:
        k = 0
        turn = 0
        while k < half:
            wr = (int(w[turn]) ^ _SIGN) - _SIGN
            wi = (int(w[turn + 1]) ^ _SIGN) - _SIGN
            a = k
            while a < 512:
                b = a + half
                br = (int(data[b]) ^ _SIGN) - _SIGN
                bi = (int(data[b + 1]) ^ _SIGN) - _SIGN
                tr = (wr * br - wi * bi + 8192) >> 14
                ti = (wr * bi + wi * br + 8192) >> 14
                ar = (int(data[a]) ^ _SIGN) - _SIGN
                ai = (int(data[a + 1]) ^ _SIGN) - _SIGN
                data[a] = (ar + tr) >> 1
                data[a + 1] = (ai + ti) >> 1
                data[b] = (ar - tr) >> 1
                data[b + 1] = (ai - ti) >> 1
                a = b + half
            k += 2
            turn += step
        half += half
        step >>= 1


@micropython.viper
def split(data: ptr16, sums: ptr32):
    edges = ptr8(BAND_EDGES)
    k = int(edges[0])
    p = k + k
    q = 512 - p
    for band in range(24):
        end = int(edges[band + 1]) << 1
        mouth = 0
        ear = 0
        while p < end:
            pr = (int(data[p]) ^ _SIGN) - _SIGN
            pi = (int(data[p + 1]) ^ _SIGN) - _SIGN
            qr = (int(data[q]) ^ _SIGN) - _SIGN
            qi = (int(data[q + 1]) ^ _SIGN) - _SIGN
            re = (pr + qr) >> 1
            im = (pi - qi) >> 1
            mouth += re * re + im * im
            re = (pi + qi) >> 1
            im = (qr - pr) >> 1
            ear += re * re + im * im
            p += 2
            q -= 2
        sums[band] = mouth
        sums[band + 24] = ear


@micropython.viper
def log_bands(sums: ptr32, bits: ptr32, bands: ptr16):
    table = ptr8(LOG2_Q8)
    channel = 0
    while channel < 2:
        used = int(bits[channel])
        base = 8 << 8
        if used > 14:
            base += (used - 14) << 9
        i = channel * 24
        end = i + 24
        while i < end:
            value = int(sums[i]) + 1
            log2 = base - _BAND_OFFSET_Q8
            while value > 511:
                value >>= 1
                log2 += 256
            while value < 256:
                value <<= 1
                log2 -= 256
            log2 += int(table[value & 255])
            if log2 < 0 or used == 0:
                log2 = 0
            bands[i] = log2
            i += 1
        channel += 1


@micropython.viper
def log_levels(sums: ptr32, level: ptr16):
    table = ptr8(LOG2_Q8)
    channel = 0
    while channel < 2:
        low = int(sums[_LEVEL_LOW + channel])
        value = int(sums[_LEVEL_HIGH + channel]) + (low >> 15)
        log2 = (8 + 15 - 37) << 8
        if value < 256:
            value = (value << 15) + (low & 0x7FFF)
            log2 = (8 - 37) << 8
        result = _LEVEL_FLOOR_Q8
        if value > 0:
            while value > 511:
                value >>= 1
                log2 += 256
            while value < 256:
                value <<= 1
                log2 -= 256
            result = ((log2 + int(table[value & 255])) * 12330) >> 12
            if result < _LEVEL_FLOOR_Q8:
                result = _LEVEL_FLOOR_Q8
        level[channel] = result
        channel += 1


def logarithms(sums, bits, bands, level):
    log_bands(sums, bits, bands)
    log_levels(sums, level)


class Features(FeatureKernel):
    def __init__(self):
        super().__init__(take_hop, window, transform, split, logarithms)
