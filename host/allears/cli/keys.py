"""`allears keys`: which clips' keys this machine holds, and who gets them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from allears.cli.common import console, json_option, port_option, print_json, print_table

if TYPE_CHECKING:
    from allears.device import Clip

_ROLES = click.Choice(["agent", "lead", "it"])
_role_option = click.option(
    "--role", "roles", type=_ROLES, multiple=True, required=True, help="Whose key; may be repeated."
)
_discard_option = click.option(
    "--discard", is_flag=True, help="Give up what the clip's log holds and nobody has pulled."
)


@click.group()
def command() -> None:
    """Which clips' keys this machine holds, and who gets them.

    The agent's key opens the events, the lead's the summaries, IT's neither: it sets the clip up and updates it.
    Keys lie in the operating system's keyring, or in files that only you can read; ALLEARS_KEYS names a folder for
    such files.
    """


@command.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """Units and roles whose keys this machine holds."""
    from allears.keys import KeyStore
    from allears.keys.secrets import NAMES

    held = [
        {
            "unit": secrets.unit,
            "roles": [NAMES[role] for role in sorted(secrets.secrets)],
            "made": secrets.made,
            "place": place,
            "unsettled": [NAMES[role] for role in sorted(secrets.pending)],
        }
        for secrets, place in KeyStore().listed()
    ]
    if as_json:
        print_json(held)
    elif not held:
        console().print("this machine holds no keys")
    else:
        rows = [
            [str(row["unit"]), ", ".join(row["roles"]), str(row["made"]), str(row["place"])] for row in held
        ]
        print_table(["unit", "roles", "made", "kept in"], rows)


@command.command("export")
@click.argument("unit")
@_role_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="File to write.",
)
@click.option("--hand-over", is_flag=True, help="Forget these keys here once the file is written.")
def export_keys(unit: str, roles: tuple[str, ...], out: Path, hand_over: bool) -> None:
    """Write keys of one clip to a file, for the machine of who they are for.

    Whoever has the file has the keys: carry it on something you trust and delete it afterwards.
    """
    from allears.errors import BadInput
    from allears.keys import ROLES, KeyStore
    from allears.keys.places import write_private

    if out.exists():
        raise BadInput(f"{out} is there already", "name another file with --out")
    store = KeyStore()
    wanted = [ROLES[role] for role in roles]
    for role in wanted:
        held = store.need(unit, role)
    write_private(out, held.only(wanted).to_json())
    for role in wanted if hand_over else ():
        store.remove(unit, role)
    console().print(f"{out}: {', '.join(roles)} of clip {unit}{', forgotten here' if hand_over else ''}")


@command.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Give up another key held here of the same clip and role.")
def import_keys(file: Path, replace: bool) -> None:
    """Take in keys that another machine has exported.

    A key that is no newer than another one held here of the same clip and role is refused: see `allears keys list` for
    when that was made.
    """
    from allears.errors import MissingInput
    from allears.keys import KeyStore
    from allears.keys.secrets import NAMES, from_json

    try:
        text = file.read_text("utf-8", "replace")
    except OSError as error:
        raise MissingInput(f"{file} cannot be read ({error.strerror})", "name the exported file") from error
    secrets = from_json(text, str(file))
    KeyStore().add(secrets, replace)
    console().print(f"clip {secrets.unit}: {', '.join(NAMES[role] for role in sorted(secrets.secrets))}")


@command.command("forget")
@click.argument("unit")
@_role_option
def forget_keys(unit: str, roles: tuple[str, ...]) -> None:
    """Drop keys of one clip here, as when the clip was given others elsewhere.

    What was sealed with them opens nowhere unless another machine holds them.
    """
    from allears.keys import ROLES, KeyStore

    store = KeyStore()
    for role in roles:
        store.need(unit, ROLES[role])
    for role in roles:
        store.remove(unit, ROLES[role])
    console().print(f"clip {unit}: {', '.join(roles)} forgotten here")


@command.command("rotate")
@port_option
@_role_option
@_discard_option
def rotate_keys(port: str, roles: tuple[str, ...], discard: bool) -> None:
    """Give a clip new keys for some roles, as when it gets another agent.

    Needs IT's key. Copies of the old keys open nothing that is logged from then on; a new key for agent or lead
    begins a new log, so pull the old one first.
    """
    from allears.fleet import keying
    from allears.keys import ROLES

    with _open(port) as clip:
        keying.rotate(clip, [ROLES[role] for role in roles], discard)
        unit = clip.hello.unit
    console().print(f"clip {unit}: new keys for {', '.join(roles)}; hand them on with `allears keys export`")


@command.command("revoke")
@port_option
@click.option("--role", type=_ROLES, required=True, help="Whose key.")
@_discard_option
def revoke_key(port: str, role: str, discard: bool) -> None:
    """Take a role away: from then on nobody can show it to the clip, or open what is logged for it.

    Needs IT's key. Give the role a key again with `allears keys rotate`.
    """
    from allears.fleet import keying
    from allears.keys import ROLES

    with _open(port) as clip:
        keying.revoke(clip, ROLES[role], discard)
        unit = clip.hello.unit
    console().print(f"clip {unit}: nobody holds the key of {role} any more")


def _open(port: str) -> "Clip":
    from allears.device import open_clip

    return open_clip(port)
