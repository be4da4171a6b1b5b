"""What stages leave, read again."""

import pandas as pd
import pytest

from pipeline.base.errors import SchemaError
from pipeline.storage import store


def test_labels_of_an_earlier_version_are_refused_with_the_remedy(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(store, "SCENARIOS", tmp_path / "scenarios.parquet")
    labels = pd.DataFrame({"session": pd.bdate_range("2024-01-01", periods=3), "ruler": "1"})
    store.write_parquet(labels, store.SCENARIOS)
    with pytest.raises(SchemaError, match=r"has no column label_version.*run `dvc repro`"):
        store.read_labels()
    store.write_parquet(labels.rename(columns={"ruler": "label_version"}), store.SCENARIOS)
    assert len(store.read_labels()) == 3
