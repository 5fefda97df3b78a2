from allears_core import compat, errors, params
from support import Lcg


def test_ticks_diff_is_signed_and_wraps():
    top = compat.TICKS_PERIOD
    assert compat.ticks_diff(5, 3) == 2
    assert compat.ticks_diff(3, 5) == -2
    assert compat.ticks_diff(2, top - 3) == 5
    assert compat.ticks_diff(top - 3, 2) == -5
    assert compat.ticks_diff(top // 2 - 1, 0) == top // 2 - 1
    assert compat.ticks_diff(top // 2, 0) == -(top // 2)


def test_ticks_diff_undoes_addition_across_the_wrap():
    random = Lcg(1)
    for _ in range(500):
        start = random.below(65536) << 14 | random.below(16384)
        span = random.between(-30000, 30000) * random.between(1, 17000)
        later = (start + span) % compat.TICKS_PERIOD
        assert compat.ticks_diff(later, start) == span


def test_ticks_fit_the_small_integers_of_the_chip():
    assert compat.TICKS_PERIOD <= 1 << 30


def test_crc32_is_the_common_one_and_continues():
    assert compat.crc32(b"123456789") == 0xCBF43926
    assert compat.crc32(b"456789", compat.crc32(b"123")) == 0xCBF43926
    assert compat.crc32(b"") == 0


def test_const_is_its_value():
    assert compat.const(7) == 7


def test_hops_round_down_and_up():
    assert [params.hops(ms) for ms in (0, 15, 16, 31, 32, 1000)] == [0, 0, 1, 1, 2, 62]
    assert [params.hops_up(ms) for ms in (0, 1, 16, 17, 32, 1000)] == [0, 1, 1, 2, 2, 63]


def test_a_hop_is_sixteen_milliseconds():
    assert params.HOP_SAMPLES * 1000 == params.HOP_MS * params.SAMPLE_RATE_HZ
    assert params.WINDOW_SAMPLES == 2 * params.HOP_SAMPLES


def test_every_error_has_one_code_and_one_name():
    codes = [value for name, value in errors.__dict__.items() if name.isupper() and isinstance(value, int)]
    assert sorted(codes) == sorted(errors.NAMES)
    assert len(set(errors.NAMES.values())) == len(errors.NAMES)
    assert all(0 <= code <= 255 for code in codes)


def test_an_error_says_its_detail_or_its_name():
    assert str(errors.CoreError(errors.BUSY)) == "busy"
    error = errors.CoreError(errors.BAD_VALUE, "too big")
    assert str(error) == "too big"
    assert (error.code, error.detail) == (errors.BAD_VALUE, "too big")
