"""`allears questionnaire`: the Copenhagen Burnout Inventory, for the agent alone."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allears.cli.common import json_option, print_json

if TYPE_CHECKING:
    from allears.questionnaire import Answers, Diary, Entry

_INTRODUCTION = """\
19 questions, about five minutes. The answers stay in a file of yours that only you can read; they go to no store,
no report and no lead. The result is what you said, averaged. It is not a diagnosis. Leave a question out with 0."""
_AFTER = """\
Each scale runs from 0 to 100. 50 is a line often used in papers, not a diagnosis. If something here worries you, a
doctor, the company's health service or somebody you trust is the one to talk to."""


@click.command("questionnaire")
@click.option("--show", "action", flag_value="show", help="Print earlier results, ask nothing.")
@click.option("--erase", "action", flag_value="erase", help="Overwrite and remove the file with all answers.")
@click.option("--licence", "action", flag_value="licence", help="Print whose questions these are.")
@click.option(
    "--answers",
    metavar="DIGITS",
    help="All 19 answers at once: 1 to 5 each as they are listed, 0 for one left out.",
)
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="ALLEARS_DIARY",
    show_envvar=True,
    help="Your file of answers; without it, one in your data folder.",
)
@json_option
def command(action: str | None, answers: str | None, file: Path | None, as_json: bool) -> None:
    """Answer the Copenhagen Burnout Inventory for yourself, or look at earlier results."""
    from allears.questionnaire import LICENCE, Diary, default_path

    diary = Diary(file or default_path())
    if action == "licence":
        print_json({"licence": LICENCE}) if as_json else click.echo(LICENCE)
    elif action == "erase":
        _erase(diary, as_json)
    elif action == "show":
        _show(diary, diary.entries(), as_json)
    else:
        from allears.questionnaire import Entry

        diary.entries()  # a file that cannot be used is named before 19 questions are asked
        chosen = _parsed(answers) if answers is not None else _asked(as_json)
        diary.add(Entry(dt.date.today(), chosen))
        _show(diary, diary.entries()[-1:], as_json)


def _erase(diary: "Diary", as_json: bool) -> None:
    erased = diary.erase()
    if as_json:
        print_json({"file": str(diary.path), "erased": erased})
    else:
        click.echo(f"{diary.path} is gone." if erased else f"There is no file {diary.path}.")


def _parsed(digits: str) -> "Answers":
    from allears.questionnaire import ITEMS

    if len(digits) != len(ITEMS) or not set(digits) <= set("012345"):
        raise click.UsageError(f"--answers takes {len(ITEMS)} digits from 0 to 5.")
    return _by_scale([int(digit) for digit in digits])


def _asked(quiet: bool) -> "Answers":
    from allears.questionnaire import ITEMS

    click.echo(_INTRODUCTION, err=quiet)
    numbers = []
    for at, (_, _, item) in enumerate(ITEMS, 1):
        click.echo(f"\n{at}. {item.text}", err=quiet)
        click.echo("   " + "  ".join(f"{n} {text}" for n, text in enumerate(item.answers, 1)), err=quiet)
        numbers.append(click.prompt("  ", type=click.IntRange(0, 5), err=quiet, prompt_suffix=""))
    return _by_scale(numbers)


def _by_scale(numbers: list[int]) -> "Answers":
    from allears.questionnaire import ITEMS

    found: dict[str, tuple[int | None, ...]] = {}
    for (scale, _, _), number in zip(ITEMS, numbers, strict=True):
        found[scale] = (*found.get(scale, ()), None if number == 0 else number - 1)
    return found


def _show(diary: "Diary", entries: "list[Entry]", as_json: bool) -> None:
    from allears.questionnaire import LICENCE

    if as_json:
        rows = [
            {"date": entry.date.isoformat(), "scales": [result.document() for result in entry.results()]}
            for entry in entries
        ]
        print_json({"file": str(diary.path), "questionnaire": "CBI", "licence": LICENCE, "entries": rows})
        return
    if not entries:
        click.echo("There are no answers yet.")
        return
    for entry in entries:
        click.echo(f"{entry.date:%Y-%m-%d}")
        for result in entry.results():
            value = result.missing if result.mean is None else f"{result.mean:.0f} of 100"
            click.echo(f"  {result.title}: {value} ({result.answered} of {result.asked} questions)")
    click.echo(_AFTER)
