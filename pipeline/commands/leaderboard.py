"""``undertow leaderboard``: every model on the same days, the best first."""

from typing import Any

from rich.table import Table

from models.evaluation.ceiling import CEILING, IS_MODEL, KNOWS
from models.forecasting.pool import POOL
from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.base.console import (
    NOTHING,
    out,
    paragraph,
    percent,
    show_json,
    show_quiet,
    show_table,
    table,
)
from pipeline.base.errors import ConfigurationError
from pipeline.base.words import RESEARCH
from pipeline.storage import store

_LEAD = "baseline_skill"
_LEGEND = (
    "skill: fall in log loss against climatology; p: share of shuffled outcomes that did as well; "
    "AUC: of each scenario against the others, 0.50 is none; ECE: calibration error of the worst "
    "scenario"
)


def run(window: str, *, as_json: bool) -> None:
    """Print the leaderboard of one window."""
    results = store.read_json(store.EVALUATION)
    with store.reading(store.EVALUATION):
        if window not in results:
            raise ConfigurationError(f"no window is called {window!r}; known: {', '.join(results)}")
        models = results[window]
        board = _board(window, models)
    if as_json:
        show_json(models)
        return
    show_table(board)
    baseline = params.load().evaluation.baselines.get(window)
    if baseline is not None and _LEAD in models.get(POOL, {}):
        out.print(paragraph(_lead(models[POOL], baseline)))
    if CEILING in models:
        out.print(paragraph(f"{CEILING}: no model; it knows {models[CEILING][KNOWS]}"))
    out.print(paragraph(_LEGEND))
    show_quiet(RESEARCH)


def _board(window: str, models: dict[str, Any]) -> Table:
    ranked = sorted(models.items(), key=lambda item: -item[1]["log_loss_skill"])
    days = ranked[0][1]["sessions"]
    board = table(
        f"{window}: {days} sessions out of sample",
        "model", "skill %", "95 % interval", "p", "AUC base", "shock", "reflation", "ECE",
    )  # fmt: skip
    for name, scores in ranked:
        board.add_row(name, *_cells(scores), style=None if scores.get(IS_MODEL, True) else "dim")
    return board


def _lead(pool: dict[str, Any], baseline: str) -> str:
    """How far the pool is ahead of the baseline to beat, and whether that is noise."""
    low, high = pool[f"{_LEAD}_interval"]
    lead = f"the pool's lead over {baseline}, the baseline to beat: {_signed(pool[_LEAD])} %"
    if low is None:
        return f"{lead}, on too few sessions for an interval"
    verdict = "beyond noise" if low > 0 or high < 0 else "not told from noise"
    return f"{lead} of its log loss ({_signed(low)} to {_signed(high)}), {verdict}"


def _signed(fraction: float) -> str:
    return percent(fraction, signed=True)


def _cells(scores: dict[str, Any]) -> list[str]:
    low, high = scores["log_loss_skill_interval"]
    p = scores["permutation_p"]
    areas = [scores["auc"][name] for name in SCENARIOS]
    worst = max(scores["calibration_error"].values())
    return [
        percent(scores["log_loss_skill"], signed=True),
        f"{percent(low, signed=True)} … {percent(high, signed=True)}",
        NOTHING if p is None else f"{p:.4f}",
        *(NOTHING if area is None else f"{area:.2f}" for area in areas),
        f"{worst:.3f}",
    ]
