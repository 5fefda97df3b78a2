"""The `allears` command. Each verb is a module of its own here and is imported only when it is called."""

import importlib
import sys

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


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="allears")
def group() -> None:
    """Listen to how calls go: virtual clip, devices, logs, indicators and reports."""


def main() -> None:
    """Run the command line; every known error ends as one sentence on stderr and its own exit code."""
    try:
        code = group.main(standalone_mode=False)
    except AllEarsError as error:
        click.echo(f"allears: {error}.", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("allears: interrupted.", err=True)
        sys.exit(ExitCode.INTERRUPTED)
    sys.exit(code if isinstance(code, int) else ExitCode.OK)
