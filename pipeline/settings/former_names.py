"""Former names of ``params.yaml``: a file that still has one is told the name of today.

A renaming enters the tables below, and nothing else needs to know the former name.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.base.errors import ConfigurationError

FORMER_NAMES: dict[str, str] = {
    "live.patience": "live.retry",
    "live.retry.longest_seconds": "live.retry.max_seconds",
    "live.retry.largest_mb": "live.retry.max_mb",
    "live.side_by_side": "live.concurrency",
    "features.settings.breadth_least": "features.settings.breadth_min_members",
    "features.settings.cross_asset_least": "features.settings.cross_asset_min_assets",
    "features.settings.vol_target_most": "features.settings.vol_target_max_exposure",
    "tune.together": "tune.batch_size",
    "desk.**.least": "desk.**.min_met",
    "scenarios.legs": "scenarios.components",
    "scenarios.legs_by_source": "scenarios.components_by_source",
    "scenarios.least": "scenarios.min_scale_sessions",
    "states.model.least_observed": "states.model.min_observed",
    "outlook.models.legs": "outlook.models.component_drift",
    "outlook.models.component_drift.least_rows": "outlook.models.component_drift.min_rows",
    "outlook.models.lightgbm.least_rows_a_leaf": "outlook.models.lightgbm.min_rows_a_leaf",
    "outlook.models.tonight": "outlook.models.nowcast_logit",
    "outlook.models.unfolding": "outlook.models.nowcast_student",
    "outlook.models.half": "outlook.models.seen_half",
    "evaluation.conformal.least": "evaluation.conformal.min_resolved",
    "desk.drivers.legs": "desk.drivers.components",
    "desk.tier.weights": "desk.policies.insurance.weights",
    "desk.tier.scales": "desk.policies.insurance.scales",
    "desk.tier.target_volatility": "desk.target.volatility",
}
"""Former dotted name to the one of today. ``*`` stands for any key of a level, ``**`` for any keys
of any levels; the new name repeats them in the same order. Only the last part is former: what
stands before it has the names of today, whatever the file still calls it."""

_MODELS = {
    "legs": "component_drift",
    "tonight": "nowcast_logit",
    "unfolding": "nowcast_student",
    "half": "seen_half",
}

FORMER_VALUES: dict[str, dict[str, str]] = {
    "outlook.pool.*": _MODELS,
    "evaluation.reference": _MODELS,
    "evaluation.baselines.*": _MODELS,
    "promotion.model": _MODELS,
}
"""By dotted name, as above: former words to those of today, where a value or the entries of a list
are names."""

FORMER_FEATURES: dict[str, str] = {
    **{
        f"composite_tonight_{sessions}": f"composite_nowcast_{sessions}"
        for sessions in (1, 2, 3, 5, 10)
    },
    "vix_in_ruler_units": "vix_over_label_scale",
}
"""Former names of features, wherever the file has one as a key or as a value."""

REMOVED: dict[str, str] = {
    "live.contact": "delete it: your e-mail address, which providers such as the BLS ask for, is "
    "read from the environment's UNDERTOW_CONTACT",
    "states.model.covariance": "covariance is always diagonal now; delete the line",
    "promotion.skill_margin": "delete the line: a model with other settings than the champion's "
    "must be better than noise, one with the same settings must not be worse",
    "desk.tier.volatility": "delete it: the volatility is that of what you hold (book.weights)",
    "desk.tier.rounding": "delete it: desk.target.band keeps small moves from being traded",
    "desk.**.says": "delete it: a rule takes its words from the feature's label",
    "desk.frames": "delete it: lengths of intraday trends are features.settings.btc_4h_trend_bars "
    "and btc_1h_trend_bars, those of daily trends stand in features/timeframes.py",
}
"""Dotted name, as above, of what has no successor: what to do about it."""

_SPACE = "tune.space"


def check_former_names(document: Any, path: Path) -> None:
    """Refuse a file that has a former name.

    Raises
    ------
    ConfigurationError
        With the sentences of `former_names`, one a line.
    """
    if sentences := former_names(document):
        raise ConfigurationError("\n".join(f"{path}: {sentence}" for sentence in sentences))


def former_names(document: Any) -> list[str]:
    """What a document that has the shape of ``params.yaml`` must change to be read today.

    Returns
    -------
    list of str
        One sentence for each former name, however often it is there; empty when there is none.
    """
    found: dict[str, list[str]] = {}
    for place, remedy in [*_walk(document, (), ""), *_searched(document)]:
        found.setdefault(remedy, []).append(place)
    return [_sentence(places, remedy) for remedy, places in found.items()]


def _sentence(places: list[str], remedy: str) -> str:
    more = f" (and {len(places) - 1} more like it)" if len(places) > 1 else ""
    return f"{places[0]}{more} {remedy}"


def _walk(value: Any, written: tuple[str, ...], today: str) -> Iterator[tuple[str, str]]:
    """Each former name below a place, with what to do; ``today`` is the place's present name."""
    place = ".".join(written)
    if isinstance(value, Mapping):
        for key, inner in value.items():
            name, remedy = _renamed(f"{today}.{key}".lstrip("."), str(key))
            if remedy:
                yield ".".join((*written, str(key))), remedy
            yield from _walk(inner, (*written, str(key)), name)
        return
    for word in value if isinstance(value, list) else [value]:
        new = _word(today, word)
        if new is not None:
            yield place, f"says {word}, which is now {new}; rename it"


def _renamed(name: str, key: str) -> tuple[str, str]:
    """A name as it is today, and what to do about a former one."""
    if (new := _successor(name, FORMER_NAMES)) is not None:
        return new, f"is now {new}; rename it"
    if (advice := _successor(name, REMOVED)) is not None:
        return name, f"is no longer a parameter; {advice}"
    if key in FORMER_FEATURES:
        return name, f"names a feature that is now {FORMER_FEATURES[key]}; rename it"
    return name, ""


def _word(name: str, word: Any) -> str | None:
    if not isinstance(word, str):
        return None
    for pattern, words in FORMER_VALUES.items():
        if word in words and _matched(pattern, name):
            return words[word]
    return FORMER_FEATURES.get(word)


def _searched(document: Any) -> Iterator[tuple[str, str]]:
    """Former names among what a tuning searches, whose keys are dotted names themselves."""
    tune = document.get("tune") if isinstance(document, Mapping) else None
    space = tune.get("space") if isinstance(tune, Mapping) else None
    for name in space if isinstance(space, Mapping) else ():
        today = ""
        for part in str(name).split("."):
            today, _remedy = _renamed(f"{today}.{part}".lstrip("."), "")
        if today != name:
            yield f"{_SPACE}: {name}", f"is now {today}; rename it"


def _successor(name: str, table: Mapping[str, str]) -> str | None:
    for pattern, new in table.items():
        if (match := _matched(pattern, name)) is not None:
            return re.sub(r"\*+", "{}", new).format(*match.groups())
    return None


def _matched(pattern: str, name: str) -> re.Match[str] | None:
    return _expression(pattern).fullmatch(name)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """What matches ``*`` with one key and ``**`` with any number of them, one at least."""
    levels = {"**": r"(.+)", "*": r"([^.]+)"}
    return re.compile(".".join(levels.get(p, re.escape(p)) for p in pattern.split(".")))
