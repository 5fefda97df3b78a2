"""Which language is spoken now."""

import contextlib
import functools
from collections.abc import Iterator
from contextvars import ContextVar

from babel import Locale

SOURCE = "en"
# Code as --language takes it -> (CLDR locale, BCP 47 tag for `lang`, name in the language itself).
LANGUAGES = {
    SOURCE: ("en_GB", "en", "English"),
    "zh_CN": ("zh_CN", "zh-CN", "简体中文"),
    "ru": ("ru", "ru", "Русский"),
}
_SPOKEN: ContextVar[str] = ContextVar("allears_language", default=SOURCE)


@contextlib.contextmanager
def language(code: str) -> Iterator[None]:
    """Speak the language `code` (a key of LANGUAGES) within the block; KeyError for any other."""
    if code not in LANGUAGES:
        raise KeyError(code)
    token = _SPOKEN.set(code)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def spoken() -> str:
    """Code of the language spoken now."""
    return _SPOKEN.get()


def tag() -> str:
    """BCP 47 tag of the language spoken now, for `lang` in HTML."""
    return LANGUAGES[spoken()][1]


def locale() -> Locale:
    """CLDR locale of the language spoken now."""
    return _locale(spoken())


@functools.cache
def _locale(code: str) -> Locale:
    return Locale.parse(LANGUAGES[code][0])
