"""Calls: what is said of a session, what was said, and what would be."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import Json

group = typer.Typer()


@group.command(
    epilog="Examples: undertow score --json | jq .tier; undertow score --as-of 2022-06-13"
)
def score(
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Say what would have been said on this date, YYYY-MM-DD."),
    ] = None,
    despite_late: Annotated[
        list[str] | None,
        typer.Option(
            "--despite-late",
            metavar="SERIES",
            help="Publish though this required series is late; the call says so.",
        ),
    ] = None,
    book: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="Show the risk of these holdings (series,weight); nothing of them is kept.",
        ),
    ] = None,
    *,
    fetch: Annotated[
        bool, typer.Option(help="Want the newest session: fetch it, or refuse. Else what is there.")
    ] = True,
    json: Json = False,
) -> None:
    """Publish the latest session's call: the scenario it is in and the one it moves into."""
    from pipeline.commands.score import run

    run(as_of, despite_late or [], book, fetch=fetch, as_json=json)


@group.command(epilog="Examples: undertow now; undertow now --at 2025-02-02T23:00Z --json")
def now(
    at: Annotated[
        str | None,
        typer.Option("--at", help="This UTC hour, such as 2025-02-02T23:00Z; else the last one."),
    ] = None,
    *,
    fetch: Annotated[
        bool, typer.Option(help="On live data, bring crypto up to the hour first.")
    ] = True,
    json: Json = False,
) -> None:
    """Show the last call with crypto brought up to the hour: provisional, published nowhere."""
    from pipeline.commands.now import run

    run(at, fetch=fetch, as_json=json)


@group.command(epilog="Example: undertow whatif us10y=+25bp real10y=+25bp dxy=+1% btc=-8%")
def whatif(
    moves: Annotated[
        list[str],
        typer.Argument(help="series=size, the size in bp, in % or in the series' own unit."),
    ],
    *,
    json: Json = False,
) -> None:
    """Show how probabilities, drivers and tier would move had some series closed elsewhere."""
    from pipeline.commands.whatif import run

    run(moves, as_json=json)


@group.command(
    epilog="Examples: undertow ledger; undertow ledger 2025-06-30; undertow ledger --csv"
)
def ledger(
    date: Annotated[
        str | None, typer.Argument(help="Show this session's calls as published, YYYY-MM-DD.")
    ] = None,
    *,
    csv: Annotated[
        bool, typer.Option("--csv", help="A table for spreadsheets, on stdout.")
    ] = False,
    json: Json = False,
) -> None:
    """List every call as published, and hold the closed ones against what happened."""
    from pipeline.commands.ledger import run

    run(date, as_csv=csv, as_json=json)


@group.command(epilog="Example: undertow backfill --since 2025-06-02")
def backfill(
    since: Annotated[str, typer.Option(help="First session to fill, YYYY-MM-DD.")],
) -> None:
    """Publish what would have been said then for every session without a call."""
    from pipeline.commands.backfill import run

    run(since)


@group.command(epilog="Example: undertow report --open")
def report(
    *,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Write the report page anew, with the latest call and the latest audit."""
    from pipeline.commands.report import run

    run(show=show)


@group.command(epilog='Examples: undertow alerts --test; undertow alerts --failed "no retrain"')
def alerts(
    failed: Annotated[str | None, typer.Option(help="Tell that the nightly job failed.")] = None,
    *,
    test: Annotated[bool, typer.Option("--test", help="Send a test to every channel.")] = False,
    json: Json = False,
) -> None:
    """List your channels and what they would be told; addresses come from UNDERTOW_ALERTS."""
    from pipeline.commands.alerts import run

    run(failed, test=test, as_json=json)
