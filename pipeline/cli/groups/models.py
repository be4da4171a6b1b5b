"""Models: how good they are, which one scores, and how to look for a better one."""

from typing import Annotated

import typer

from pipeline.cli.options import Json

group = typer.Typer()


@group.command(epilog="Example: undertow leaderboard --window now")
def leaderboard(
    window: Annotated[str, typer.Option(help="Label window: now, week, ahead or month.")] = "ahead",
    *,
    json: Json = False,
) -> None:
    """Compare every model and baseline on the same out-of-sample days."""
    from pipeline.commands.leaderboard import run

    run(window, as_json=json)


@group.command(
    epilog="Example: undertow policies --json | jq .holdings.book.policies.target.delays"
)
def policies(*, json: Json = False) -> None:
    """Compare what every policy would have done on the same out-of-sample days, after costs."""
    from pipeline.commands.policies import run

    run(as_json=json)


@group.command(epilog="Examples: undertow book; undertow book --json | jq .approaches")
def book(*, json: Json = False) -> None:
    """Tell what can happen to your book, and how well each approach forecast the worst of it."""
    from pipeline.commands.book import run

    run(as_json=json)


@group.command(epilog="Example: undertow models --json | jq '.[0].reasons'")
def models(*, json: Json = False) -> None:
    """List the registered versions, who is champion and why others are not."""
    from pipeline.commands.models import run

    run(as_json=json)


@group.command(epilog="Examples: undertow compare challenger; undertow compare grave-duff 3 --json")
def compare(
    first: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="champion, challenger, a version, a DVC experiment, a run's name or id.",
        ),
    ],
    second: Annotated[
        str, typer.Argument(metavar="B", help="What it is held against.")
    ] = "champion",
    *,
    json: Json = False,
) -> None:
    """Tell which of two runs is better on the same days, by how much, and whether it is noise."""
    from pipeline.commands.compare import run

    run(first, second, as_json=json)


@group.command(
    epilog='Example: undertow promote 3 --despite "another label definition, so scores differ"'
)
def promote(
    version: Annotated[int | None, typer.Argument(help="Its number; else the challenger.")] = None,
    *,
    despite: Annotated[
        str | None, typer.Option(help="Why the gates are overruled; recorded with the version.")
    ] = None,
) -> None:
    """Make a version the champion, and score with it from here on."""
    from pipeline.commands.promote import run

    run(version, despite=despite)


@group.command(epilog="Example: undertow ui --port 5001")
def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens.")] = 5000,
) -> None:
    """Show the runs in MLflow's pages, with their scores in the table, until Ctrl-C."""
    from pipeline.commands.ui import run

    run(port)


@group.command(epilog="Example: undertow tune --trials 20")
def tune(
    trials: Annotated[int, typer.Option(min=1, help="Configurations tried in all.")] = 20,
) -> None:
    """Search the space that params.yaml declares, inside the training span only; resumable."""
    from pipeline.commands.tune import run

    run(trials)
