"""Nothing stands in the catalogue that nobody reads."""

from pathlib import Path

from features.declaration import LEGS
from features.registry import registry
from pipeline import params
from pipeline.catalogue import CATALOGUE, JOINS
from pipeline.desk import timeframes
from pipeline.report.charts.correlations import _ASSETS as COMPARED
from pipeline.scoring.outcomes import OVERSOLD

ROOT = Path(__file__).resolve().parents[3]
MEMBERSHIP = {"members_meta", "ndx_changes"}
"""Which members are in an index, and when; what the panel's families of members are made of."""


def test_each_series_is_read_by_a_feature_a_label_the_desk_or_a_chart(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    settings = params.load()
    features = {name.partition(".")[0] for f in registry().values() for name in f.inputs}
    legs = [settings.scenarios.legs, *settings.scenarios.legs_by_source.values()]
    labels = {part for each in legs for leg in each for part in leg.split("/")}
    desk = {*OVERSOLD, *timeframes.names(settings.desk.frames).values()}
    read = (features - {LEGS}) | labels | desk | {*COMPARED} | MEMBERSHIP
    vendors = {vendor for join in JOINS if join.name in read for vendor in join.members}
    assert set(CATALOGUE) - read - vendors == set()
