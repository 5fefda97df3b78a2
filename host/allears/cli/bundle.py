"""`allears bundle`: an application in one signed file, for machines and sites that did not build it."""

from pathlib import Path

import click

from allears.cli.common import console, json_option, print_json, size_text

_file = click.Path(dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Make, sign and check an application's file for `allears flash --bundle`."""


@command.command()
@click.argument("file", type=_file)
@click.option("--key", type=_file, required=True, metavar="FILE", help="The private key that signs.")
@click.option(
    "--board", default="xiao_rp2350", show_default=True, metavar="NAME", help="The board it is for."
)
@json_option
def make(file: Path, key: Path, board: str, as_json: bool) -> None:
    """Write this release's application for one kind of board to FILE, signed."""
    from allears.fleet import signing
    from allears.fleet.bundle import load_bundle
    from allears.fleet.flash import arch_of

    bundle = load_bundle(arch_of(board), board)
    content = signing.sign(bundle, key)
    file.write_bytes(content)
    facts = {"file": str(file), "board": board, "version": bundle.manifest["version"], "bytes": len(content)}
    if as_json:
        print_json(facts)
    else:
        console().print(f"{file}: {facts['version']} for {board}, {size_text(len(content))}")


@command.command()
@click.argument("file", type=_file)
def key(file: Path) -> None:
    """Write a new private key to FILE; this machine trusts what it signs."""
    from allears.fleet import signing

    public = signing.make_key(file)
    console().print(f"private key in {file}: keep it where only the release's maker can read it")
    console().print(f"public key {public.hex()}: for `allears bundle trust` elsewhere")


@command.command()
@click.argument("file", type=_file)
def trust(file: Path) -> None:
    """Take bundles signed by the public key in FILE from now on."""
    from allears.fleet import signing

    place = signing.trust(signing.read_public(file))
    console().print(f"trusted: {place}")


@command.command()
@click.argument("file", type=_file)
@json_option
def show(file: Path, as_json: bool) -> None:
    """Check FILE's signature and every file in it, and say what it holds."""
    from allears.fleet import signing

    bundle = signing.read_file(file)
    facts = {"file": str(file), **bundle.manifest}
    if as_json:
        print_json(facts)
    else:
        console().print(
            f"{file}: {facts['version']} for {bundle.board}, {len(bundle.files)} files, "
            f"{size_text(sum(map(len, bundle.files.values())))}, signed and whole"
        )
