"""Policies: what each wants, and what is said of one that there is not."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.evaluation.intervals import Resampling
from pipeline.base.errors import ConfigurationError
from pipeline.desk.holdings import Holding, bill_returns
from pipeline.desk.policy import TARGET, Seen, make_policies, see
from pipeline.desk.policy_scores import score_policies
from pipeline.scoring.reference import check_policy_windows
from pipeline.settings.book import Book
from pipeline.settings.desk import DeskSettings

SESSIONS = pd.bdate_range("2020-01-01", periods=600, name="session")
_DRAWN = np.random.default_rng(5)
RETURNS = pd.Series(_DRAWN.normal(0.0004, 0.012, 600), SESSIONS)
BILL = pd.Series(0.0001, SESSIONS)


def evenings(count: int = 300, **columns: object) -> pd.DataFrame:
    calm: dict[str, object] = {
        "tier": 0, "state": "calm", "floor": 0, "raises": 0,
        "tightening_shock.now": 0.1, "tightening_shock.ahead": 0.1, "reflation.ahead": 0.1,
    }  # fmt: skip
    return pd.DataFrame(calm | columns, index=SESSIONS[-count:])


def seen(settings: DeskSettings, returns: pd.Series = RETURNS, **columns: object) -> Seen:
    return see(returns, evenings(**columns), settings.target, settings.target.band)


def test_in_a_calm_market_every_policy_is_the_plain_target(settings: DeskSettings) -> None:
    policies, calm = make_policies(settings), seen(settings)
    for name in ("target", "confirmed", "insurance"):
        assert np.array_equal(policies[name].exposure(calm), calm.target), name
    assert np.allclose(policies["tilt"].exposure(calm), calm.target, atol=0.025)


def test_insurance_scales_by_the_risk_of_a_shock_and_not_by_the_size_of_moves(
    settings: DeskSettings,
) -> None:
    insurance = make_policies(settings)["insurance"]
    rally = seen(settings, tier=3, **{"reflation.ahead": 0.6})
    assert np.array_equal(insurance.wanted(rally), rally.target)
    for risk, scale in ((0.25, 0.85), (0.35, 0.6), (0.45, 0.3), (0.9, 0.0)):
        shock = {f"tightening_shock.{window}": risk for window in ("now", "ahead")}
        risky = seen(settings, **shock)
        assert np.allclose(insurance.wanted(risky), scale * risky.target)
    assert np.allclose(insurance.wanted(seen(settings, floor=2)), 0.6 * rally.target)


def test_confirmed_cuts_where_tier_and_price_agree(settings: DeskSettings) -> None:
    confirmed = make_policies(settings)["confirmed"]
    falling = pd.Series(-0.001 + RETURNS - RETURNS.mean(), SESSIONS)
    assert np.allclose(
        confirmed.wanted(seen(settings, falling, tier=2))[-50:],
        0.75 * seen(settings, falling).target[-50:],
    )
    low = seen(settings, falling, tier=1)
    assert np.array_equal(confirmed.wanted(low), low.target)


def test_tilt_leans_with_the_outlook(settings: DeskSettings) -> None:
    tilt = make_policies(settings)["tilt"]
    up, down = (
        tilt.wanted(seen(settings, **{f"{scenario}.ahead": 0.5})).mean()
        for scenario in ("reflation", "tightening_shock")
    )
    assert down < seen(settings).target.mean() < up


def test_nothing_is_added_at_tier_4(settings: DeskSettings) -> None:
    quieter = RETURNS * np.linspace(3.0, 0.3, len(RETURNS))
    stopped, free = (seen(settings, quieter, tier=tier) for tier in (4, 0))
    policies = make_policies(settings)
    assert policies["target"].exposure(free)[-1] > policies["target"].exposure(free)[0]
    assert (np.diff(policies["target"].exposure(stopped)) <= 0).all()
    assert policies["buy_and_hold"].exposure(stopped).min() == 1.0


def test_a_policy_reads_the_target_if_and_only_if_it_says_so(settings: DeskSettings) -> None:
    once = seen(settings)
    halved = replace(once, target=once.target / 2)
    for name, policy in make_policies(settings).items():
        same = np.array_equal(policy.exposure(once), policy.exposure(halved))
        assert same != policy.reads_target, name


def test_what_a_policy_wants_does_not_change_when_more_becomes_known(
    settings: DeskSettings,
) -> None:
    """Every one but the constant, which is a yardstick with hindsight by its own words."""
    whole = seen(settings)
    before = see(RETURNS.iloc[:-60], evenings().iloc[:-60], settings.target, settings.target.band)
    for name, policy in make_policies(settings).items():
        if name != "constant":
            assert np.array_equal(policy.exposure(whole)[:-60], policy.exposure(before)), name


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"policy": "jump"}, "policy is 'jump', which is a yardstick only; choose from"),
        ({"policy": "targt"}, "policy is 'targt', which is no policy"),
        ({"policies": {"tlt": {}}}, r"policies\.tlt is no policy; did you mean 'tilt'"),
        ({"policies": {"tilt": {"strenth": 1}}}, r"tilt\.strenth is no setting; .* 'strength'"),
        ({"policies": {"tilt": {"strength": "x"}}}, r"tilt\.strength is 'x'; write it like 0\.5"),
        ({"policies": {"insurance": {"scales": [1, 0]}}}, r"scales is \[1, 0\]; write it like"),
        ({"policies": {"states": {"out_in": 4}}}, r"out_in is 4; write it like 'crisis'"),
        ({"policies": {"jump": {"refit_every": 2.5}}}, r"refit_every is 2\.5; write it like 126"),
        ({"policies": {"tilt": {"step": 0.0}}}, r"tilt\.step is 0\.0; it must be above 0"),
        ({"policies": {"confirmed": {"cut": 2}}}, r"confirmed\.cut is 2; it must be from 0 to 1"),
        (
            {"policies": {"insurance": {"scales": [1.0, 2.0, 0.6, 0.3, 0.0]}}},
            r"scales is \[1\.0, 2\.0, .*; it must be from 0 to 1 each",
        ),
        (
            {"policies": {"insurance": {"weights": {"now": -1.0, "ahead": 2.0}}}},
            r"weights is .*; it must be 0 or more each, and 1 in all",
        ),
    ],
)
def test_a_wrong_policy_is_refused(settings: DeskSettings, change, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        make_policies(replace(settings, **change))


def test_a_window_that_nobody_forecasts_is_named(settings: DeskSettings) -> None:
    odd = replace(settings, policies={"tilt": {"window": "year"}})
    with pytest.raises(ValueError, match="looks at window 'year', which nobody forecasts"):
        make_policies(odd)["tilt"].wanted(seen(settings))
    with pytest.raises(ConfigurationError, match=r"tilt looks at window 'year', .* now, ahead"):
        check_policy_windows(odd, ["now", "ahead"])


def test_every_policy_is_scored_on_the_same_days(settings: DeskSettings) -> None:
    days = evenings(500)
    results = score_policies(
        days, {"spy": Holding(RETURNS, 0.0)}, BILL, settings, Resampling(repetitions=50)
    )
    of = results["holdings"]["spy"]
    assert of["sessions"] == 500 - 11
    assert of["policies"].keys() >= {TARGET, "tilt", "confirmed", "insurance", "buy_and_hold"}
    hold = of["policies"]["buy_and_hold"]
    scored = RETURNS.iloc[-489:].to_numpy()
    grown = np.prod(1 + scored) ** (252 / 489) - 1
    excess = scored - 0.0001
    for delay in ("0", "10"):
        assert hold["delays"][delay]["annual_return"] == pytest.approx(grown)
    assert hold["delays"]["1"]["sharpe"] == pytest.approx(excess.mean() / excess.std() * 252**0.5)
    assert of["policies"][TARGET]["over_target"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    costs = of["policies"][TARGET]["costs"]
    assert costs["5"]["annual_return"] > costs["20"]["annual_return"]


def test_too_few_evenings_are_named(settings: DeskSettings) -> None:
    with pytest.raises(ValueError, match="book has a volatility on 0 of the 300 evenings"):
        score_policies(
            evenings(), {"book": Holding(RETURNS[:0], 1.0)}, BILL, settings, Resampling()
        )


def test_a_holding_without_any_price_is_cash_and_cash_earns_the_bill() -> None:
    prices = pd.DataFrame({"a": [100.0, 101.0, np.nan, 103.02], "b": np.nan}, index=SESSIONS[:4])
    half = Holding.of(Book({"a": 0.5, "b": 0.5}), prices)
    assert half.cash == 0.5
    assert np.allclose(half.returns.iloc[1:], [0.005, 0.0, 0.01])
    bill = bill_returns(pd.Series([3.65] * 4, SESSIONS[:4]))
    assert np.allclose(half.earned(bill).iloc[1:], [0.00505, 0.00005, 0.01015])
