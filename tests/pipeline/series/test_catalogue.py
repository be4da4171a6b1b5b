"""Nothing stands in the catalogue that nobody reads."""

from pathlib import Path

from features.engine.declaration import COMPONENTS
from features.registry import registered
from pipeline import params
from pipeline.catalogue import CATALOGUE, JOINS
from pipeline.report.charts.correlations import _ASSETS as COMPARED
from pipeline.scoring.outcomes import OVERSOLD

ROOT = Path(__file__).resolve().parents[3]
MEMBERSHIP = {"members_meta", "ndx_changes"}
"""Which members are in an index, and when; what the panel's families of members are made of."""


def test_each_series_is_read_by_a_feature_a_label_or_a_chart(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    settings = params.load()
    features = {name.partition(".")[0] for f in registered().values() for name in f.inputs}
    definitions = [settings.scenarios.components, *settings.scenarios.components_by_source.values()]
    labels = {part for each in definitions for name in each for part in name.split("/")}
    read = (features - {COMPONENTS}) | labels | {*OVERSOLD, *COMPARED} | MEMBERSHIP
    vendors = {vendor for join in JOINS if join.name in read for vendor in join.members}
    assert set(CATALOGUE) - read - vendors == set()
