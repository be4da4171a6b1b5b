"""What was said, call by call, against what happened."""

import altair as alt
import pandas as pd

from pipeline.base.errors import DataMissingError
from pipeline.desk.narrative import words
from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import SCENARIO_WORDS
from pipeline.report.tables import session_texts
from pipeline.report.text import percent
from pipeline.scoring.call import OUTLOOK_WINDOW
from pipeline.scoring.document import Call

_SHOWN = 60


@figure(Section.TRUST, 80, "How likely did the published calls think what then happened?")
def ledger(inputs: Inputs) -> Picture:
    """Probability that each call gave, for the next ten sessions, to the scenario that came."""
    if not inputs.published:
        raise DataMissingError(
            "this page is of a training run, which publishes nothing; `undertow report` makes the "
            "page of the published calls"
        )
    table = _resolved(inputs)
    known = table.dropna(subset=["happened"])
    if known.empty:
        raise DataMissingError(
            "no call in the ledger has an outcome yet: the first, of "
            f"{table.index[0]:%d %b %Y}, needs ten sessions; `undertow backfill --since DATE` "
            "publishes calls for earlier sessions"
        )
    right = (known["called"] == known["happened"]).mean()
    afterwards = int((table["kind"] == "backfill").sum())
    says = (
        f"{len(known)} of {len(table)} calls have an outcome. On average they had given it "
        f"{percent(known['given'].mean())}; the likeliest scenario came true in {percent(right)}."
        + (f" Filled in afterwards, from what was known then: {afterwards}." if afterwards else "")
    )
    return Picture(_chart(known), says, _table(table))


def _resolved(inputs: Inputs) -> pd.DataFrame:
    """One row a call: ``called``, its probabilities, ``happened`` and ``given`` where known."""
    rows = [
        {
            "session": pd.Timestamp(call["session"]),
            "called": words(call["scenario"]),
            "kind": call["ledger"]["kind"] if "ledger" in call else "",
            **{words(n): p for n, p in call["probabilities"][OUTLOOK_WINDOW].items()},
        }
        for call in _first_of_each_session(inputs.calls)
    ]
    outcomes = inputs.outcomes
    table = pd.DataFrame(rows).set_index("session")
    table["happened"] = outcomes.set_index("session")["scenario"].map(words).reindex(table.index)
    table["given"] = [
        row[row["happened"]] if isinstance(row["happened"], str) else None
        for _session, row in table.iterrows()
    ]
    return table.assign(given=table["given"].astype(float))


def _first_of_each_session(calls: list[Call]) -> list[Call]:
    """Calls as first published: a later, revised one knew more."""
    first: dict[str, Call] = {}
    for call in calls:
        first.setdefault(call["session"], call)
    return list(first.values())


def _chart(known: pd.DataFrame) -> alt.LayerChart:
    domain = list(SCENARIO_WORDS)
    points = (
        alt.Chart(known.reset_index())
        .mark_point(filled=True, opacity=1, size=60)
        .encode(
            x=alt.X("session:T", title=None, axis=alt.Axis(tickCount=6, format="%d %b")),
            y=alt.Y(
                "given:Q",
                title="probability of what happened",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(format="%"),
            ),
            color=alt.Color("happened:N", scale=alt.Scale(domain=domain)),
            shape=alt.Shape("happened:N", scale=alt.Scale(domain=domain)),
            tooltip=["session:T", "called:N", "happened:N", alt.Tooltip("given:Q", format=".0%")],
        )
    )
    return layered(points, height=200)


def _table(table: pd.DataFrame) -> pd.DataFrame:
    recent = table.tail(_SHOWN).iloc[::-1]
    shown = recent[list(SCENARIO_WORDS)].map(percent)
    shown.insert(0, "called", recent["called"])
    shown["happened"] = recent["happened"].fillna("not known yet")
    shown["given to it"] = recent["given"].map(percent)
    return shown.set_axis(session_texts(recent))
