"""Render the reference pages in docs/ from the tables in the code: `python tools/render_docs.py [--check]`."""

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click
import docs_text

from allears.cli import COMMANDS, group
from allears.device.refusals import Refused
from allears.errors import AllEarsError
from allears.exitcodes import ExitCode
from allears.export.table import dictionary
from allears.export.tables import AGENT_TABLES, TEAM_TABLES
from allears.exposure.breaks import ALIGNMENT
from allears.exposure.catalogue import MEASURES
from allears.indicators import DEFINITIONS
from allears.store.columns import COLUMNS, KEY_COLUMNS, TABLES
from allears.store.schema import HOUSE
from allears_core import errors, frame, messages, proof, records, settings, version
from allears_core.fields import Layout

ROOT = Path(__file__).parents[1]
MARK = "<!-- rendered from here on -->"


def table(titles: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    lines = [list(titles), *([str(cell).replace("|", "\\|") for cell in row] for row in rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def layout_table(layout: Layout) -> str:
    """The fields of a message or record."""
    if not layout.fields:
        return "No payload.\n"
    return table(
        ("field", "type", "unit or meaning", "since"), ((f"`{n}`", c, u, s) for n, c, u, s in layout.fields)
    )


def comments(path: Path, pattern: str) -> dict[str, str]:
    """Name -> comment at the end of its line, for lines of a source that match `pattern` (name as group 1)."""
    found = re.findall(rf"^\s*{pattern} = [^#\n]*(?:# (.*))?$", path.read_text("utf-8"), re.MULTILINE)
    return dict(found)


def protocol() -> str:
    """docs/protocol.md"""
    text = docs_text.PROTOCOL.format(
        version=version.PROTOCOL, max_payload=frame.MAX_PAYLOAD, cell=frame.CELL_BYTES
    )
    parts = ["# Wire protocol\n\n", text, "\n## Requests\n\n"]
    by_name = {layout.name: layout for layout in messages.LAYOUTS}
    asked = docs_text.REQUESTS.items()
    rows = [
        (f"[{n}](#{n.lower()})", f"0x{by_name[n].code:02x}", _roles(n), reply, what)
        for n, (reply, what) in asked
    ]
    parts.append(table(("request", "type", "role", "answer", "what it does"), rows))
    parts.append("\nOf the log's streams, ")
    streams = zip(records.STREAMS, messages.STREAM_ROLES, strict=True)
    parts.append("; ".join(f"{name} are for {messages.role_words(mask)}" for name, mask in streams) + ".\n")
    parts.append("\n## Capabilities\n\n")
    source = comments(ROOT / "firmware/allears_core/messages.py", "CAP_([A-Z]+)")
    bits = [(getattr(messages, "CAP_" + name), name.lower(), comment) for name, comment in source.items()]
    parts.append(table(("bit", "name", ""), bits))
    parts.append("\n## Messages\n")
    for layout in (*messages.LAYOUTS, messages.PAIR, proof.SEAL):
        parts.append(f"\n### {layout.name}\n\n" + (f"Type 0x{layout.code:02x}. " if layout.code else ""))
        if layout.name in docs_text.REQUESTS:
            parts.append(docs_text.REQUESTS[layout.name][1])
        parts.append("\n\n" + layout_table(layout))
    parts.append(f"\nIdentity fields, in this order: {', '.join(messages.IDENTITY)}.\n")
    return re.sub(r" +\n", "\n", re.sub(r"\n{3,}", "\n\n", "".join(parts)))


def _roles(request: str) -> str:
    """Who may send a request, in words."""
    mask = messages.ROLES[request]
    return "anybody" if mask == messages.ANYBODY else str(messages.role_words(mask))


def record_page() -> str:
    """docs/records.md"""
    parts = [
        "# Log records\n\n",
        docs_text.RECORDS.format(version=version.RECORDS, max_payload=records.MAX_PAYLOAD),
    ]
    parts.append(
        "\n## Header and trailer\n\n" + layout_table(records.HEADER) + "\n" + layout_table(records.TRAILER)
    )
    parts.append("\n## Records\n")
    for layout in records.LAYOUTS:
        streams = " and ".join(records.STREAMS[stream] for stream in records.STREAMS_OF[layout.name])
        parts.append(f"\n### {layout.name}\n\nType {layout.code}, in {streams}.\n\n{layout_table(layout)}")
    parts.append("\n## Words\n\nNumbers that are an index count from 0 into these lists.\n\n")
    used = re.findall(
        r"index into ([A-Z_]+)", " ".join(f[2] for layout in records.LAYOUTS for f in layout.fields)
    )
    words = [
        (f"`{name}`", ", ".join(word or "(none)" for word in getattr(records, name)))
        for name in dict.fromkeys(used)
    ]
    parts.append(table(("list", "words"), words))
    return "".join(parts)


def settings_page() -> str:
    """docs/settings.md"""
    rows = [
        (n, f"`{key}`", value, f"{low} to {high}", unit, what)
        for n, key, value, low, high, unit, _, what in settings.TABLE
    ]
    parts = ["# Settings\n\n", docs_text.SETTINGS, "\n"]
    parts.append(table(("id", "key", "default", "range", "unit", "meaning"), rows))
    parts.append(
        "\n## Profiles\n\nA profile is set by its name, and sets what is listed here; `--set` beside it wins.\n\n"
    )
    changes = [
        (
            f"`{name}`",
            ", ".join(f"{key}={value}" for key, value in settings.PROFILE_VALUES.get(name, ())) or "-",
        )
        for name in settings.PROFILES
    ]
    return "".join([*parts, table(("profile", "sets"), changes)])


def exit_codes() -> str:
    """docs/exit-codes.md"""
    meanings = comments(ROOT / "host/allears/exitcodes.py", "([A-Z_]+)")
    raised = {kind.exit_code: kind.__name__ for kind in AllEarsError.__subclasses__()}
    rows = [(int(code), code.name, raised.get(code, ""), meanings.get(code.name, "")) for code in ExitCode]
    parts = ["# Exit codes\n\n", docs_text.EXIT_CODES, "\n"]
    parts.append(table(("code", "name", "error class", "meaning"), rows))
    parts.append("\n## What a clip can say\n\nThese arrive as code 9 with the clip's own words added.\n\n")
    said = [
        (code, name, *_sentence(code)) for code, name in sorted(errors.NAMES.items()) if code != errors.OK
    ]
    return "".join([*parts, table(("error", "name", "cause", "next step"), said)])


def _sentence(code: int) -> tuple[str, str]:
    refused = Refused(code)
    return refused.cause, refused.next_step


def cli_page() -> str:
    """docs/cli.md: the part above the mark is written by hand, the rest is what --help says."""
    parts = [_by_hand("cli.md"), MARK, "\n\n", docs_text.CLI_REFERENCE]
    top = click.Context(group, info_name="allears", terminal_width=100, help_option_names=["-h", "--help"])
    for verb in sorted(COMMANDS):
        command = group.get_command(top, verb)
        assert command is not None
        parts += _help(command, click.Context(command, info_name=verb, parent=top), 3)
    return "".join(parts)


def _help(command: click.Command, context: click.Context, level: int) -> Iterable[str]:
    yield f"\n{'#' * level} {context.command_path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _help(below, click.Context(below, info_name=name, parent=context), level + 1)


def _by_hand(name: str) -> str:
    """The part of a page above the mark."""
    return (ROOT / "docs" / name).read_text("utf-8").partition(MARK)[0]


def indicator_page() -> str:
    """docs/indicators.md: below the mark every definition, word for word as the reports print it."""
    parts = [_by_hand("indicators.md"), MARK, "\n"]
    for d in DEFINITIONS:
        parts.append(f"\n### {d.title}\n\n`{d.key}`, {d.unit}. {d.formula[0].upper()}{d.formula[1:]}.\n\n")
        parts.append(f"At least {d.minimum}. Source: {d.source}.\n")
    return "".join(parts)


def exposure_page() -> str:
    """docs/exposure.md: below the mark every measure of the set."""
    parts = [_by_hand("exposure.md"), MARK, "\n"]
    for measure in MEASURES:
        d = measure.definition
        way = "More" if measure.direction > 0 else "Less"
        notes = [
            f"{way} is more exposure",
            f"scale: {measure.scale.name}, floor of the spread {measure.floor:g}",
        ]
        notes += [] if measure.signals else ["never signals"]
        notes += ["context, not load"] if measure.context else []
        notes += [] if measure.team else ["never shown to a lead"]
        parts.append(f"\n### {d.title}\n\n`{d.key}`, {d.unit}. {d.formula[0].upper()}{d.formula[1:]}.\n\n")
        parts.append(f"At least {d.minimum}. {'; '.join(notes)}. Source: {d.source}.\n")
    d = ALIGNMENT
    parts.append(f"\n### {d.title}\n\n`{d.key}`, {d.unit}. {d.formula[0].upper()}{d.formula[1:]}.\n\n")
    return "".join([*parts, f"At least {d.minimum}. For teams only. Source: {d.source}.\n"])


def store_page() -> str:
    """docs/store.md: below the mark every table and column of the store."""
    parts = [_by_hand("store.md"), MARK, "\n"]
    titles = ("column", "type", "meaning")
    for name, (meaning, columns, _) in HOUSE.items():
        parts.append(
            f"\n### {name}\n\n{meaning}\n\n" + table(titles, ((f"`{n}`", t, m) for n, t, m in columns))
        )
    parts.append("\n### Columns that every table of records begins with\n\n")
    parts.append(table(titles, ((f"`{n}`", t, m) for n, t, m in KEY_COLUMNS)))
    for record, name in TABLES.items():
        rows = ((f"`{column.name}`", column.sql_type, column.meaning) for column in COLUMNS[record])
        parts.append(
            f"\n### {name}\n\nFrom [{record}](records.md#{record.lower()}).\n\n" + table(titles, rows)
        )
    return "".join(parts)


def dictionary_page() -> str:
    """docs/data-dictionary.md: every table and column of `allears export`."""
    parts = [docs_text.DICTIONARY]
    for title, tables in (("An agent's export", AGENT_TABLES), ("A team's export", TEAM_TABLES)):
        parts.append(f"\n## {title}\n")
        for entry in dictionary(tables):
            rows = ((f"`{c['name']}`", c["type"], c["meaning"]) for c in entry["columns"])
            parts.append(f"\n### {entry['table']}\n\n{entry['meaning']}\n\n")
            parts.append(table(("column", "type", "meaning"), rows))
    return "".join(parts)


PAGES = {
    "exposure.md": exposure_page,
    "data-dictionary.md": dictionary_page,
    "indicators.md": indicator_page,
    "store.md": store_page,
    "protocol.md": protocol,
    "records.md": record_page,
    "settings.md": settings_page,
    "exit-codes.md": exit_codes,
    "cli.md": cli_page,
}


def main() -> int:
    """Write the pages; with --check only say which are out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, exit 1 if a page is out of date"
    )
    check = parser.parse_args().check
    stale = []
    for name, render in PAGES.items():
        path, text = ROOT / "docs" / name, render()
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(name)
            if not check:
                path.write_text(text, "utf-8")
    if check and stale:
        print(f"out of date: {', '.join(stale)}; run python tools/render_docs.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
