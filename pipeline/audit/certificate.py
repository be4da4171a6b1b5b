"""The certificate: what was replayed, what the leaks would have been worth, and the verdict."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.audit.compare import Comparison, Leak
from pipeline.audit.ingest_replay import how_replayed
from pipeline.audit.premium import Premium
from pipeline.audit.prove import Proof
from pipeline.audit.published import Published
from pipeline.audit.remade import REMADE
from pipeline.audit.sandbox import PACKAGES
from pipeline.audit.undated import undated_tables

Certificate = dict[str, Any]

NOT_SEEN = (
    "hindsight that people who knew the span wrote into code or parameters: which features, "
    "models, windows and thresholds there are at all"
)
"""What no replay can see."""

NOT_REPLAYED = ("model", "call.json", "run.json", "report")
"""What is not made again but where it stands among the compared: the bundle and the latest call;
the tracking's and the page never."""


def certificate(  # noqa: PLR0913 - a certificate is all of these
    published: Published,
    proof: Proof,
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
    proof
        What came of the replays and checks; an audit without a leak passes.
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
    comparisons, leaks = proof.comparisons, distinct(proof.leaks)
    cuts = {each.cut for each in comparisons if each.how in {"truncated", "scrambled"}}
    tried = sorted(cuts | set(before.get("cuts_tried", ())))
    tables = {
        name: _shares(frame, [each for each in comparisons if each.stage == name])
        for name, frame in published.tables.items()
    }
    scored = _scores(comparisons)
    return {
        "passed": not leaks,
        "unchecked": list(unchecked),
        "source": published.settings.data.source,
        "code": code,
        "first": f"{published.market.sessions[0]:%Y-%m-%d}",
        "last": f"{published.market.sessions[-1]:%Y-%m-%d}",
        "cuts": sorted(cuts),
        "cuts_tried": tried,
        "compared": tables | scored,
        "ingest": {"cuts": proof.ingested, "how": how_replayed(published.settings.data.source)},
        "remarks": proof.remarks,
        "survivors": [asdict(each) for each in undated_tables(published.market.raw)],
        "not_replayed": [name for name in NOT_REPLAYED if name not in scored],
        "not_seen": NOT_SEEN,
        "trials": trials,
        "leaks": [asdict(leak) for leak in leaks],
        "premium": _by_window(premiums),
    }


def code_digest(parameters: str) -> str:
    """Digest of the code that an audit replays and of the parameters."""
    root = Path(__file__).parents[2]
    made = hashlib.sha256(parameters.encode())
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            made.update(path.read_bytes())
    return made.hexdigest()[:16]


def distinct(leaks: Iterable[Leak]) -> list[Leak]:
    """Each leaking column once, at the first session found: what others are made from first."""
    first: dict[tuple[str, str], Leak] = {}
    for leak in sorted(leaks, key=lambda leak: (_rank(leak), leak.session, leak.cut)):
        first.setdefault((leak.stage, leak.column), leak)
    return sorted(first.values(), key=lambda leak: (_rank(leak), leak.stage != "features"))


def _rank(leak: Leak) -> int:
    return {"stored": 0, "outside": 1}.get(leak.how, 2)


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
    """Of files that are no table: how many values they have, and which share was made again."""
    return {
        each.stage: {
            "values": each.values,
            "values_replayed": len(each.columns) / max(each.values, 1),
            "values_alone": len(each.columns) / max(each.values, 1) if each.own else 0.0,
            "replays": 1,
            "not_made_again": list(each.without),
        }
        for each in comparisons
        if each.how in {"rescored", REMADE}
    }


def _by_window(premiums: Sequence[Premium]) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """``{window: {leak: {model: {"honest", "leaky", "premium"}}}}``."""
    document: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    for each in premiums:
        scores = {"honest": each.honest, "leaky": each.leaky, "premium": each.gain}
        document.setdefault(each.window, {}).setdefault(each.leak, {})[each.model] = scores
    return document
