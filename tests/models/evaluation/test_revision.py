import pandas as pd
import pytest

from models.evaluation.revision import revision_share


def outlook(bases, window="ahead", model="pool", start="2024-01-01"):
    return pd.DataFrame(
        {
            "session": pd.bdate_range(start, periods=len(bases)),
            "window": window,
            "model": model,
            "base": bases,
            "tightening_shock": [1 - b for b in bases],
            "reflation": 0.0,
        }
    )


def test_share_of_changed_calls_by_window_and_model():
    published = pd.concat([outlook([0.9, 0.8, 0.3, 0.6]), outlook([0.9, 0.9], model="vix")])
    retrained = pd.concat([outlook([0.6, 0.4, 0.4, 0.4]), outlook([0.8, 0.7], model="vix")])
    assert revision_share(published, retrained) == {"ahead": {"pool": 0.5, "vix": 0.0}}


def test_only_common_sessions_count():
    published, retrained = outlook([0.9, 0.9, 0.9]), outlook([0.1, 0.9], start="2024-01-03")
    assert revision_share(published, retrained) == {"ahead": {"pool": 1.0}}


def test_nothing_in_common_is_an_error():
    with pytest.raises(ValueError, match="of 1 and 2 rows, have no session"):
        revision_share(outlook([0.9]), outlook([0.9, 0.9], window="now"))
