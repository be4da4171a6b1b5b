"""What every policy wants to hold, made again from returns and evenings that end at a cut.

A rule that looks at later returns, or is fitted on them, wants something else then. It shows on the
evenings on which the exposure changes, so the cuts are made there. The paths from all rows serve to
score what no separate line of the audit knows, a policy of the user's among them.
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
    """The paths at some cuts held against those from all rows.

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
        frames = {"panel": published.panel.loc[:cut, columns], "evenings": evenings.loc[:cut]}
        found = ask("exposures", frames, decision_time(cut))["exposures"]
        yield compare("policies.json", causal.loc[:cut], found, cut, "truncated")


def ceilings(published: Published, ask: Ask) -> Iterator[pd.DataFrame]:
    """Forecasts of the ceilings; they know one thing too much, so only their scores are held."""
    frames = {
        "features": published.features,
        "labels": published.labels,
        "outlook": published.outlook,
    }
    yield ask("ceilings", frames, decision_time(published.market.sessions[-1]))["ceilings"]


def _causal(whole: pd.DataFrame, settings: Params) -> pd.DataFrame:
    """Without the yardsticks that know the whole span by their own word."""
    policies = make_policies(settings.desk)
    knowing = [f".{name} " for name, policy in policies.items() if policy.hindsight]
    return whole[[path for path in whole if not any(name in str(path) for name in knowing)]]
