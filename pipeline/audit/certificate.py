"""The certificate: what was replayed, what the leaks would have been worth, and the verdict."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.compare import Comparison, Leak
from pipeline.audit.premium import Premium
from pipeline.audit.published import Published
from pipeline.audit.sandbox import PACKAGES
from pipeline.catalogue import CATALOGUE

Certificate = dict[str, Any]

NOT_SEEN = (
    "hindsight that people who knew the span wrote into code or parameters: which features, "
    "models, windows and thresholds there are at all"
)
"""What no replay can see."""

NOT_REPLAYED = ("model", "call.json", "run.json", "report")
"""What the audit does not make again: the bundle, the latest call, the tracking's and the page."""


def certificate(  # noqa: PLR0913 - a certificate is all of these
    published: Published,
    comparisons: Sequence[Comparison],
    leaks: Sequence[Leak],
    premiums: Sequence[Premium],
    *,
    unchecked: Sequence[str],
    trials: int | None,
    before: Mapping[str, Any],
    code: str,
) -> Certificate:
    """Make ``data/audit.json``.

    Parameters
    ----------
    published
        What was audited.
    comparisons, leaks
        What came of the replays, and all that was found; none passes the audit.
    premiums
        One a leak, window and model; empty when not asked for.
    unchecked
        What a quick audit left out, in words.
    trials
        Configurations tried, where it is known.
    before
        The earlier certificate, whose cuts count on where the code is the same.
    code
        From `code_digest`.
    """
    cuts = {each.cut for each in comparisons if each.how in {"truncated", "scrambled"}}
    tried = sorted(cuts | set(before.get("cuts_tried", ())))
    tables = {
        name: _shares(frame, [each for each in comparisons if each.stage == name])
        for name, frame in published.tables.items()
    }
    return {
        "passed": not leaks,
        "unchecked": list(unchecked),
        "source": published.settings.data.source,
        "code": code,
        "first": f"{published.market.sessions[0]:%Y-%m-%d}",
        "last": f"{published.market.sessions[-1]:%Y-%m-%d}",
        "cuts": sorted(cuts),
        "cuts_tried": tried,
        "compared": tables | _scores(comparisons),
        "not_cut": sorted(n for n in published.market.raw if CATALOGUE[n].kind == "table"),
        "survivors": undated_tables(published),
        "not_replayed": list(NOT_REPLAYED),
        "not_seen": NOT_SEEN,
        "trials": trials,
        "leaks": [asdict(leak) for leak in leaks],
        "premium": _by_window(premiums),
    }


def undated_tables(published: Published) -> list[str]:
    """Tables without dates that features rest on: their rows are of today, and so of survivors."""
    return sorted(
        name
        for name in published.market.raw
        if CATALOGUE[name].kind == "table"
        and "date" not in {column for column, _cells in CATALOGUE[name].columns}
    )


def code_digest(parameters: str) -> str:
    """Digest of the code that an audit replays and of the parameters."""
    root = Path(__file__).parents[2]
    made = hashlib.sha256(parameters.encode())
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            made.update(path.read_bytes())
    return made.hexdigest()[:16]


def distinct(leaks: Iterable[Leak]) -> list[Leak]:
    """Each leaking column once, at the first session found, features before other stages."""
    first: dict[tuple[str, str], Leak] = {}
    for leak in sorted(leaks, key=lambda leak: (leak.how != "outside", leak.session, leak.cut)):
        first.setdefault((leak.stage, leak.column), leak)
    return sorted(
        first.values(), key=lambda leak: (leak.how != "outside", leak.stage != "features")
    )


def _shares(table: pd.DataFrame, rows: Sequence[Comparison]) -> dict[str, Any]:
    """Of a table: how much was made again, and how much with nothing later at hand."""
    seen, own = (np.zeros(table.shape, dtype=bool) for _ in range(2))
    for each in rows:
        places = (
            table.index.get_indexer(each.sessions),
            table.columns.get_indexer(pd.Index(each.columns)),
        )
        block = np.ix_(*(place[place >= 0] for place in places))
        seen[block] = True
        if each.own:
            own[block] = True
    known = table.notna().to_numpy()
    total = max(int(known.sum()), 1)
    return {
        "rows": len(table),
        "columns": table.shape[1],
        "values": int(known.sum()),
        "rows_replayed": float(seen.any(axis=1).mean()),
        "values_replayed": float((seen & known).sum() / total),
        "values_alone": float((own & known).sum() / total),
        "replays": len(rows),
    }


def _scores(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """Of files of scores: how many figures were made again."""
    return {
        each.stage: {
            "values": each.values,
            "values_replayed": 1.0,
            "values_alone": 0.0,
            "replays": 1,
        }
        for each in comparisons
        if each.how == "rescored"
    }


def _by_window(premiums: Sequence[Premium]) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """``{window: {leak: {model: {"honest", "leaky", "premium"}}}}``."""
    document: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for each in premiums:
        scores = {"honest": each.honest, "leaky": each.leaky, "premium": each.gain}
        document.setdefault(each.window, {}).setdefault(each.leak, {})[each.model] = scores
    return document
