"""The command line: what each command is called and takes; what it does stands in its own module.

Modules are imported when their command runs, so that the evening's score does not wait for the
tracker's or the trainer's libraries.
"""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.base.project import enter
from pipeline.base.run import stage
from pipeline.doctor.scripts import check_place

app = typer.Typer(
    name="undertow",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, for scripts.")]
Only = Annotated[
    list[str] | None, typer.Option(help="A series or a provider; may be given several times.")
]


def _show_version(*, asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - it loads slowly

        typer.echo(f"undertow {version('undertow')}")
        raise typer.Exit


@app.callback()
def begin(
    directory: Annotated[
        Path | None,
        typer.Option("-C", metavar="DIR", help="Work in the project of this folder."),
    ] = None,
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Tell the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Which regime is the market in, and which is it moving into? Research, not advice."""
    enter(directory)


@app.command(epilog="Examples: undertow score --json | jq .tier; undertow score --as-of 2022-06-13")
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
    from pipeline.commands.score import run  # noqa: PLC0415

    run(as_of, despite_late or [], book, fetch=fetch, as_json=json)


@app.command(epilog="Examples: undertow fetch; undertow fetch --only vix --dry-run")
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
    from pipeline.commands.fetch import run  # noqa: PLC0415

    run(only or [], since, dry_run=dry_run, as_json=json)


@app.command(epilog="Example: undertow use live && dvc repro")
def use(
    source: Annotated[str, typer.Argument(help="simulated, files or live.")],
) -> None:
    """Choose where the data come from: sets data.source in params.yaml."""
    from pipeline.commands.use import run  # noqa: PLC0415

    run(source)


@app.command(epilog="Examples: undertow doctor; undertow doctor --live --only fred")
def doctor(
    only: Only = None,
    *,
    live: Annotated[
        bool, typer.Option("--live", help="Ask every provider, and hold its answers to its manual.")
    ] = False,
    json: Json = False,
) -> None:
    """Tell what is stale and what the machine lacks, with what to do about it."""
    from pipeline.commands.doctor import run  # noqa: PLC0415

    run(only or [], live=live, as_json=json)


@app.command(epilog="Example: undertow whatif us10y=+25bp real10y=+25bp dxy=+1% btc=-8%")
def whatif(
    moves: Annotated[
        list[str],
        typer.Argument(help="series=size, the size in bp, in % or in the series' own unit."),
    ],
    *,
    json: Json = False,
) -> None:
    """Show how probabilities, drivers and tier would move had some series closed elsewhere."""
    from pipeline.commands.whatif import run  # noqa: PLC0415

    run(moves, as_json=json)


@app.command(epilog="Examples: undertow now; undertow now --at 2025-02-02T23:00Z --json")
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
    from pipeline.commands.now import run  # noqa: PLC0415

    run(at, fetch=fetch, as_json=json)


@app.command(epilog="Examples: undertow ledger; undertow ledger 2025-06-30; undertow ledger --csv")
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
    from pipeline.commands.ledger import run  # noqa: PLC0415

    run(date, as_csv=csv, as_json=json)


@app.command(epilog="Example: undertow backfill --since 2025-06-02")
def backfill(
    since: Annotated[str, typer.Option(help="First session to fill, YYYY-MM-DD.")],
) -> None:
    """Publish what would have been said then for every session without a call."""
    from pipeline.commands.backfill import run  # noqa: PLC0415

    run(since)


@app.command(epilog="Example: undertow models --json | jq '.[0].reasons'")
def models(*, json: Json = False) -> None:
    """List the registered versions, who is champion and why others are not."""
    from pipeline.commands.models import run  # noqa: PLC0415

    run(as_json=json)


@app.command(
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
    from pipeline.commands.promote import run  # noqa: PLC0415

    run(version, despite=despite)


@app.command(epilog="Examples: undertow compare challenger; undertow compare grave-duff 3 --json")
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
    from pipeline.commands.compare import run  # noqa: PLC0415

    run(first, second, as_json=json)


@app.command(epilog="Example: undertow ui --port 5001")
def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens.")] = 5000,
) -> None:
    """Show the runs in MLflow's pages, with their scores in the table, until Ctrl-C."""
    from pipeline.commands.ui import run  # noqa: PLC0415

    run(port)


@app.command(epilog="Example: undertow leaderboard --window now")
def leaderboard(
    window: Annotated[str, typer.Option(help="Label window: now, week, ahead or month.")] = "ahead",
    *,
    json: Json = False,
) -> None:
    """Compare every model and baseline on the same out-of-sample days."""
    from pipeline.commands.leaderboard import run  # noqa: PLC0415

    run(window, as_json=json)


@app.command(epilog="Examples: undertow book; undertow book --json | jq .approaches")
def book(*, json: Json = False) -> None:
    """Tell what can happen to your book, and how well each approach forecast the worst of it."""
    from pipeline.commands.book import run  # noqa: PLC0415

    run(as_json=json)


@app.command(epilog="Example: undertow policies --json | jq .holdings.book.policies.target.delays")
def policies(*, json: Json = False) -> None:
    """Compare what every policy would have done on the same out-of-sample days, after costs."""
    from pipeline.commands.policies import run  # noqa: PLC0415

    run(as_json=json)


@app.command(epilog="Example: undertow features us2y_repricing_63")
def features(
    name: Annotated[str | None, typer.Argument(help="Show this feature alone.")] = None,
    *,
    json: Json = False,
) -> None:
    """List every feature with its driver, signals, unit, window, inputs and coverage."""
    from pipeline.commands.features import run  # noqa: PLC0415

    run(name, as_json=json)


@app.command(epilog="Examples: undertow signals --driver rates; undertow signals --changed --json")
def signals(
    driver: Annotated[str | None, typer.Option(help="A driver, such as rates.")] = None,
    signal: Annotated[str | None, typer.Option(help="A signal's id, such as S07.")] = None,
    *,
    changed: Annotated[bool, typer.Option("--changed", help="In a new band this week.")] = False,
    json: Json = False,
) -> None:
    """Show where every signal stands against its own past, and which rules read it."""
    from pipeline.commands.signals import run  # noqa: PLC0415

    run(driver, signal, changed=changed, as_json=json)


@app.command(epilog='Examples: undertow alerts --test; undertow alerts --failed "no retrain"')
def alerts(
    failed: Annotated[str | None, typer.Option(help="Tell that the nightly job failed.")] = None,
    *,
    test: Annotated[bool, typer.Option("--test", help="Send a test to every channel.")] = False,
    json: Json = False,
) -> None:
    """List your channels and what they would be told; addresses come from UNDERTOW_ALERTS."""
    from pipeline.commands.alerts import run  # noqa: PLC0415

    run(failed, test=test, as_json=json)


@app.command(epilog="Example: undertow tune --trials 20")
def tune(
    trials: Annotated[int, typer.Option(min=1, help="Configurations tried in all.")] = 20,
) -> None:
    """Search the space that params.yaml declares, inside the training span only; resumable."""
    from pipeline.commands.tune import run  # noqa: PLC0415

    run(trials)


@app.command(epilog="Example: undertow audit --cuts 24")
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
    from pipeline.commands.audit import run  # noqa: PLC0415

    run(cuts, quick=quick, as_json=json, all_sessions=every_session)


@app.command(epilog="Example: undertow report --open")
def report(
    *,
    show: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Write the report page anew, with the latest call and the latest audit."""
    from pipeline.commands.report import run  # noqa: PLC0415

    run(show=show)


@app.command(epilog="Example: undertow schema > call.schema.json")
def schema() -> None:
    """Print the JSON Schema that every call follows, here and in the ledger."""
    from pipeline.commands.schema import run  # noqa: PLC0415

    run()


@app.command()
def summary() -> None:
    """Tell what the last run built and where to look."""
    from pipeline.commands.summary import run  # noqa: PLC0415

    run()


def main() -> None:
    """Entry point of the ``undertow`` script."""
    logging.captureWarnings(capture=True)
    stage(_run, alone=False)


def _run() -> None:
    check_place(Path(sys.argv[0]), Path(sys.prefix))
    app()


if __name__ == "__main__":
    main()
