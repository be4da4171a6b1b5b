"""Data: where they come from, and what is read from them."""

from typing import Annotated

import typer

from pipeline.cli.options import Json, Only

group = typer.Typer()


@group.command(epilog="Examples: undertow fetch; undertow fetch --only vix --dry-run")
def fetch(
    only: Only = None,
    since: Annotated[
        str | None, typer.Option(help="Ask again from this date on, YYYY-MM-DD, to see revisions.")
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked; ask nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Bring what is new from public endpoints, no account needed; nothing stored is ever lost."""
    from pipeline.commands.fetch import run

    run(only or [], since, dry_run=dry_run, as_json=json)


@group.command(epilog="Example: undertow use live && dvc repro")
def use(
    source: Annotated[str, typer.Argument(help="simulated, files or live.")],
) -> None:
    """Choose where the data come from: sets data.source in params.yaml."""
    from pipeline.commands.use import run

    run(source)


@group.command(epilog="Example: undertow features us2y_repricing_63")
def features(
    name: Annotated[str | None, typer.Argument(help="Show this feature alone.")] = None,
    *,
    json: Json = False,
) -> None:
    """List every feature with its driver, signals, unit, window, inputs and coverage."""
    from pipeline.commands.features import run

    run(name, as_json=json)


@group.command(
    epilog="Examples: undertow signals --driver rates; undertow signals --changed --json"
)
def signals(
    driver: Annotated[str | None, typer.Option(help="A driver, such as rates.")] = None,
    signal: Annotated[str | None, typer.Option(help="A signal's id, such as S07.")] = None,
    *,
    changed: Annotated[bool, typer.Option("--changed", help="In a new band this week.")] = False,
    json: Json = False,
) -> None:
    """Show where every signal stands against its own past, and which rules read it."""
    from pipeline.commands.signals import run

    run(driver, signal, changed=changed, as_json=json)
