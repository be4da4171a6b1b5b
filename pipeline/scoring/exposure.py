"""The exposure that the policy suggests: the last point of the path that the back-test walks."""

from collections.abc import Mapping

import pandas as pd

from models.forecasting.pool import POOL
from models.scenarios import SCENARIOS
from pipeline.base.errors import DataMissingError
from pipeline.desk.history import tiers
from pipeline.desk.holdings import Holding
from pipeline.desk.policy import Policy, make_policies, see
from pipeline.desk.tier import ADD_NOTHING
from pipeline.scoring.model import Model
from pipeline.scoring.reference import Reference
from pipeline.scoring.snapshot import Snapshot

_FIRST_LOOK = 21
"""Sessions that are looked back over at once for the start of a run of tier 4."""


def suggested(
    model: Model, reference: Reference, snapshot: Snapshot, today: Mapping[str, object]
) -> float:
    """Share of the capital to hold in the book, 0 to 1, by the policy of the model's rules.

    The target's path starts with the panel (`pipeline.desk.target.plain_target`). Nothing is added
    at tier 4, so that a session of it needs the run of them that it ends; earlier sessions are
    judged by the model that scores.

    Parameters
    ----------
    model, reference, snapshot
        The model that scores, its rules and book, and what is known at the session.
    today
        The session, from `pipeline.desk.history.evening`.

    Raises
    ------
    DataMissingError
        When the book has too few prices for a volatility.
    """
    rules = reference.settings
    session = pd.DatetimeIndex([snapshot.session], name="session")
    days = pd.DataFrame([dict(today)], index=session)
    if today["tier"] == ADD_NOTHING:
        days = _since_tier_4(model, reference, snapshot)
    returns = Holding.of(reference.book, snapshot.panel).returns
    seen = see(returns, days, rules.target, rules.target.band)
    if not len(seen.days):
        raise DataMissingError(
            f"book.weights: fewer than {rules.target.sessions + 1} sessions up to "
            f"{snapshot.session:%Y-%m-%d} have a price of {' and '.join(reference.book.weights)}, "
            "so no volatility is known; bring the history or hold something else"
        )
    return float(policy_of(reference).exposure(seen)[-1])


def policy_of(reference: Reference) -> Policy:
    """The policy that the model's rules name."""
    return make_policies(reference.settings)[reference.settings.policy]


def _since_tier_4(model: Model, reference: Reference, snapshot: Snapshot) -> pd.DataFrame:
    """The run of tier 4 that the session ends, and the session before it."""
    count, known = _FIRST_LOOK, len(snapshot.published)
    while True:
        days = _judged(model, reference, snapshot, min(count, known))
        moving = days.index[days["tier"] != ADD_NOTHING]
        if len(moving) or count >= known:
            return days.loc[moving[-1] if len(moving) else days.index[0] :]
        count *= 4


def _judged(model: Model, reference: Reference, snapshot: Snapshot, sessions: int) -> pd.DataFrame:
    read = model.latest(snapshot.panel, snapshot.published, sessions)
    outlook = [
        pd.DataFrame(window.predict_proba(read), columns=list(SCENARIOS)).assign(
            session=read.index, window=name, model=POOL
        )
        for name, window in model.windows.items()
    ]
    last = read.tail(sessions)
    return tiers(pd.concat(outlook), snapshot.published, last, reference.settings)
