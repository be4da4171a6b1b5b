from dataclasses import replace

import pytest

from pipeline.desk.decision import decide, tier_of
from pipeline.desk.tape import cascade, event_kind, has_reset, reentry, stack, tape
from pipeline.desk.tier import action, risk, tier
from pipeline.settings.desk import DeskSettings

MARCH_2020 = {
    "turbulence_1": 40.0, "turbulence_21": 9.0, "hyg_over_ief_change_5": -0.09,
    "btc_range_over_norm": 6.0, "btc_liquidation_pressure": 6.0, "btc_return_5": -0.5,
    "btc_open_interest_change_5": -0.7, "spy_realised_21": 0.6, "flywheel_stage": 4.0,
    "tech_above_50": 0.02, "tech_lower_low_flag": 1.0, "vix_zscore_252": 4.0,
    "spy_realised_5_over_63": 0.8, "btc_spy_correlation_20": 0.9,
}  # fmt: skip
CALM = {
    "btc_liquidation_pressure": 0.0, "btc_open_interest_change_5": 0.01, "btc_return_5": 0.02,
    "btc_reset_flag": 0.0, "btc_spy_correlation_20": 0.3, "cross_asset_correlation_21": 0.1,
    "spy_realised_5_over_63": -0.2, "vix_log_gap": -0.2, "vix_over_vix3m": -0.1,
    "spy_realised_21": 0.1,
}  # fmt: skip


def test_a_crash_with_forced_sellers(settings: DeskSettings, make_day) -> None:
    day = make_day(MARCH_2020, risk=0.5, state="crisis")
    said = decide(day, settings)
    assert (said.event_kind, said.tape) == ("liquidity shock", "liquidation-driven")
    assert said.cascade.name == "thin liquidity"
    assert said.cascade.step == 6
    assert said.stack.parts["crypto liquidations"] is True
    assert said.stack.parts["outside shock"] is None
    assert said.tier == 4
    assert said.action == "wait"
    assert not said.reentry
    assert said.checklist[-1].status == "defend"
    assert tier_of(day, settings) == said.tier


def test_a_quiet_session(settings: DeskSettings, make_day) -> None:
    said = decide(make_day(CALM), settings)
    assert (said.event_kind, said.tape, said.cascade.step) == ("none", "quiet", 0)
    assert (said.tier, said.action) == (0, "none")
    assert said.reentry
    assert said.checklist[-1].status == "pass"


def test_an_event_without_liquidations_is_structural(settings: DeskSettings, make_day) -> None:
    day = make_day(CALM | {"vix_change_5": 0.5, "spy_realised_5_over_63": 0.9})
    assert event_kind(day, settings)[0] == "volatility event"
    assert tape(day, settings) == "structural"


def test_without_crypto_data_the_tape_is_missing(settings: DeskSettings, make_day) -> None:
    assert tape(make_day(), settings) == "missing"
    assert has_reset(make_day(), settings) is None


def test_no_reentry_while_forced_selling_has_not_reset(settings: DeskSettings, make_day) -> None:
    forced = CALM | {"btc_liquidation_pressure": 3.0, "btc_return_5": -0.2}
    assert not reentry(make_day(forced), settings)
    assert reentry(make_day(forced | {"btc_reset_flag": 1.0}), settings)
    assert not reentry(make_day(CALM | {"btc_spy_correlation_20": 0.9}), settings)
    assert not reentry(make_day(), settings)


def test_the_stack_counts_parts_and_the_cascade_names_the_deepest(
    settings: DeskSettings, make_day
) -> None:
    day = make_day({"us2y_repricing_5": 2.0, "sessions_since_geopolitics": 1.0})
    assert stack(day, settings).count == 1
    assert cascade(day, settings).active == ("story shock", "rates and dollar")
    assert cascade(day, settings).step == 2


def test_tiers_rise_with_risk_stack_state_and_defence(settings: DeskSettings, make_day) -> None:
    by_risk = [
        tier(make_day(risk=risk), 0, defence=False, settings=settings.tier)
        for risk in (0.0, *settings.tier.risk_levels)
    ]
    assert by_risk == [0, 1, 2, 3, 4]
    calm, crisis = make_day(), make_day(state="crisis")
    assert tier(crisis, 0, defence=False, settings=settings.tier) == 2
    raises = settings.tier.stack_raises
    assert tier(calm, raises, defence=False, settings=settings.tier) == 1
    assert tier(calm, raises, defence=True, settings=settings.tier) == 2
    assert tier(make_day(risk=0.9), 5, defence=True, settings=settings.tier) == 4


def test_the_risk_is_of_a_large_move_of_either_sign(settings: DeskSettings, make_day) -> None:
    proba = {"base": 0.45, "tightening_shock": 0.05, "reflation": 0.5}
    rally = replace(make_day(), probabilities={settings.tier.window: proba})
    assert risk(rally, settings.tier) == pytest.approx(0.55)
    assert tier(rally, 0, defence=False, settings=settings.tier) == 3


@pytest.mark.parametrize(
    ("level", "liquidation", "defence", "expected"),
    [
        (0, False, False, "none"),
        (2, False, False, "hedge"),
        (3, False, False, "reduce"),
        (1, False, True, "reduce"),
        (0, True, False, "wait"),
        (3, True, True, "wait"),
        (4, False, False, "wait"),
    ],
)
def test_exactly_one_action(
    level: int, liquidation: bool, defence: bool, expected: str, settings: DeskSettings
) -> None:
    found = action(level, liquidation=liquidation, defence=defence, settings=settings.tier)
    assert found == expected


def test_the_tiers_that_hedge_and_reduce_are_the_settings(settings: DeskSettings) -> None:
    later = replace(settings.tier, hedge_from=1, reduce_from=2)
    told = [action(n, liquidation=False, defence=False, settings=later) for n in range(5)]
    assert told == ["none", "hedge", "reduce", "reduce", "wait"]


def test_no_tape_is_called_quiet_without_open_interest(settings: DeskSettings, make_day) -> None:
    """Bitcoin's return alone can never meet two conditions, so it cannot tell that none sells."""
    assert tape(make_day({"btc_return_5": 0.01}), settings) == "missing"
    both = {"btc_return_5": 0.01, "btc_open_interest_change_5": 0.02}
    assert tape(make_day(both), settings) == "quiet"
