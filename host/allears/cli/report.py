"""`allears report`: one page for an agent or for a team."""

from pathlib import Path

import click

from allears.cli.common import json_option, print_json, store_option, time_zone_option


@click.command("report")
@click.option("--agent", metavar="PSEUDONYM", help="An agent's own report, from the agent's events.")
@click.option(
    "--team", metavar="NAME", help="A team lead's report, from session summaries; takes five people."
)
@click.option(
    "--named", is_flag=True, help="With --agent: what a lead may see of an agent who agreed, while they do."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("."),
    help="Folder to write the page into.",
)
@time_zone_option
@click.option(
    "--language",
    "code",
    type=click.Choice(["en", "zh_CN", "ru"]),
    default="en",
    show_default=True,
    envvar="ALLEARS_LANGUAGE",
    show_envvar=True,
    help="Language of the page.",
)
@click.option(
    "--png",
    "charts",
    metavar="CHART",
    multiple=True,
    help="Write this chart of the report as a picture as well, or all of them with `all`; may be repeated.",
)
@store_option
@json_option
def command(
    agent: str | None,
    team: str | None,
    named: bool,
    out: Path,
    time_zone: str | None,
    code: str,
    charts: tuple[str, ...],
    store: Path | None,
    as_json: bool,
) -> None:
    """Write a report as one HTML file that works offline."""
    import datetime as dt

    from allears import report
    from allears.i18n import language
    from allears.privacy.ledger import Ledger, beside
    from allears.report.local import zone
    from allears.store import Store

    if (agent is None) == (team is None):
        raise click.UsageError("name either --agent or --team.")
    if named and agent is None:
        raise click.UsageError("--named takes --agent.")
    chosen, now = zone(time_zone), dt.datetime.now(dt.UTC)
    with Store(store, read_only=True) as opened, language(code):
        if agent is not None:
            page = (
                report.named_page(opened, agent, chosen, now)
                if named
                else report.agent_page(opened, agent, chosen)
            )
        else:
            assert team is not None
            page = report.team_page(opened, team, chosen)
        paths = report.places(page, charts, out)
        if agent is not None:
            with Ledger(beside(opened.path)) as ledger:  # before there is a page that `forget` does not know
                ledger.claim(paths, agent, now)
        report.save(page, out)
        report.save_charts(page, charts, out)
    if as_json:
        print_json({**page.document, "file": str(paths[0]), "charts": [str(path) for path in paths[1:]]})
    else:
        for path in paths:
            click.echo(str(path))
