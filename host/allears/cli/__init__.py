"""The `allears` command. Each verb is a module of its own here and is imported only when it is called."""

import importlib
import os
import sys
from typing import NoReturn

import click

from allears.errors import AllEarsError
from allears.exitcodes import ExitCode
from allears_core.version import VERSION

COMMANDS = {
    "demo": "demo",
    "devices": "devices",
    "flash": "flash",
    "import": "import_acd",
    "monitor": "monitor",
    "provision": "provision",
    "pull": "pull",
    "replay": "replay",
    "report": "report",
    "sim": "sim",
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
        # Whoever read our output has had enough. Nothing may be flushed into the broken pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.FAILURE)
    sys.exit(code if isinstance(code, int) else ExitCode.OK)


def _end(sentence: str, code: ExitCode) -> NoReturn:
    click.echo(f"allears: {sentence}", err=True)
    sys.exit(code)
