"""Every message is translated, keeps its placeholders, and has the plural forms that its language asks for."""

import ast
import datetime as dt
import re
import string
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from allears import i18n

ROOT = Path(__file__).resolve().parents[2]
CODES = [code for code in i18n.LANGUAGES if code != i18n.SOURCE]
# Messages that are the same in every language: formulas of layout, not words.
SAME = {"n = {time}", "n = {n} {unit}", "%", "{name}: {amount}", "{value} %", "60 to 69", "%-d %b", "."}


def _catalogue(code: str) -> Catalog:
    path = resources.files(i18n).joinpath("catalogues", f"{code}.po")
    with path.open("rb") as file:
        return read_po(file, locale=code)


def _forms(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _messages(code: str) -> list[Message]:
    found = [message for message in _catalogue(code) if message.id]
    assert len(found) > 250
    return found


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_the_catalogues_hold_exactly_the_messages_of_the_code() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "update_catalogues.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("code", CODES)
def test_every_message_is_translated(code: str) -> None:
    lacking = [m.id for m in _messages(code) if m.fuzzy or not all(_forms(m.string))]
    assert not lacking


@pytest.mark.parametrize("code", CODES)
def test_every_placeholder_is_kept(code: str) -> None:
    for message in _messages(code):
        one, many = _placeholders(_forms(message.id)[0]), _placeholders(_forms(message.id)[-1])
        for said in _forms(message.string):
            assert one - {"n"} <= _placeholders(said) <= many, message.id
            if message.pluralizable:  # a form serves more than one number, in Russian 1 and 21
                assert _placeholders(said) == many, message.id


@pytest.mark.parametrize("code", CODES)
def test_every_plural_has_all_forms_of_its_language(code: str) -> None:
    forms = {"ru": 3, "zh_CN": 1}[code]
    for message in _messages(code):
        if message.pluralizable:
            assert len(_forms(message.string)) == forms, message.id


@pytest.mark.parametrize(("code", "alphabet"), [("ru", ("Ѐ", "ӿ")), ("zh_CN", ("一", "鿿"))])
def test_translations_are_in_their_own_script(code: str, alphabet: tuple[str, str]) -> None:
    """Nothing was left in English by copying it."""
    low, high = alphabet
    for message in _messages(code):
        letters = [c for c in _forms(message.id)[0] if c.isalpha()]
        if _forms(message.id)[0] in SAME or len(letters) < 3 or not _needs_words(message.id):
            continue
        for said in _forms(message.string):
            assert any(low <= c <= high for c in said), message.id


def _needs_words(identity: Any) -> bool:
    """False for a message of placeholders, figures and signs, as {low} to {high} is in Chinese."""
    text = _forms(identity)[0]
    for name in _placeholders(text):
        text = text.replace("{" + name + "}", "")
    return sum(c.isalpha() for c in text) > 3


def test_russian_counts_by_the_last_figures() -> None:
    said = {}
    with i18n.language("ru"):
        for n in (0, 1, 2, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111, 1001):
            said[n] = i18n.plural("{n} call", "{n} calls", n)
    assert [text.split()[-1] for text in said.values()] == [
        "звонков", "звонок", "звонка", "звонка", "звонков", "звонков", "звонков", "звонков", "звонок", "звонка",
        "звонков", "звонок", "звонков", "звонок",
    ]  # fmt: skip
    assert said[1001] == "1\xa0001 звонок"


@given(st.integers(0, 10**9))
def test_the_russian_rule_is_that_of_the_language(n: int) -> None:
    one = n % 10 == 1 and n % 100 != 11
    few = n % 10 in (2, 3, 4) and n % 100 not in (12, 13, 14)
    with i18n.language("ru"):
        word = i18n.plural("{n} call", "{n} calls", n).split()[-1]
    assert word == ("звонок" if one else "звонка" if few else "звонков")


def test_chinese_has_one_form() -> None:
    with i18n.language("zh_CN"):
        assert i18n.plural("{n} call", "{n} calls", 1) == "1 通通话"
        assert i18n.plural("{n} call", "{n} calls", 12345) == "12,345 通通话"


def test_dates_and_numbers_follow_the_locale() -> None:
    first, last = dt.date(2026, 10, 23), dt.date(2026, 11, 20)
    said = {}
    for code in i18n.LANGUAGES:
        with i18n.language(code):
            said[code] = (
                i18n.date(last),
                i18n.span(last, last),
                i18n.decimal(-1234.5, 1),
                i18n.weekdays()[0],
            )
            assert i18n.span(first, last).count("2026") == 1
    assert said["en"] == ("Fri 20 Nov", "20 Nov 2026", "−1,234.5", "Mon")
    assert said["zh_CN"] == ("11月20日周五", "2026年11月20日", "−1,234.5", "周一")
    assert said["ru"] == ("пт, 20 нояб.", "20 нояб. 2026\u202fг.", "−1\xa0234,5", "пн")


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_what_rounds_to_nothing_has_no_sign(value: float, places: int) -> None:
    said = i18n.decimal(value, places)
    assert float(said.replace(",", "").replace("−", "-")) == pytest.approx(round(value, places))
    assert not (said.startswith("−") and float(said[1:].replace(",", "")) == 0)


def test_a_language_ends_with_its_block_even_after_an_error() -> None:
    with pytest.raises(ValueError, match="stop"), i18n.language("ru"):
        assert i18n.tag() == "ru"
        raise ValueError("stop")
    assert (i18n.spoken(), i18n.tag()) == ("en", "en")
    with pytest.raises(KeyError), i18n.language("tlh"):
        pass


def test_reports_hold_no_text_that_escaped_the_catalogues() -> None:
    """Between the tags of the templates stand only expressions, names of the product and signs."""
    for path in sorted((ROOT / "host/allears/report/templates").glob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.S)
        text = re.sub(r"<[^>]*>", " ", text)
        assert set(re.findall(r"[A-Za-z]{2,}", text)) <= {"AllEars"}, path.name


def test_messages_are_literals() -> None:
    """A message put together at run time would never reach the catalogues."""
    for path in sorted((ROOT / "host/allears/report").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "noted")
            ):
                assert not isinstance(node.args[0], ast.JoinedStr | ast.BinOp), (path.name, node.lineno)


def test_an_abbreviation_at_the_end_lends_the_sentence_its_full_stop():
    with i18n.language("ru"):
        day = i18n.span(dt.date(2026, 11, 22), dt.date(2026, 11, 22))
        assert day.endswith(".")
        assert i18n.text("Source: {source}.", source=day).endswith("г.")
        assert i18n.text("Source: {source}.", source="a...").endswith("a....")
