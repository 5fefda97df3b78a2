"""`allears consent`: an agent lets a lead see their figures by name, or no longer."""

import datetime as dt
from pathlib import Path

import click

from allears.cli.common import json_option, port_option, print_json, store_option


@click.command("consent")
@click.option("--days", type=click.IntRange(1, 366), metavar="DAYS", help="Agree, for so many days from now.")
@click.option("--withdraw", is_flag=True, help="Agree no longer, from now on.")
@click.option(
    "--show", "agent", metavar="AGENT", help="Ask no clip: what the store knows of AGENT's consent."
)
@port_option
@store_option
@json_option
def command(
    days: int | None, withdraw: bool, agent: str | None, port: str, store: Path | None, as_json: bool
) -> None:
    """Let your lead see your own figures by name, or no longer.

    The clip takes this with the agent's key only and writes it into its log; the next pull brings it to the store.
    Without it a lead sees groups of five or more. Only figures of the lead's own stream are meant, never events,
    cues or marks. Nobody may ask for it as a condition of anything.
    """
    if sum((days is not None, withdraw, agent is not None)) != 1:
        raise click.UsageError("say either --days, --withdraw or --show.")
    if agent is not None:
        _show(agent, store, as_json)
        return
    from allears.device import open_clip

    until = dt.datetime.now(dt.UTC) + dt.timedelta(days=days) if days is not None else None
    with open_clip(port) as clip:
        clip.set_clock()
        clip.consent(int(until.timestamp()) if until else 0)
        unit = clip.hello.unit
    if as_json:
        print_json({"unit": unit, "until": until.isoformat(timespec="seconds") if until else None})
    elif until:
        click.echo(
            f"The clip wrote down: by name until {until:%Y-%m-%d %H:%M} UTC. Withdraw it whenever you like."
        )
    else:
        click.echo("The clip wrote down: no longer by name.")


def _show(agent: str, store: Path | None, as_json: bool) -> None:
    from allears.errors import NotEnoughData
    from allears.privacy.consent import is_known, newest
    from allears.store import Store

    with Store(store, read_only=True) as opened:
        if not is_known(opened, agent):
            raise NotEnoughData(
                f"the store holds nothing of agent {agent}",
                "check the pseudonym, or pull the agent's clip first",
            )
        found = newest(opened, agent)
    holds = found is not None and found.holds(dt.datetime.now(dt.UTC))
    until = found.until if found else None
    if as_json:
        print_json({"agent": agent, "by_name": holds, "until": until.isoformat() if until else None})
    else:
        click.echo(f"by name until {until:%Y-%m-%d %H:%M} UTC" if holds else "not by name")
