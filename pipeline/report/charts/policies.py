"""What every policy would have cost and saved, by year."""

from typing import Any

import altair as alt
import pandas as pd

from pipeline.desk.policy import TARGET
from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import colour
from pipeline.report.text import number, percent
from pipeline.scoring.policy_words import price_of_insurance, verdict

_REMEDY = "run `dvc repro`, which follows the policies"
_LATE = "1"
"""The delay that is compared: decided in the evening, filled at the next close."""
_HOLDING = "book"
_COLOURS = {
    "confirmed": "third",
    "insurance": "second",
    "tilt": "first",
    "constant": "quiet",
}


@figure(Section.TRUST, 70, "What would each policy have cost and saved?", wide=True)
def policies_by_year(inputs: Inputs) -> Picture:
    """Return of each policy less that of the plain target, year by year, on the user's book."""
    results = inputs.document("policies.json", _REMEDY)
    of = results["holdings"][_HOLDING]
    says = (
        f"Your book, {of['sessions']} sessions out of sample from {of['first']} to {of['last']}, "
        f"one session late and after 10 basis points. {verdict(results, _HOLDING)} "
        f"S&P 500: {price_of_insurance(results, 'spy')}"
    )
    return Picture(_chart(_by_year(of["policies"])), says, _table(results))


def _by_year(policies: dict[str, Any]) -> pd.DataFrame:
    plain = policies[TARGET]["by_year"]
    return pd.DataFrame(
        {
            "policy": name,
            "year": year,
            "difference": done["return"] - plain[year]["return"],
            **done,
        }
        for name in _COLOURS
        if name in policies
        for year, done in policies[name]["by_year"].items()
    )


def _chart(table: pd.DataFrame) -> alt.LayerChart:
    scale = alt.Scale(domain=list(_COLOURS), range=[colour(name) for name in _COLOURS.values()])
    bars = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("policy:N", sort=list(_COLOURS)),
            y=alt.Y("difference:Q", title="return less the target's", axis=alt.Axis(format="+%")),
            color=alt.Color("policy:N", scale=scale, legend=alt.Legend(title=None, orient="top")),
            tooltip=[
                "policy:N",
                "year:O",
                alt.Tooltip("difference:Q", format="+.1%"),
                alt.Tooltip("return:Q", format="+.1%"),
                alt.Tooltip("max_drawdown:Q", title="deepest fall", format=".1%"),
            ],
        )
    )
    return layered(bars, height=240)


def _table(results: dict[str, Any]) -> pd.DataFrame:
    rows = []
    for holding, of in results["holdings"].items():
        for name, scores in of["policies"].items():
            done, over = scores["delays"][_LATE], scores["over_target"]
            rows.append(
                {
                    "policy": f"{name.replace('_', ' ')}, {holding}",
                    "Sharpe": number(done["sharpe"]),
                    "over target": number(over["value"], signed=True),
                    "low": number(over["low"], signed=True),
                    "high": number(over["high"], signed=True),
                    "deepest fall": percent(done["max_drawdown"], 1),
                    "Calmar": number(done["calmar"]),
                    "worst days": percent(done["expected_shortfall"], 1),
                    "turnover a year": number(done["turnover_per_year"], 1),
                    "exposure": percent(done["mean_exposure"]),
                }
            )
    return pd.DataFrame(rows).set_index("policy")
