"""The language of what people read: messages from gettext catalogues, numbers and dates by locale.

English is the source and needs no catalogue. Code says `text("{n} gaps", n=3)`, templates `{{ _("{n} gaps", n=3) }}`;
`with language("ru"):` decides in which language that comes out. Placeholders are those of str.format.
"""

from allears.i18n.formats import chart_locale, count, date, decimal, glue, listed, span, weekdays
from allears.i18n.messages import counted, noted, plural, text
from allears.i18n.spoken import LANGUAGES, SOURCE, language, spoken, tag

__all__ = [
    "LANGUAGES", "SOURCE", "chart_locale", "count", "counted", "date", "decimal", "glue", "language", "listed", "noted",
    "plural", "span", "spoken", "tag", "text", "weekdays",
]  # fmt: skip
