import numpy as np
import pytest

from tests.models.outlook.conftest import Market, fresh


def test_shares_are_those_of_the_training_rows(market: Market):
    rows = market.outcomes[:500]
    expected = rows["code"].value_counts(normalize=True).reindex([0, 1, 2]).to_numpy()
    model = fresh("climatology").fit(market.features[:500], rows)
    proba = model.predict_proba(market.features[500:503])
    np.testing.assert_allclose(proba, np.tile(expected, (3, 1)), rtol=1e-15)


def test_no_training_row_is_refused(market: Market):
    with pytest.raises(ValueError, match="no training row"):
        fresh("climatology").fit(market.features[:0], market.outcomes[:0])
