"""``undertow audit``: prove that nothing published looked ahead, and price the leaks."""

from dataclasses import replace
from typing import Any

from rich.table import Table

from features.registry import FeatureError
from pipeline import params
from pipeline.audit.certificate import Certificate, certificate, code_digest
from pipeline.audit.compare import Leak
from pipeline.audit.every_session import every_session
from pipeline.audit.jobs import outside
from pipeline.audit.leaks import LEAKS, Honest
from pipeline.audit.premium import Premium, premiums
from pipeline.audit.prove import QUICK, UNCHECKED, full, prove
from pipeline.audit.published import Published, read_published
from pipeline.base.console import out, percent, show_json, show_quiet, show_table, styled, table
from pipeline.base.errors import ConfigurationError, LeakError
from pipeline.base.progress import watched
from pipeline.compute.jobs import check
from pipeline.storage import store
from pipeline.training.problems import make_problems, read_inputs

_SHOWN_LEAKS = 20


def run(cuts: int, *, quick: bool, as_json: bool, all_sessions: bool = False) -> None:
    """Audit what the stages left under ``data/`` and write ``data/audit.json``.

    Parameters
    ----------
    cuts
        Sessions at which the raw rows are cut; features are cut at many more.
    quick
        Fewer cuts, folds at once, and no leak premium.
    as_json
        Print the certificate instead of tables.
    all_sessions
        End the panel at every session as well; takes most of an hour, and goes on where it was
        stopped.

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
    if quick and not as_json:
        out.print(f"quick, so not checked: {'; '.join(UNCHECKED)}")
    try:
        document = audit(cuts, quick=quick, all_sessions=all_sessions)
    except FeatureError as error:
        raise ConfigurationError(str(error)) from None
    store.write_json(document, store.AUDIT)
    if as_json:
        show_json(document)
    else:
        _show(document)
    if not document["passed"]:
        raise LeakError(_verdict(document["leaks"]))


def audit(cuts: int, *, quick: bool, all_sessions: bool) -> Certificate:
    """Audit the files under ``data/``; see `run`."""
    settings = params.load()
    check(settings.compute)
    parameters = params.PARAMS.read_text(encoding="utf-8")
    code = code_digest(parameters)
    before = _before(code)
    published = read_published(settings)
    depth = QUICK if quick else full(cuts)
    proof = prove(published, parameters, depth, before)
    if all_sessions:
        done = list(every_session(published, parameters, code))
        more = [each for outcome in done for each in outcome.made]
        found = [*outside(done), *(leak for each in more for leak in each.leaks)]
        proof = replace(proof, comparisons=proof.comparisons + more, leaks=proof.leaks + found)
    return certificate(
        published,
        proof,
        [] if quick or proof.leaks else _priced(published),
        unchecked=UNCHECKED if quick else (),
        trials=_trials(),
        before=before,
        code=code,
    )


def _before(code: str) -> dict[str, Any]:
    """The earlier certificate, if it is of the same code."""
    if not store.AUDIT.exists():
        return {}
    kept = store.read_json(store.AUDIT)
    return kept if kept.get("code") == code else {}


def _trials() -> int | None:
    """Configurations that the last run's experiment has tried, if a run said so."""
    run = store.read_json(store.RUN) if store.RUN.exists() else {}
    found = run.get("trials")
    return None if found is None else int(found)


def _priced(published: Published) -> list[Premium]:
    """Price the leaks in the windows that have a baseline, which are the questions of the desk."""
    settings = published.settings
    problems = tuple(
        problem
        for problem in make_problems(settings, read_inputs(), published.labels)
        if problem.window.name in settings.evaluation.baselines
    )
    honest = Honest(published.market, published.panel, published.features, problems, settings)
    done = premiums(honest, published.outlook, published.labels)
    return [price for prices in watched(done, "leaks switched on", len(LEAKS)) for price in prices]


def _verdict(leaks: list[dict[str, Any]]) -> str:
    others = f" (and {len(leaks) - 1} more)" if len(leaks) > 1 else ""
    return f"{Leak(**leaks[0])}{others}; data/audit.json lists all, mend the first stage that leaks"


def _show(document: Certificate) -> None:
    show_table(_compared_table(document))
    tried = len(document["cuts_tried"])
    show_quiet(f"sessions cut at so far, by audits of this code: {tried:,}")
    ingest = document["ingest"]
    show_quiet(f"{ingest['how']}: {', '.join(ingest['cuts']) or 'at no session'}")
    show_quiet(f"not made again: {', '.join(_not_made_again(document))}")
    count = document["trials"]
    known = "" if count is None else f"; configurations tried so far: {count}"
    show_quiet(f"no replay can see {document['not_seen']}{known}")
    if document["premium"]:
        show_table(_premium_table(document["premium"]))
    for remark in document["remarks"]:
        show_quiet(f"remark: {remark}")
    for leak in document["leaks"][:_SHOWN_LEAKS]:
        out.print(styled(("leak", "bold red"), f" {Leak(**leak)}"))
    if document["passed"]:
        tables = [each["table"] for each in document["survivors"]]
        but = f", but for survivors in {', '.join(tables)}" if tables else ""
        out.print(
            styled(
                ("passed", "bold green"),
                f"{but}: nothing that was replayed changes with the future",
            )
        )


def _not_made_again(document: Certificate) -> list[str]:
    """Files, and parts of files of scores, that were made by nobody but their stage."""
    parts = {name: each.get("not_made_again", ()) for name, each in document["compared"].items()}
    return [
        *document["not_replayed"],
        *(f"{place} of {name}" for name, places in parts.items() for place in places),
    ]


def _compared_table(document: Certificate) -> Table:
    shown = table(
        f"{document['source']}: replayed with the future cut off, made garbage or not there",
        "table", "values", "replayed %", "nothing later at hand %", "differ",
    )  # fmt: skip
    for name, counts in document["compared"].items():
        leaking = sum(leak["stage"] == name for leak in document["leaks"])
        shown.add_row(
            name,
            f"{counts['values']:,}",
            percent(counts["values_replayed"]),
            percent(counts["values_alone"]),
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
