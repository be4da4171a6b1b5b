"""Who forecasts best, on the same days, and by how much."""

from typing import Any

import altair as alt
import pandas as pd

from models.evaluation.ceiling import CEILING, KNOWS, models_of
from models.forecasting.pool import POOL
from models.scenarios import SCENARIOS
from pipeline.desk.narrative import words
from pipeline.report.figure import Picture, Section, figure, layered
from pipeline.report.inputs import Inputs
from pipeline.report.palette import colour
from pipeline.report.text import listed, number, percent

_LOWEST = -0.5
"""Skill below which a model is not drawn."""

_KINDS = {"pool": "second", "baseline": "third", "others": "first"}
"""Of a model on the leaderboard, with its colour."""

_ROW = 22
"""Pixels of height for each model."""


@figure(Section.TRUST, 10, "Which model looks ahead best, and is that more than luck?")
def leaderboard_ahead(inputs: Inputs) -> Picture:
    """Log-loss skill over the outlook's window."""
    return _leaderboard(inputs, "ahead")


@figure(Section.TRUST, 20, "Which model sees best what is already in progress?")
def leaderboard_now(inputs: Inputs) -> Picture:
    """Log-loss skill for the scenario half of which has been seen."""
    return _leaderboard(inputs, "now")


@figure(Section.TRUST, 40, "Does it hold in every year?")
def skill_by_year(inputs: Inputs) -> Picture:
    """Skill of the pool and of the baseline to beat, year by year."""
    baseline = inputs.settings.evaluation.baselines["ahead"]
    table = inputs.plot("by_year")
    table = table[(table["window"] == "ahead") & table["model"].isin([POOL, baseline])]
    pairs = table.pivot(index="year", columns="model", values="skill")
    ahead = int((pairs[POOL] > pairs[baseline]).sum())
    says = (
        f"For {inputs.next_sessions}, the {POOL} was better than {baseline} alone in {ahead} of "
        f"{len(pairs)} years, and better than climatology in {int((pairs[POOL] > 0).sum())}. "
        f"Its weakest year was {pairs[POOL].idxmin()}: {_signed(pairs[POOL].min())}."
    )
    return Picture(_bars(table, [POOL, baseline]), says, pairs.map(_signed))


@figure(Section.TRUST, 60, "Does it help on the days when the scenario changes?")
def transition_days(inputs: Inputs) -> Picture:
    """Skill on sessions whose outcome differs from the last one known."""
    models = models_of(inputs.metrics["ahead"])
    rows = [
        {"model": name.replace("_", " "), "skill": scores["transition_skill"]}
        for name, scores in models.items()
    ]
    table = pd.DataFrame(rows).sort_values("skill", ascending=False)
    pool, baseline = models[POOL], inputs.settings.evaluation.baselines["ahead"]
    says = (
        f"On the {pool['transition_sessions']} of {pool['sessions']} sessions whose scenario "
        f"was about to differ from the last one known, the {POOL} had a skill of "
        f"{_signed(pool['transition_skill'])} against climatology, {baseline} "
        f"{_signed(models[baseline]['transition_skill'])}. {_lag(pool['detection_lag'])}"
    )
    chart = (
        alt.Chart(_with_kind(table, baseline))
        .mark_bar(height=10)
        .encode(
            x=_skill_axis("skill:Q"),
            y=_models(table),
            color=alt.Color("kind:N", scale=_colours()),
            tooltip=["model:N", _skill_tooltip()],
        )
    )
    return Picture(layered(chart, height=_ROW * len(table)), says, _indexed(table).map(_signed))


def _leaderboard(inputs: Inputs, window: str) -> Picture:
    table = inputs.plot("leaderboard")
    table = table[table["window"] == window].assign(model=table["model"].str.replace("_", " "))
    pool = inputs.metrics[window][POOL]
    low, high = pool["log_loss_skill_interval"]
    says = (
        f"{pool['sessions']} sessions out of sample. Skill is the fall in log loss against "
        f"climatology; the whisker is its {percent(inputs.settings.evaluation.resampling.level)} "
        f"block-bootstrap interval. {_best(table)} {_signed(pool['log_loss_skill'])} "
        f"({_signed(low)} to {_signed(high)}{_luck(pool)}){_against_baseline(inputs, window)}."
        f"{_ceiling(inputs, window)}"
    )
    # A model far below climatology would squeeze the others; its number stands in the table.
    near = table[table["skill"] > _LOWEST]
    left_out = [name for name in table["model"] if name not in set(near["model"])]
    if left_out:
        says += f" Too far below zero to draw: {', '.join(left_out)}."
    baseline = inputs.settings.evaluation.baselines.get(window)
    return Picture(_dots(near, baseline), says, _board(table))


def _best(table: pd.DataFrame) -> str:
    """Who is first, up to where the numbers of the pool stand."""
    best = table.iloc[0]
    if best["model"] == POOL:
        return f"Best is the {POOL}:"
    return f"Best is {best['model']} ({_signed(best['skill'])}). The {POOL}:"


def _luck(scores: dict[str, Any]) -> str:
    """How often shuffled outcomes did as well; nothing where it was not measured."""
    p = scores.get("permutation_p")
    return "" if p is None else f"; permutation p {number(p, 4)}"


def _against_baseline(inputs: Inputs, window: str) -> str:
    pool = inputs.metrics[window][POOL]
    baseline = inputs.settings.evaluation.baselines.get(window)
    if baseline is None:
        return ""
    low, high = (_signed(end) for end in pool["baseline_skill_interval"])
    gain = _signed(pool["baseline_skill"])
    return f"; against {baseline}, the baseline to beat, {gain} ({low} to {high})"


def _ceiling(inputs: Inputs, window: str) -> str:
    """What nobody can reach; nothing where it was not measured."""
    ceiling = inputs.metrics[window].get(CEILING)
    if ceiling is None:
        return ""
    return f" Whoever knew {ceiling[KNOWS]} would have {_signed(ceiling['log_loss_skill'])}."


def _dots(table: pd.DataFrame, baseline: str | None) -> alt.LayerChart:
    base = alt.Chart(_with_kind(table, baseline)).encode(
        y=_models(table), color=alt.Color("kind:N", scale=_colours())
    )
    tooltip = [
        "model:N",
        _skill_tooltip(),
        alt.Tooltip("low:Q", format="+.1%"),
        alt.Tooltip("high:Q", format="+.1%"),
        alt.Tooltip("p:Q", title="permutation p", format=".4f"),
    ]
    whiskers = base.mark_rule(strokeWidth=2).encode(x=_skill_axis("low:Q"), x2="high:Q")
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=list(_KINDS)))
    dots = base.mark_point(size=70, filled=True, opacity=1).encode(
        x=_skill_axis("skill:Q"), shape=shape, tooltip=tooltip
    )
    return layered(_zero(), whiskers, dots, height=_ROW * len(table))


def _with_kind(table: pd.DataFrame, baseline: str | None) -> pd.DataFrame:
    kinds = {POOL: "pool", baseline: "baseline"}
    return table.assign(kind=[kinds.get(name, "others") for name in table["model"]])


def _bars(table: pd.DataFrame, models: list[str]) -> alt.LayerChart:
    bars = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("model:N", sort=models),
            y=alt.Y("skill:Q", title="skill against climatology", axis=alt.Axis(format="%")),
            color=alt.Color(
                "model:N",
                sort=models,
                scale=alt.Scale(domain=models, range=[colour("second"), colour("third")]),
            ),
            tooltip=["model:N", "year:O", _skill_tooltip()],
        )
    )
    return layered(bars, height=300)


def _colours() -> alt.Scale:
    return alt.Scale(domain=list(_KINDS), range=[colour(name) for name in _KINDS.values()])


def _zero() -> alt.Chart:
    return alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(style="limit").encode(x="zero:Q")


def _skill_axis(field: str) -> alt.X:
    return alt.X(field, title="skill against climatology", axis=alt.Axis(format="%", tickCount=6))


def _skill_tooltip() -> alt.Tooltip:
    return alt.Tooltip("skill:Q", format="+.1%")


def _models(table: pd.DataFrame) -> alt.Y:
    return alt.Y("model:N", sort=list(table["model"]), title=None)


def _board(table: pd.DataFrame) -> pd.DataFrame:
    columns = {
        "skill": table["skill"].map(_signed),
        "low": table["low"].map(_signed),
        "high": table["high"].map(_signed),
        "p": table["p"].map(lambda p: number(p, 4)),
    }
    columns |= {f"AUC {words(name)}": table[f"auc_{name}"].map(number) for name in SCENARIOS}
    columns |= {
        f"calibration error {words(name)}": table[f"ece_{name}"].map(lambda e: number(e, 3))
        for name in SCENARIOS
    }
    return pd.DataFrame(columns).set_axis(pd.Index(table["model"], name="model"))


def _indexed(table: pd.DataFrame) -> pd.DataFrame:
    return table.set_index("model")


def _lag(lags: dict[str, dict[str, float | None]]) -> str:
    seen = [
        f"{percent(lag['detected'])} of the {lag['episodes']} episodes of {words(name)}"
        for name, lag in lags.items()
    ]
    return f"It called {listed(seen)} at all."


def _signed(value: float) -> str:
    return percent(value, 1, signed=True)
