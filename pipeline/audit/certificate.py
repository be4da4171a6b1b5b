"""The certificate: what was compared, what the leaks would have been worth, and the verdict."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from pipeline.audit.compare import Comparison, Leak
from pipeline.audit.counterfactuals import Market
from pipeline.audit.cutoffs import Cut
from pipeline.audit.premium import Premium
from pipeline.catalogue import CATALOGUE

Certificate = dict[str, Any]


def certificate(  # noqa: PLR0913 - a certificate is all of these
    source: str,
    market: Market,
    cuts: Sequence[Cut],
    comparisons: Sequence[Comparison],
    leaks: Sequence[Leak],
    premiums: Sequence[Premium],
) -> Certificate:
    """Make ``data/audit.json``.

    Parameters
    ----------
    source
        Name of the data source.
    market
        What was audited.
    cuts, comparisons
        Where the future was exchanged, and what came of it.
    leaks
        All that was found, purges included; none passes the audit.
    premiums
        One a leak, window and model; empty when not asked for.
    """
    return {
        "passed": not leaks,
        "source": source,
        "first": f"{market.sessions[0]:%Y-%m-%d}",
        "last": f"{market.sessions[-1]:%Y-%m-%d}",
        "cuts": [f"{cut.session:%Y-%m-%d}" for cut in cuts],
        "deep_cuts": [f"{cut.session:%Y-%m-%d}" for cut in cuts if cut.deep],
        "compared": _compared(comparisons),
        "not_cut": sorted(name for name in market.raw if CATALOGUE[name].kind == "table"),
        "leaks": [asdict(leak) for leak in leaks],
        "premium": _by_window(premiums),
    }


def distinct(leaks: Iterable[Leak]) -> list[Leak]:
    """Each leaking column once, at the first session found, features before other stages."""
    first: dict[tuple[str, str], Leak] = {}
    for leak in sorted(leaks, key=lambda leak: (leak.session, leak.cut)):
        first.setdefault((leak.stage, leak.column), leak)
    return sorted(first.values(), key=lambda leak: leak.stage != "features")


def _compared(comparisons: Sequence[Comparison]) -> dict[str, dict[str, int]]:
    stages = dict.fromkeys(each.stage for each in comparisons)
    return {
        stage: {
            "cuts": len({each.cut for each in rows}),
            "replays": len(rows),
            "columns": len({name for each in rows for name in each.columns}),
            "sessions": max(each.sessions for each in rows),
            "values": sum(each.values for each in rows),
        }
        for stage in stages
        for rows in [[each for each in comparisons if each.stage == stage]]
    }


def _by_window(premiums: Sequence[Premium]) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """``{window: {leak: {model: {"honest", "leaky", "premium"}}}}``."""
    document: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for each in premiums:
        scores = {"honest": each.honest, "leaky": each.leaky, "premium": each.gain}
        document.setdefault(each.window, {}).setdefault(each.leak, {})[each.model] = scores
    return document
