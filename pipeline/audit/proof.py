"""The proof: what is published is the same whatever the future."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd

from pipeline.audit.compare import Comparison, compare
from pipeline.audit.counterfactuals import FUTURES, Market
from pipeline.audit.cutoffs import Cut, deep_sessions
from pipeline.audit.replay import Stages, known_labels, replay_features, replay_models
from pipeline.base.errors import DataMissingError
from pipeline.compute.jobs import side_by_side
from pipeline.params import Params


def check_reproduced(
    published: Stages, market: Market, settings: Params, cuts: Sequence[Cut]
) -> None:
    """Run everything once with the future as it was: the files must be this code's own.

    Raises
    ------
    DataMissingError
        When a file is not what the code makes of the raw rows, so that nothing could be proved.
    """
    found = replay_features(market, settings)
    found |= replay_models(market, found["features"], settings, _asked(cuts, market, settings))
    last = market.sessions[-1]
    for stage, frame in found.items():
        before = published[stage]
        if stage == "outlook":
            before = before.loc[before.index.isin(frame.index)]
        leaks = compare(stage, before, frame, last, "reproduced").leaks
        if leaks:
            raise DataMissingError(
                f"data/{stage}.parquet is stale: its column {leaks[0].column} of "
                f"{leaks[0].session} is {leaks[0].published}, and today's code and raw rows make "
                f"it {leaks[0].found}; run `dvc repro` first"
            )


def prove(
    published: Stages, market: Market, settings: Params, cuts: Sequence[Cut]
) -> Iterator[list[Comparison]]:
    """Recompute at every cut with each other future; yields one list a cut and future."""
    jobs = list(product(cuts, FUTURES))
    yield from side_by_side(_compared, jobs, (published, market, settings), settings.compute)


def _compared(
    published: Stages, market: Market, settings: Params, cut: Cut, how: str
) -> list[Comparison]:
    position = int(market.sessions.searchsorted(cut.session))
    other = FUTURES[how](market, position)
    found = replay_features(other, settings)
    if cut.deep:
        found |= replay_models(other, found["features"], settings, _asked([cut], market, settings))
    return [
        compare(
            stage,
            *_at_cut(stage, published[stage], frame, market, position, settings),
            cut.session,
            how,
        )
        for stage, frame in found.items()
    ]


def _asked(cuts: Sequence[Cut], market: Market, settings: Params) -> list[pd.Timestamp]:
    """Each deep cut, and a session of the fold before it, which is then compared whole."""
    at = market.sessions.get_indexer(pd.Index(deep_sessions(cuts)))
    places = np.append(at, at - settings.walk_forward.refit_every)
    return list(market.sessions[places[places >= 0]])


def _at_cut(  # noqa: PLR0913 - which rows count depends on all of these
    stage: str,
    published: pd.DataFrame,
    found: pd.DataFrame,
    market: Market,
    position: int,
    settings: Params,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that had been published at the cut; of the outlook, those of the folds recomputed."""
    first = found.index[0] if stage == "outlook" else published.index[0]
    rows = [frame.loc[first : market.sessions[position]] for frame in (published, found)]
    if stage == "scenarios":
        rows = [known_labels(frame, market, position, settings) for frame in rows]
    return rows[0], rows[1]
