"""The `allears` command. Each verb is a module of its own here and is imported only when it is called."""

import importlib
import io
import os
import sys
from typing import NoReturn

import click

from allears.errors import AllEarsError
from allears.exitcodes import ExitCode
from allears_core.version import VERSION

COMMANDS = {
    "bundle": "bundle",
    "consent": "consent",
    "contest": "contest",
    "demo": "demo",
    "devices": "devices",
    "doctor": "doctor",
    "erase": "erase",
    "export": "export",
    "flash": "flash",
    "forget": "forget",
    "import": "import_acd",
    "keys": "keys",
    "monitor": "monitor",
    "occupancy": "occupancy",
    "practice": "practice",
    "provision": "provision",
    "pull": "pull",
    "questionnaire": "questionnaire",
    "replay": "replay",
    "report": "report",
    "sim": "sim",
    "staffing": "staffing",
}


class Verbs(click.Group):
    """Group whose commands are loaded by name: `allears --help` stays quick, extras stay optional."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command = importlib.import_module(f"allears.cli.{module}").command
        assert isinstance(command, click.Command)
        return command


@click.command(
    cls=Verbs, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(VERSION, prog_name="allears")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Listen to how calls go: virtual clip, devices, logs, indicators and reports."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """Run the command line; every known error ends as one sentence on stderr and its own exit code."""
    _open_streams()
    try:
        code = group.main(prog_name="allears", standalone_mode=False)
        sys.stdout.flush()
    except AllEarsError as error:
        _end(f"{error}.", error.exit_code)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "allears"
        _end(f"{error.format_message().rstrip('.')}; see `{path} --help`.", ExitCode.USAGE)
    except click.ClickException as error:
        _end(f"{error.format_message().rstrip('.')}.", ExitCode.FAILURE)
    except (click.Abort, KeyboardInterrupt):
        _end("interrupted.", ExitCode.INTERRUPTED)
    except BrokenPipeError:
        _drop_output()  # whoever read it has had enough
        sys.exit(ExitCode.FAILURE)
    except OSError as error:
        if error.filename is None:
            _drop_output()
        _end(
            f"{error.filename or 'the output'} failed ({error.strerror}); check space and permissions there.",
            ExitCode.FAILURE,
        )
    except RuntimeError as error:
        # What DuckDB makes of a Ctrl-C that arrives in the middle of a query.
        if "Query interrupted" not in str(error):
            raise
        _end("interrupted.", ExitCode.INTERRUPTED)
    sys.exit(code if isinstance(code, int) else ExitCode.OK)


def _open_streams() -> None:
    """Give a program that was started with a closed stdout or stderr somewhere to write, and no character that it
    cannot encode stops it."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  until the process ends
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _drop_output() -> None:
    """Nothing may be flushed at exit into an output that failed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(sentence: str, code: ExitCode) -> NoReturn:
    click.echo(f"allears: {sentence}", err=True)
    sys.exit(code)
