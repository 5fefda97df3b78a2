"""Bring the catalogues up to the messages in the code: `python tools/update_catalogues.py [--check]`.

Messages come from calls of `_`, `text`, `plural` and `noted`, from the templates, and from the definitions of
indicators. What is gone is dropped, what is new stands there untranslated, and the tests say so.
"""

import argparse
import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from allears.exposure.breaks import ALIGNMENT
from allears.exposure.catalogue import MEASURES
from allears.i18n import LANGUAGES, SOURCE
from allears.indicators import DEFINITIONS
from allears.indicators.formulas import FORMULAS

HOST = Path(__file__).parents[1] / "host/allears"
CATALOGUES = HOST / "i18n/catalogues"
# Function -> how many of its first arguments are forms of one message.
KEYWORDS = {"_": 1, "text": 1, "noted": 1, "plural": 2, "counted": 2}
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}

HEAD = """\
# {name}: messages of the reports. Brought up to date by tools/update_catalogues.py.
msgid ""
msgstr ""
"Project-Id-Version: allears\\n"
"Language: {code}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


Message = str | tuple[str, ...]


def in_code(path: Path) -> Iterator[Message]:
    """Messages in a module that speaks: literal first arguments of the functions of KEYWORDS."""
    source = path.read_text("utf-8")
    if "from allears.i18n import" not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            forms = [
                arg.value for arg in node.args[: KEYWORDS[node.func.id]] if isinstance(arg, ast.Constant)
            ]
            if forms and all(forms):
                yield forms[0] if len(forms) == 1 else tuple(forms)


def in_template(path: Path) -> Iterator[Message]:
    """Messages in a template."""
    keywords = {name: None if forms == 1 else (1, 2) for name, forms in KEYWORDS.items()}
    with path.open("rb") as file:
        for _, message, _, _ in extract("jinja2.ext:babel_extract", file, keywords, (), JINJA):
            yield message


def messages() -> Catalog:
    """Every message of the code, each with the files it stands in."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    found = [(path, in_code(path)) for path in sorted(HOST.rglob("*.py"))]
    found += [(path, in_template(path)) for path in sorted(HOST.rglob("templates/*.html"))]
    for path, said in found:
        for message in said:
            catalogue.add(message, locations=[(path.relative_to(HOST).as_posix(), 0)])
    for formula in FORMULAS:
        for said in (formula.title, formula.text):
            catalogue.add(said, locations=[("indicators/formulas.py", 0)])
    for definition in (*DEFINITIONS, *(measure.definition for measure in MEASURES), ALIGNMENT):
        for said in (
            definition.title,
            definition.unit,
            definition.formula,
            definition.minimum,
            definition.source,
        ):
            catalogue.add(said, locations=[("indicators/definitions.py", 0)])
    return catalogue


def updated(code: str, template: Catalog) -> bytes:
    """The catalogue of a language with exactly the messages of `template`, translations kept."""
    path = CATALOGUES / f"{code}.po"
    known = read_po(io.BytesIO(path.read_bytes()), locale=code) if path.exists() else Catalog(locale=code)
    fresh = Catalog(locale=code, fuzzy=False)
    for message in template:
        if message.id:
            old = known.get(message.id)
            added = fresh.add(
                message.id, old.string if old else None, locations=sorted(set(message.locations))
            )
            added.flags.clear()  # a per cent sign in a text is no format
    out = io.BytesIO()
    write_po(out, fresh, width=110, sort_output=True, omit_header=True, include_lineno=False)
    head = HEAD.format(name=LANGUAGES[code][2], code=code, plurals=fresh.plural_forms)
    return head.encode() + out.getvalue()


def main() -> int:
    """Write the catalogues; with --check only say which are out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, exit 1 if a catalogue is out of date"
    )
    check = parser.parse_args().check
    template, stale = messages(), []
    for code in LANGUAGES:
        path = CATALOGUES / f"{code}.po"
        if code != SOURCE and (not path.exists() or path.read_bytes() != updated(code, template)):
            stale.append(path.name)
            if not check:
                path.write_bytes(updated(code, template))
    if check and stale:
        print(f"out of date: {', '.join(stale)}; run python tools/update_catalogues.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
