"""Who was in the index: a change that shows before its day is caught, whatever it is made of."""

import pandas as pd
import pytest

from pipeline.aligning import membership
from pipeline.audit.undated import undated_tables
from tests.pipeline.audit.conftest import cut_at

JOINS, BEFORE = "INT19", "2018-12-14"
"""A stock that is added to the index ten days later."""

pytestmark = pytest.mark.usefixtures("few_features")


def leaking(leaks):
    return {leak.column for leak in leaks}


def test_honest_membership_passes(published, inline):
    assert cut_at(published, inline, BEFORE) == []


def test_a_change_that_counts_a_month_early(tables, inline, monkeypatch):
    honest = membership.memberships

    def early(tickers, meta, changes, clock):
        return honest(
            tickers, meta, changes.assign(date=changes["date"] - pd.Timedelta(days=30)), clock
        )

    monkeypatch.setattr(membership, "memberships", early)
    assert leaking(cut_at(tables(), inline, BEFORE)) == {f"in_tech.{JOINS}"}


def test_todays_list_used_for_the_past(tables, inline, monkeypatch):
    honest = membership.memberships
    monkeypatch.setattr(
        membership,
        "memberships",
        lambda names, meta, _changes, clock: honest(names, meta, None, clock),
    )
    assert leaking(cut_at(tables(), inline, BEFORE)) == {f"in_tech.{JOINS}"}


def test_what_no_cut_can_reach_is_named(market):
    named = {each.table: each for each in undated_tables(market.raw)}
    assert named.keys() == {"members", "members_meta"}
    assert "survivors" in named["members"].why
    assert undated_tables({"vix": market.raw["vix"]}) == []
