"""What following the tiers would have done, late and after costs."""

from typing import Any

import altair as alt
import pandas as pd

from models.evaluation.backtest import BacktestSettings
from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import colour
from pipeline.report.text import number, percent

_REMEDY = "run `dvc repro`, whose backtest of the tiers leaves it"
_LATE = "delay_1"
"""The delay that is compared: decided in the evening, filled at the next close."""

_NO_RULE = {"constant": "same mean exposure", "buy_and_hold": "buy and hold"}

_KINDS = {"tiers": "second", "volatility target": "third", "no rule": "first"}


@figure(Section.TRUST, 70, "Would following the tiers have softened the falls?")
def tier_backtest(inputs: Inputs) -> Picture:
    """Deepest drawdown of the tiers by delay, beside what they must beat."""
    results = inputs.document("tiers.json", _REMEDY)
    table = _rules(results)
    return Picture(_chart(table), _says(results), _table(table))


def _rules(results: dict[str, Any]) -> pd.DataFrame:
    """One row a rule: its name, its kind and its performance."""
    tiers, alone = results["tiers"], results["volatility_target"]
    delays = [name for name in tiers if name.startswith("delay_")]
    rows = [{"rule": _late(name), "kind": "tiers", **tiers[name]} for name in delays]
    rows.append({"rule": "without tiers", "kind": "volatility target", **alone[_LATE]})
    rows += [{"rule": rule, "kind": "no rule", **tiers[name]} for name, rule in _NO_RULE.items()]
    return pd.DataFrame(rows)


def _late(delay: str) -> str:
    sessions = int(delay.removeprefix("delay_"))
    if sessions == 0:
        return "at once"
    return f"{sessions} session{'' if sessions == 1 else 's'} late"


def _says(results: dict[str, Any]) -> str:
    rivals = {
        f"the tiers, {_late(_LATE)}": results["tiers"][_LATE],
        f"volatility targeting without them, {_late(_LATE)}": results["volatility_target"][_LATE],
        "holding the same mean exposure": results["tiers"]["constant"],
        "buy and hold": results["tiers"]["buy_and_hold"],
    }
    told = (
        f"{name} {percent(done['max_drawdown'])} at "
        f"{percent(done['annual_volatility'])} volatility and "
        f"{percent(done['annual_return'], 1, signed=True)} return a year"
        for name, done in rivals.items()
    )
    return (
        f"S&P 500, deepest drawdown: {'; '.join(told)}. After costs of "
        f"{1e4 * BacktestSettings().cost:.0f} basis points of what is traded; cash earns nothing."
    )


def _chart(table: pd.DataFrame) -> alt.LayerChart:
    colours = alt.Scale(domain=list(_KINDS), range=[colour(name) for name in _KINDS.values()])
    measures = ("max_drawdown", "annual_volatility", "annual_return", "mean_exposure")
    bars = (
        alt.Chart(table)
        .mark_bar(height=12)
        .encode(
            x=alt.X(
                "max_drawdown:Q", title="deepest drawdown", axis=alt.Axis(format="%", tickCount=4)
            ),
            y=alt.Y("rule:N", sort=list(table["rule"]), title=None, axis=alt.Axis(labelLimit=140)),
            color=alt.Color("kind:N", scale=colours, legend=alt.Legend(columns=1)),
            tooltip=[
                "rule:N",
                *(
                    alt.Tooltip(f"{name}:Q", title=name.replace("_", " "), format=".1%")
                    for name in measures
                ),
            ],
        )
    )
    return layered(bars, height=26 * len(table))


def _table(table: pd.DataFrame) -> pd.DataFrame:
    rows = table.set_index("rule")
    return pd.DataFrame(
        {
            "return a year": rows["annual_return"].map(lambda x: percent(x, 1, signed=True)),
            "volatility a year": rows["annual_volatility"].map(lambda x: percent(x, 1)),
            "deepest drawdown": rows["max_drawdown"].map(lambda x: percent(x, 1)),
            "turnover a year": rows["turnover_per_year"].map(number),
            "mean exposure": rows["mean_exposure"].map(percent),
        }
    )
