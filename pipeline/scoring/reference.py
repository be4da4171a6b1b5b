"""What the desk refers to of the training, kept in the model's bundle; see `build`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.registry import FeatureError, select
from models.evaluation.conformal import ConformalSettings, conformal_thresholds
from models.forecasting.pool import POOL
from models.scenarios import SCENARIOS, Window
from models.walk_forward import label_end_positions
from pipeline.base.errors import ConfigurationError
from pipeline.catalogue import PRICED
from pipeline.desk.policy import make_policies
from pipeline.scoring.book.rules import BookRules
from pipeline.settings.book import Book, check_priced
from pipeline.settings.desk import DeskSettings, restore

Array = NDArray[np.float64]
PRICES = ("spy", "qqq", "btc")
"""Prices whose moves are shown after an analog."""


@dataclass(frozen=True, eq=False)
class Reference:
    """The desk's part of a bundle.

    Attributes
    ----------
    settings
        The rules.
    book_rules
        What the user holds, whose exposure is suggested, and how its risk is told.
    nominal
        Share of outcomes that the conformal sets should hold.
    thresholds
        By window: conformal thresholds for the session after the training, shape (3,).
    columns, mean, std, low, high
        Features that the windows read, and their moments and range over the training sessions.
    precision
        Inverse of their correlation matrix.
    limit
        Distance from the centre beyond which a session is unlike the training.
    spread
        Standard deviation of every feature that the tier depends on.
    """

    settings: DeskSettings
    book_rules: BookRules
    nominal: float
    thresholds: Mapping[str, Array]
    columns: tuple[str, ...]
    mean: Array
    std: Array
    low: Array
    high: Array
    precision: Array
    limit: float
    spread: Mapping[str, float]

    @property
    def book(self) -> Book:
        """What the user holds."""
        return self.book_rules.book

    def standardised(self, values: pd.DataFrame) -> Array:
        """Values of ``columns`` in training standard deviations, shape (n, columns)."""
        return (values[list(self.columns)].to_numpy(dtype=float) - self.mean) / self.std

    def distance(self, values: pd.DataFrame) -> Array:
        """Mahalanobis distance from the training's centre over the root of the columns, shape (n,).

        A missing value stands at the centre. About 1 on a usual day.
        """
        scores = np.nan_to_num(self.standardised(values))
        squares = np.einsum("ni,ij,nj->n", scores, self.precision, scores)
        return np.sqrt(np.maximum(squares, 0.0) / len(self.columns))


def build(  # noqa: PLR0913 - the reference is of exactly these
    settings: DeskSettings,
    book_rules: BookRules,
    columns: list[str],
    values: pd.DataFrame,
    outlook: pd.DataFrame,
    labels: pd.DataFrame,
    windows: list[Window],
    conformal: ConformalSettings,
    embargo: Callable[[Window], int],
) -> dict[str, Any]:
    """The desk's part of a bundle.

    Parameters
    ----------
    settings, book_rules
        The rules, and what the user holds.
    columns
        Features that the windows read.
    values
        Features of the training sessions.
    outlook
        Out-of-sample forecasts of the pool among others; may be empty.
    labels
        Rows of ``data/scenarios.parquet`` known by the last session.
    windows, conformal, embargo
        Windows, how their sets are calibrated, and how many sessions the outcomes of each must be
        older than.

    Raises
    ------
    ConfigurationError
        When a rule names no feature, the policy is none, or the book holds what has no price.
    """
    _check_names(settings)
    check_policy(settings, book_rules.book, [window.name for window in windows])
    known = values[columns]
    mean, std = known.mean(), known.std().replace(0.0, 1.0)
    correlation = np.nan_to_num(known.corr().to_numpy()) + 0.0
    np.fill_diagonal(correlation, 1.0)
    moved = dict.fromkeys([*columns, *settings.tier_conditions])
    state = {
        "settings": asdict(settings),
        "book": asdict(book_rules),
        "features": settings.watched,
        "series": list(dict.fromkeys([*PRICES, *book_rules.series])),
        "nominal": conformal.nominal,
        "thresholds": {
            w.name: _thresholds(w, outlook, labels, conformal, embargo(w)) for w in windows
        },
        "columns": columns,
        **{name: array.to_numpy() for name, array in (("mean", mean), ("std", std))},
        "low": known.min().to_numpy(),
        "high": known.max().to_numpy(),
        "precision": np.linalg.pinv(correlation, rcond=1e-6, hermitian=True),
        "limit": 0.0,
        "spread": {name: float(values[name].std()) for name in moved if values[name].std() > 0},
    }
    distances = read_reference(state).distance(values)
    return state | {"limit": float(np.quantile(distances, settings.drift.quantile))}


def read_reference(state: Mapping[str, Any]) -> Reference:
    """Read the desk's part of a bundle."""
    arrays = {name: np.asarray(state[name]) for name in ("mean", "std", "low", "high", "precision")}
    return Reference(
        settings=restore(state["settings"]),
        book_rules=BookRules.restore(state["book"]),
        nominal=float(state["nominal"]),
        thresholds={name: np.asarray(given) for name, given in state["thresholds"].items()},
        columns=tuple(state["columns"]),
        limit=float(state["limit"]),
        spread=state["spread"],
        **arrays,
    )


def _thresholds(
    window: Window,
    outlook: pd.DataFrame,
    labels: pd.DataFrame,
    settings: ConformalSettings,
    embargo: int,
) -> Array:
    """Thresholds for the session after the last forecast; NaN while there are too few."""
    rows = outlook[(outlook["window"] == window.name) & (outlook["model"] == POOL)]
    rows = rows.set_index("session").sort_index()
    if rows.empty:
        return np.full(len(SCENARIOS), np.nan)
    happened = labels[labels["window"] == window.name].set_index("session").reindex(rows.index)
    codes = pd.Categorical(happened["scenario"], categories=SCENARIOS).codes.astype(np.int64)
    ends = label_end_positions(pd.DatetimeIndex(rows.index), happened["label_end"])
    proba = rows[list(SCENARIOS)].to_numpy(dtype=float)
    given = conformal_thresholds(proba, codes, ends, embargo=embargo, settings=settings)
    return given[-1]


def check_policy(settings: DeskSettings, book: Book, windows: Collection[str]) -> None:
    """Refuse a policy that there is not, holdings without a price, and a tier of no window.

    Raises
    ------
    ConfigurationError
        Naming the entry of ``params.yaml``, and what it may have been meant to be.
    """
    check_priced(book, PRICED)
    if settings.tier.window not in windows:
        raise ConfigurationError(
            f"params.yaml: desk.tier.window is {settings.tier.window!r}, which is no window; "
            f"choose from {', '.join(windows)}"
        )
    try:
        policies = make_policies(settings)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"params.yaml: desk.{error}") from None
    for policy in policies.values():
        if unknown := sorted(set(policy.windows) - set(windows)):
            raise ConfigurationError(
                f"params.yaml: desk.policies.{policy.name} looks at window {unknown[0]!r}, which "
                f"nobody forecasts; choose from {', '.join(windows)}"
            )


def _check_names(settings: DeskSettings) -> None:
    try:
        select(settings.watched)
    except FeatureError as error:
        raise ConfigurationError(f"params.yaml: desk: {error}") from None
