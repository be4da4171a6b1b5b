"""The project: what it built, what it lacks, and what it proves."""

from typing import Annotated

import typer

from pipeline.cli.options import Json, Only

group = typer.Typer()


@group.command(epilog="Examples: undertow doctor; undertow doctor --live --only fred")
def doctor(
    only: Only = None,
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Ask every provider, and hold its answers to its manual.")
    ] = False,
    json: Json = False,
) -> None:
    """Tell what is stale and what the machine lacks, with what to do about it."""
    from pipeline.commands.doctor import run

    run(only or [], live=live, as_json=json)


@group.command()
def summary() -> None:
    """Tell what the last run built and where to look."""
    from pipeline.commands.summary import run

    run()


@group.command(epilog="Example: undertow audit --cuts 24")
def audit(
    cuts: Annotated[int, typer.Option(min=1, help="How many dates the future is cut off at.")] = 12,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Two dates, folds at once, and no leak premium.")
    ] = False,
    every_session: Annotated[
        bool, typer.Option("--every-session", help="Cut the panel at every session; resumable.")
    ] = False,
    json: Json = False,
) -> None:
    """Prove that nothing looks ahead, and tell what looking ahead would have flattered."""
    from pipeline.commands.audit import run

    run(cuts, quick=quick, as_json=json, all_sessions=every_session)


@group.command(epilog="Example: undertow schema > call.schema.json")
def schema() -> None:
    """Print the JSON Schema that every call follows, here and in the ledger."""
    from pipeline.commands.schema import run

    run()
