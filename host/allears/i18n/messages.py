"""What a message is called in the language spoken now."""

import functools
import gettext
import io
import re
from importlib import resources
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from allears.i18n.formats import count
from allears.i18n.spoken import LANGUAGES, SOURCE, spoken

_STOPS = re.compile(r"(?<!\.)\.\.(?!\.)")  # two, neither one nor an ellipsis


def text(message: str, **values: Any) -> str:
    """`message` in the language spoken now, its {placeholders} filled with `values`; without values it stays as is."""
    said = _translations(spoken()).gettext(message) if message else ""
    return _one_stop(said.format(**values)) if values else said


def plural(one: str, many: str, n: float, **values: Any) -> str:
    """The form of a message for `n` things; {n} is filled with the number as the locale writes it."""
    said = _translations(spoken()).ngettext(one, many, int(n))
    return _one_stop(said.format(**{"n": count(n), **values}))


def _one_stop(said: str) -> str:
    """An abbreviation at a sentence's end (a Russian date's "г.") lends it its full stop."""
    return _STOPS.sub(".", said)


def noted(message: str) -> str:
    """Mark a message of a table for the catalogues; it is translated where it is shown."""
    return message


def counted(one: str, many: str) -> tuple[str, str]:
    """Mark the two forms of a message of a table; `plural` takes them where they are shown."""
    return one, many


@functools.cache
def _translations(code: str) -> gettext.NullTranslations:
    """The catalogue of a language: the committed .po, compiled in memory for the standard library's gettext."""
    if code == SOURCE:
        return gettext.NullTranslations()
    source = resources.files(__package__).joinpath("catalogues", f"{code}.po")
    with source.open("rb") as file:
        catalogue = read_po(file, locale=LANGUAGES[code][0])
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
