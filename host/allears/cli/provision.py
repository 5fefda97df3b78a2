"""`allears provision`: say whose clip this is and how it is set."""

from typing import TYPE_CHECKING

import click

from allears.cli.common import console, json_option, port_option, print_json

if TYPE_CHECKING:
    from allears.fleet.provision import Plan


@click.command()
@port_option
@click.option("--serial", help="Inventory number of the clip.")
@click.option("--pseudonym", help="The agent, by a name that only you can resolve.")
@click.option("--team", help="The agent's team.")
@click.option("--site", help="Where the team sits.")
@click.option("--profile", metavar="NAME", help="Cue profile, for example service, pull or log-only.")
@click.option(
    "--set", "assignments", multiple=True, metavar="KEY=VALUE", help="One setting; may be repeated."
)
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="KEY=LOW..HIGH",
    help="What the site allows for a setting; may be repeated.",
)
@click.option("--new-agent", is_flag=True, help="The clip passes to another person: new agent key, new log.")
@click.option(
    "--discard", is_flag=True, help="With --new-agent: give up what the log holds and nobody has pulled."
)
@click.option(
    "--same-person", is_flag=True, help="The same agent under another pseudonym: all of theirs moves."
)
@click.option("--dry-run", is_flag=True, help="Show what would change and change nothing.")
@json_option
def command(
    port: str,
    serial: str | None,
    pseudonym: str | None,
    team: str | None,
    site: str | None,
    profile: str | None,
    assignments: tuple[str, ...],
    limits: tuple[str, ...],
    new_agent: bool,
    discard: bool,
    same_person: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Say whose clip this is and how it is set, and give a new clip its keys.

    The keys are made and kept on this machine; `allears keys` hands them to who they are for. Everything else is
    checked here first, then staged on the clip, put in force at once, read back and compared. What is not named
    stays as it is. A clip never provisioned needs --serial, --pseudonym and --team.

    A clip that has an agent takes another pseudonym with --new-agent (pull its log first; it then forgets all of the
    one before) or with --same-person.
    """
    from allears.device import open_clip
    from allears.errors import BadInput
    from allears.fleet import handover, keying, provision

    if new_agent and same_person:
        raise click.UsageError("say either --new-agent or --same-person.")
    if discard and not new_agent:
        raise click.UsageError("--discard goes with --new-agent.")

    values = provision.read_values(profile, assignments)
    allowed = provision.read_limits(limits)
    given = {"serial": serial, "pseudonym": pseudonym, "team": team, "site": site}
    identity = provision.read_identity(given)
    with open_clip(port) as clip:
        keying.settle(clip)
        known = clip.identity()
        lacking = [
            name for name in ("serial", "pseudonym", "team") if not known[name] and name not in identity
        ]
        if lacking:
            raise BadInput(
                f"this clip has no {' and no '.join(lacking)} yet", f"add --{' and --'.join(lacking)}"
            )
        handover.admit(clip, known["pseudonym"], identity.get("pseudonym"), new_agent, same_person)
        planned = provision.plan(clip, identity, values, allowed)
        if keying.wants_keys(clip):
            planned.changes.insert(0, provision.Change("keys", "", "for agent, lead and IT"))
            if not dry_run:
                keying.give_first(clip)
        elif new_agent:
            planned.changes.insert(0, provision.Change("agent", "the one before", "new key, new log"))
            if not dry_run:
                handover.begin_anew(clip, discard)
        if not dry_run:
            provision.carry_out(clip, planned)
        unit = clip.hello.unit
    if as_json:
        changes = [change.__dict__ for change in planned.changes]
        print_json({"unit": unit, "port": port, "applied": not dry_run, "changes": changes})
    else:
        _print(unit, planned, dry_run)


def _print(unit: str, planned: "Plan", dry_run: bool) -> None:
    if not planned.changes:
        console().print(f"clip {unit}: nothing to change")
        return
    console().print(f"clip {unit}: {'would change' if dry_run else 'changed and read back'}")
    for change in planned.changes:
        unit_text = f" {change.unit}" if change.unit else ""
        console().print(f"  {change.name}: {_text(change.before)} -> {_text(change.after)}{unit_text}")


def _text(value: str | int) -> str:
    return "(none)" if value == "" else str(value)
