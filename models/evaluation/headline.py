"""The few figures of a run by which people compare runs; the whole evaluation is an artefact."""

from collections.abc import Mapping
from typing import Any

from models.evaluation.paired import Difference

PRIMARY = "skill"
"""Within a window, the figure by which runs are ranked."""

DELAY = "1"
"""Delay at which policies are compared: one session more than is needed."""

_FEW = (PRIMARY, "over_baseline", "calibration_error")
_INTERVALS = {"log_loss_skill": PRIMARY, "baseline_skill": "over_baseline"}


def headline(results: Mapping[str, Any], model: str) -> dict[str, Any]:
    """One model's figures, by window.

    Parameters
    ----------
    results
        From `models.evaluation.evaluate.evaluate`.
    model
        Whose; a window that does not have it is left out.

    Returns
    -------
    dict
        ``{window: {metric: value}}``: ``skill`` over the reference and, where the window has a
        baseline to beat, ``over_baseline``, each with ``_low`` and ``_high``; ``auc_<scenario>``;
        ``calibration_error``, the worst scenario's; ``by_year``, with ``skill`` by year. All are
        fractions; None is undefined.
    """
    return {window: _figures(of[model]) for window, of in results.items() if model in of}


def few(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of one window that fit into a line of ``dvc exp show``."""
    return {name: figures[name] for name in _FEW if name in figures}


def policy(policies: Mapping[str, Any]) -> dict[str, Any]:
    """What the policy that calls follow would have done to the book, and what others differ by.

    Parameters
    ----------
    policies
        From `pipeline.desk.policy_scores.score_policies`.

    Returns
    -------
    dict
        ``sharpe`` and ``max_drawdown`` (a fraction, negative) of the policy, and
        ``<name>_over_target``: difference of Sharpe to the plain target of each that a call
        could follow.
    """
    of = policies["holdings"]["book"]["policies"]
    followed = of[policies["policy"]]["delays"][DELAY]
    return {
        "sharpe": followed["sharpe"],
        "max_drawdown": followed["max_drawdown"],
        **{
            f"{name}_over_target": scores["over_target"]["value"]
            for name, scores in of.items()
            if name != "target" and not scores["yardstick"]
        },
    }


def over_champion(difference: Difference) -> dict[str, float]:
    """The paired difference to the champion, with its interval and p."""
    parts = {"": difference.value} | {
        f"_{name}": getattr(difference, name) for name in ("low", "high", "p")
    }
    return {f"over_champion{name}": value for name, value in parts.items()}


def _figures(scores: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, short in _INTERVALS.items():
        if name in scores:
            low, high = scores[f"{name}_interval"]
            found |= {short: scores[name], f"{short}_low": low, f"{short}_high": high}
    errors = [error for error in scores["calibration_error"].values() if error is not None]
    return {
        **found,
        **{f"auc_{scenario}": area for scenario, area in scores["auc"].items()},
        "calibration_error": max(errors, default=None),
        "by_year": {
            year: {PRIMARY: of["log_loss_skill"]} for year, of in scores["by_year"].items()
        },
    }
