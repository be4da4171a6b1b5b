"""What every policy wants to hold, made again from tables that end at a cut.

A rule that looks at later returns, or is fitted on them, wants something else then. The paths from
all rows serve to score what no separate line of the audit knows, a policy of the user's among them.
"""

from collections.abc import Hashable, Iterator, Sequence

import pandas as pd

from pipeline.audit.compare import Comparison, compare
from pipeline.audit.published import Published
from pipeline.audit.replays import Ask
from pipeline.audit.steps import Frames
from pipeline.desk.holdings import FOLLOWED
from pipeline.desk.policy import registered
from pipeline.series.calendar import decision_time


def exposures(
    published: Published, order: Sequence[pd.Timestamp], count: int, ask: Ask
) -> Iterator[Comparison | pd.DataFrame]:
    """The paths at some cuts held against those from all rows, and these.

    Not those of yardsticks that know the whole span by their own word.

    Parameters
    ----------
    published, ask
        As in `pipeline.audit.replays`.
    order
        Sessions, the one to be cut at first in front; those in the first half of what is forecast
        would prove little.
    count
        How many of them.
    """
    last, tested = published.market.sessions[-1], published.outlook["session"].min()
    late = [cut for cut in order if cut >= tested + (last - tested) / 2]
    cuts = sorted(late[:count])
    found = {cut: _at(published, cut, ask) for cut in cuts}
    whole = _at(published, last, ask)
    knowing = [name for name, policy in registered().items() if policy.hindsight]
    causal = whole[[path for path in whole if _policy(path) not in knowing]]
    for cut in cuts:
        yield compare("policies.json", causal.loc[:cut], found[cut], cut, "truncated")
    yield whole


def ceilings(published: Published, ask: Ask) -> Iterator[pd.DataFrame]:
    """Forecasts of the ceilings; they know one thing too much, so only their scores are held."""
    frames = {
        "features": published.features,
        "labels": published.labels,
        "outlook": published.outlook,
    }
    yield ask("ceilings", frames, decision_time(published.market.sessions[-1]))["ceilings"]


def _policy(path: Hashable) -> str:
    return str(path).partition(".")[2].partition(" ")[0]


def _at(published: Published, cut: pd.Timestamp, ask: Ask) -> pd.DataFrame:
    """Columns ``<holding>.<policy> <band>``."""
    outlook = published.outlook
    names = [*FOLLOWED, *published.settings.book.weights]
    frames: Frames = {
        "outlook": outlook[outlook["session"] <= cut],
        "states": published.states.loc[:cut],
        "values": published.features.loc[:cut],
        "panel": published.panel.loc[:cut, list(dict.fromkeys(names))],
    }
    made = ask("exposures", frames, decision_time(cut))
    return pd.concat([table.add_prefix(f"{name}.") for name, table in made.items()], axis=1)
