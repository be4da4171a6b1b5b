"""The book's distributions: forecast again with the future cut off, and their scores made again.

The forecasts are not published, only their scores. So they are made twice, from all rows and from
those up to a cut, and must agree; and the scores must be those of these forecasts.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from models.risk.walk_forward import LEVELS, OUTCOME, SHORTFALL, VAR
from pipeline.audit.compare import Comparison, compare
from pipeline.audit.published import Published
from pipeline.audit.replays import Ask
from pipeline.audit.rescore import flat
from pipeline.audit.rescore_draws import Array, drawn_counts, drawn_range
from pipeline.audit.scorebook import held
from pipeline.audit.steps import Frames
from pipeline.params import Params
from pipeline.scoring.book.risk import TAIL
from pipeline.scoring.call import OUTLOOK_WINDOW
from pipeline.series.calendar import decision_time
from pipeline.storage import store

Hits = NDArray[np.bool_]

_LEAST = 1e-6
"""A shortfall nearer to zero is scored as this."""


def book_tails(published: Published, cut: pd.Timestamp, ask: Ask) -> Iterator[Comparison]:
    """The forecasts at a cut, and the scores of all of them.

    A cut in the first half of the sessions that are forecast would prove little: the middle of
    them then stands for it.
    """
    last, tested = published.market.sessions[-1], published.outlook["session"].min()
    cut = max(cut, tested + (last - tested) / 2)
    whole = ask("tails", _handed(published, last), decision_time(last))
    found = ask("tails", _handed(published, cut), decision_time(cut))
    before, after = (_side_by_side(each).loc[:cut] for each in (whole, found))
    yield compare("book.json", before, after, cut, "truncated")
    made = dict(_figures(whole, published.settings))
    yield held("book.json", flat(store.read_json(store.BOOK)), made)


def _handed(published: Published, cut: pd.Timestamp) -> Frames:
    """What was known at a cut, of the sessions that the book's history has."""
    labels, outlook = published.labels, published.outlook
    columns = ["vix", *published.settings.book.weights]
    return {
        "panel": published.panel.loc[:cut, columns],
        "labels": labels[labels["label_end"] <= cut],
        "outlook": outlook[outlook["session"] <= cut],
    }


def _side_by_side(tables: Frames) -> pd.DataFrame:
    """Forecasts of every approach by session, without what happened afterwards."""
    parts = {name: table.drop(columns=OUTCOME, errors="ignore") for name, table in tables.items()}
    wide = pd.concat(parts, axis=1)
    return wide.set_axis([".".join(names) for names in wide.columns], axis=1)


def _figures(tables: Frames, settings: Params) -> Iterator[tuple[str, float]]:
    """Figures of ``data/book.json``, keyed by their place in it."""
    outcomes = {name: table.dropna()[OUTCOME] for name, table in tables.items() if len(table)}
    known = pd.DataFrame(outcomes).dropna().index
    chosen, resampling = settings.book.distribution, settings.evaluation.resampling
    horizon = settings.scenarios.windows[OUTLOOK_WINDOW].ahead
    yield "horizon", horizon
    yield "tail", TAIL
    yield from ((f"weights.{name}", weight) for name, weight in settings.book.weights.items())
    yield "sessions", len(tables[chosen].dropna())
    if known.empty:
        return
    losses = {name: _joint_losses(table.loc[known], TAIL) for name, table in tables.items()}
    for name, table in tables.items():
        for figure, value in _of_tails(table.loc[known], TAIL, horizon):
            yield f"approaches.{name}.{figure}", value
        off = losses[name] - losses[chosen]
        yield f"approaches.{name}.fz0", losses[name].mean()
        yield f"approaches.{name}.over_chosen", off.mean()
        if len(off) >= 2 * resampling.block:
            drawn = drawn_counts(len(off), resampling) @ off / len(off)
            for place, value in enumerate(drawn_range(drawn, resampling)):
                yield f"approaches.{name}.over_chosen_interval.{place}", value
        else:
            yield f"approaches.{name}.over_chosen_interval", np.nan


def _of_tails(rows: pd.DataFrame, level: float, horizon: int) -> Iterator[tuple[str, float]]:
    off = rows[OUTCOME].to_numpy()[:, None] - rows[[str(each) for each in LEVELS]].to_numpy()
    yield "pinball", np.maximum(LEVELS * off, (LEVELS - 1) * off).mean()
    yield from _coverage((rows[OUTCOME] <= rows[VAR]).to_numpy(), level, horizon)


def _joint_losses(rows: pd.DataFrame, level: float) -> Array:
    outcome, var = rows[OUTCOME].to_numpy(), rows[VAR].to_numpy()
    short = np.minimum(rows[SHORTFALL].to_numpy(), -_LEAST)
    below = np.maximum(var - outcome, 0)
    return var / short - below / (level * short) + np.log(-short) - 1


def _coverage(hits: Hits, level: float, horizon: int) -> Iterator[tuple[str, float]]:
    """Kupiec's and Christoffersen's tests, each statistic a mean over spans that do not overlap."""
    apart = [hits[start::horizon] for start in range(horizon)]
    share = np.mean(
        [2 * (_likelihood(each, each.mean()) - _likelihood(each, level)) for each in apart]
    )
    chain = np.mean([_chain(each) for each in apart])
    yield "hits", hits.mean()
    yield "kupiec_p", chi2.sf(max(share, 0), 1)
    yield "christoffersen_p", chi2.sf(max(share + chain, 0), 2)


def _chain(hits: Hits) -> float:
    after = hits[1:]
    parts = [after[hits[:-1] == state] for state in (False, True)]
    alone = sum(_likelihood(part, part.mean()) for part in parts if len(part))
    return 2 * (alone - _likelihood(after, after.mean()))


def _likelihood(hits: Hits, share: float) -> float:
    found = hits.sum()
    counted = ((found, share), (len(hits) - found, 1 - share))
    return float(sum(count * np.log(p) for count, p in counted if count))
