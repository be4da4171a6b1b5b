"""The project's own rules, and sessions made for them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from features.registry import select
from pipeline import params
from pipeline.desk.rules import Day
from pipeline.settings.desk import DeskSettings

ROOT = Path(__file__).resolve().parents[3]

MakeDay = Callable[..., Day]


@pytest.fixture(scope="session")
def settings() -> DeskSettings:
    return params.load(ROOT / "params.yaml").desk


@pytest.fixture
def make_day() -> MakeDay:
    def make(values: dict[str, float] | None = None, risk: float = 0.1, state: str = "calm") -> Day:
        half = risk / 2
        proba = {"base": 1.0 - risk, "tightening_shock": half, "reflation": half}
        labels = {each.name: each.label for each in select()}
        return Day(values or {}, {"now": proba, "ahead": proba}, state, labels=labels)

    return make
