"""What is wrong with stored rows fails the audit, and is named before what was made from them."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.audit.certificate import distinct
from pipeline.audit.compare import Leak
from pipeline.audit.publication_rules import RULES
from pipeline.audit.published import Published
from pipeline.audit.stored_checks import check_stored, ingest_cuts, stored_leaks


@pytest.fixture
def published(settings, market) -> Published:
    nothing = pd.DataFrame()
    return Published(settings, market, *[nothing] * 6)


def test_honest_rows_pass(published) -> None:
    assert check_stored(published, []) == []


def test_a_row_that_is_used_before_it_is_public_is_a_leak_named_first(
    published, monkeypatch
) -> None:
    monkeypatch.setitem(RULES, "vix", replace(RULES["vix"], after=1))
    (leak,) = stored_leaks(check_stored(published, []))
    assert str(leak).startswith("vix is not as its source and publisher have it: its row of ")
    later = Leak("features", "log_vix", "2018-06-15", "2018-06-15", "truncated", "1.0", "2.0")
    assert distinct([later, leak]) == [leak, later]


def test_ingest_is_cut_only_where_every_required_series_has_begun(published) -> None:
    first, last = published.market.sessions[[0, -2]]
    raw = dict(published.market.raw)
    raw["vix"] = raw["vix"][raw["vix"]["date"] > first + pd.Timedelta(days=30)]
    begun = replace(published, market=replace(published.market, raw=raw))
    assert ingest_cuts(begun, [first, last], 2) == [last]
