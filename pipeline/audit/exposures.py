"""What every policy wants to hold, made again with another future after a cut.

A rule that looks at later returns, or is fitted on them, wants something else then. Many rules only
want all or nothing, so the cuts are made where exposures change, and one of the futures is a crash:
whoever sees it coming sells. The paths from all rows serve to score what no separate line of the
audit knows, a policy of the user's among them.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, zip_longest

import numpy as np
import pandas as pd

from pipeline.audit.compare import Comparison, compare
from pipeline.audit.cutoffs import digest
from pipeline.audit.published import Published
from pipeline.audit.replays import Ask
from pipeline.desk.history import tiers
from pipeline.desk.holdings import FOLLOWED
from pipeline.desk.policy import make_policies
from pipeline.params import Params
from pipeline.series.calendar import decision_time

_CRASH, _WILD = 1 / 3, 0.05
"""Share of a price that goes at once, and the deviation of the moves that follow."""


def judged_evenings(published: Published) -> pd.DataFrame:
    """Tier and the rest by session, which policies look at; other replays make them again."""
    desk = published.settings.desk
    return tiers(published.outlook, published.states, published.features, desk)


def exposure_cuts(published: Published, whole: pd.DataFrame, count: int) -> list[pd.Timestamp]:
    """So many evenings on which an exposure changes, policy after policy, in order of time.

    Which ones is drawn from a digest of the data, so that each day's data tries others.
    """
    drawn = np.random.default_rng(digest(published.panel))
    by_policy: dict[str, list[pd.Timestamp]] = {}
    for name, path in _causal(whole, published.settings).items():
        policy = str(name).partition(".")[2].partition(" ")[0]
        changes = path.dropna().diff().fillna(0.0) != 0.0
        by_policy.setdefault(policy, []).extend(changes.index[changes])
    each = [drawn.permutation(sorted(set(changes))) for changes in by_policy.values()]
    in_turn = dict.fromkeys(cut for cut in chain(*zip_longest(*each)) if cut is not None)
    return sorted(list(in_turn)[:count])


def exposures(
    published: Published, whole: pd.DataFrame, cuts: Sequence[pd.Timestamp], ask: Ask
) -> Iterator[Comparison]:
    """The paths held against those with no future after a cut, and with a crash and garbage there.

    Parameters
    ----------
    published, ask
        As in `pipeline.audit.replays`.
    whole
        From `pipeline.audit.followed.paths_of`, of everything that is published.
    cuts
        From `exposure_cuts`.
    """
    evenings = judged_evenings(published)
    columns = list(dict.fromkeys([*FOLLOWED, *published.settings.book.weights]))
    causal = _causal(whole, published.settings)
    for cut in cuts:
        panel, known = published.panel[columns], evenings.loc[:cut]
        for how, prices, judged in (
            ("truncated", panel.loc[:cut], known),
            ("scrambled", _crashing(panel, cut), _shuffled(evenings, cut)),
        ):
            frames = {"panel": prices, "evenings": judged}
            found = ask("exposures", frames, decision_time(cut))["exposures"]
            yield compare("policies.json", causal.loc[:cut], found, cut, how)


def ceilings(published: Published, ask: Ask) -> Iterator[pd.DataFrame]:
    """Forecasts of the ceilings; they know one thing too much, so only their scores are held."""
    frames = {
        "features": published.features,
        "labels": published.labels,
        "outlook": published.outlook,
    }
    yield ask("ceilings", frames, decision_time(published.market.sessions[-1]))["ceilings"]


def _crashing(prices: pd.DataFrame, cut: pd.Timestamp) -> pd.DataFrame:
    """The session after the cut takes a third of every price, and wild moves follow."""
    later = prices.index > cut
    drawn = np.random.default_rng(cut.toordinal())
    moves = drawn.normal(0.0, _WILD, size=(later.sum(), prices.shape[1])).clip(-_CRASH, _CRASH)
    moves[:1] = -_CRASH
    last = prices.loc[:cut].ffill().iloc[-1].to_numpy()
    garbage = prices.copy()
    garbage.loc[later] = last * np.cumprod(1.0 + moves, axis=0)
    return garbage


def _shuffled(evenings: pd.DataFrame, cut: pd.Timestamp) -> pd.DataFrame:
    """Evenings after the cut have the judgement of others."""
    known, later = evenings.loc[:cut], evenings.loc[evenings.index > cut]
    others = later.sample(frac=1.0, random_state=cut.toordinal()).set_axis(later.index, axis=0)
    return pd.concat([known, others])


def _causal(whole: pd.DataFrame, settings: Params) -> pd.DataFrame:
    """Without the yardsticks that know the whole span by their own word."""
    policies = make_policies(settings.desk)
    knowing = [f".{name} " for name, policy in policies.items() if policy.hindsight]
    return whole[[path for path in whole if not any(name in str(path) for name in knowing)]]
