"""``undertow audit``: prove that nothing published looked ahead, and price the leaks."""

from typing import Any

import pandas as pd
from rich.table import Table

from features.registry import FeatureError
from pipeline import params
from pipeline.aligning.raw import load_raw
from pipeline.audit.certificate import Certificate, certificate, distinct
from pipeline.audit.compare import Comparison, Leak
from pipeline.audit.counterfactuals import FUTURES, Market
from pipeline.audit.cutoffs import Cut, choose_cuts
from pipeline.audit.leaks import LEAKS, Honest
from pipeline.audit.premium import Premium, premiums
from pipeline.audit.proof import check_reproduced, prove
from pipeline.audit.purge import purge_leaks
from pipeline.audit.replay import Stages, read_published
from pipeline.base.console import out, percent, show_json, show_table, table
from pipeline.base.errors import ConfigurationError, LeakError
from pipeline.base.progress import watched
from pipeline.base.run import log
from pipeline.compute.jobs import check
from pipeline.params import Params
from pipeline.storage import store
from pipeline.training.problems import make_problems, read_inputs

QUICK_CUTS = 4
_SHOWN_LEAKS = 20


def run(cuts: int, *, quick: bool, as_json: bool) -> None:
    """Audit what the stages left under ``data/`` and write ``data/audit.json``.

    Parameters
    ----------
    cuts
        Sessions at which the future is exchanged.
    quick
        Four cuts at most, and no leak premium.
    as_json
        Print the certificate instead of tables.

    Raises
    ------
    LeakError
        When anything looked ahead; it names the feature and the session.
    DataMissingError
        When a file is absent, or is not what today's code makes of the raw rows.
    ConfigurationError
        When ``cuts`` is below one.
    """
    if cuts < 1:
        raise ConfigurationError(f"--cuts is {cuts}; give at least 1")
    try:
        document = audit(params.load(), min(cuts, QUICK_CUTS) if quick else cuts, priced=not quick)
    except FeatureError as error:
        raise ConfigurationError(str(error)) from None
    store.write_json(document, store.AUDIT)
    if as_json:
        show_json(document)
    else:
        _show(document)
    if not document["passed"]:
        raise LeakError(_verdict(document["leaks"]))


def audit(settings: Params, count: int, *, priced: bool) -> Certificate:
    """Audit the files under ``data/``; see `run`."""
    check(settings.compute)
    published = read_published()
    market = Market(load_raw(settings.data.source), pd.DatetimeIndex(published["panel"].index))
    cuts = choose_cuts(published, settings.walk_forward, count)
    log.info("recomputing everything once, as it was")
    check_reproduced(published, market, settings, cuts)
    found = _proved(published, market, settings, cuts)
    labels, outlook = store.read_labels(), store.read_parquet(store.OUTLOOK)
    leaks = [leak for comparison in found for leak in comparison.leaks]
    leaks += purge_leaks(labels, published["states"], outlook, settings)
    prices = _priced(published, market, settings, outlook, labels) if priced else []
    return certificate(settings.data.source, market, cuts, found, distinct(leaks), prices)


def _proved(
    published: Stages, market: Market, settings: Params, cuts: list[Cut]
) -> list[Comparison]:
    replays = prove(published, market, settings, cuts)
    done = watched(replays, "other futures", len(cuts) * len(FUTURES))
    return [comparison for comparisons in done for comparison in comparisons]


def _priced(
    published: Stages,
    market: Market,
    settings: Params,
    outlook: pd.DataFrame,
    labels: pd.DataFrame,
) -> list[Premium]:
    """Price the leaks in the windows that have a baseline, which are the questions of the desk."""
    problems = tuple(
        problem
        for problem in make_problems(settings, read_inputs(), labels)
        if problem.window.name in settings.evaluation.baselines
    )
    honest = Honest(market, published["panel"], published["features"], problems, settings)
    done = watched(premiums(honest, outlook, labels), "leaks switched on", len(LEAKS))
    return [price for prices in done for price in prices]


def _verdict(leaks: list[dict[str, Any]]) -> str:
    others = f" (and {len(leaks) - 1} more columns)" if len(leaks) > 1 else ""
    return f"{Leak(**leaks[0])}{others}; data/audit.json lists all, mend the first stage that leaks"


def _show(document: Certificate) -> None:
    show_table(_compared_table(document))
    if document["not_cut"]:
        out.print(f"[dim]without a clock, so never cut: {', '.join(document['not_cut'])}[/]")
    if document["premium"]:
        show_table(_premium_table(document["premium"]))
    for leak in document["leaks"][:_SHOWN_LEAKS]:
        out.print(f"[bold red]leak[/] {Leak(**leak)}")
    if document["passed"]:
        out.print("[bold green]passed[/] nothing published changes with the future")


def _compared_table(document: Certificate) -> Table:
    shown = table(
        f"{document['source']}: the future cut off, and replaced by garbage, after "
        f"{len(document['cuts'])} sessions",
        "stage", "columns", "cuts", "values compared", "columns that leak",
    )  # fmt: skip
    for stage, counts in document["compared"].items():
        leaking = sum(leak["stage"] == stage for leak in document["leaks"])
        shown.add_row(
            stage,
            str(counts["columns"]),
            str(counts["cuts"]),
            f"{counts['values']:,}",
            str(leaking),
        )
    return shown


def _premium_table(premium: dict[str, Any]) -> Table:
    shown = table(
        "leak premium: skill with each leak switched on, same days and models",
        "leak", "window", "model", "honest %", "leaky %", "premium %",
        text=["window", "model"],
    )  # fmt: skip
    for window, leaks in premium.items():
        for leak, models in leaks.items():
            model = "pool" if "pool" in models else next(iter(models))
            scores = models[model]
            shown.add_row(
                leak,
                window,
                model,
                *(percent(scores[name], signed=True) for name in ("honest", "leaky", "premium")),
            )
    return shown
