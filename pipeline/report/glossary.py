"""What the words of the first layer mean, and where in ``params.yaml`` each of them is set."""

from dataclasses import dataclass

from models.scenarios import SCENARIOS, Window
from pipeline.desk.narrative import words
from pipeline.report.rules import Rules
from pipeline.report.text import listed, number, percent
from pipeline.settings.desk import TierSettings

_COMPONENTS = {
    "real10y": "real yields",
    "dxy": "the dollar",
    "hy_oas": "credit spreads",
    "hyg/ief": "high-yield bonds against Treasuries",
    "vix": "the VIX",
    "qqq": "the Nasdaq-100",
    "btc": "bitcoin",
}


@dataclass(frozen=True)
class Entry:
    """A word, what it means, and the entry of ``params.yaml`` that sets it."""

    word: str
    meaning: str
    setting: str


def glossary(rules: Rules) -> list[Entry]:
    """Every word that a newcomer meets in today's call, with the limits that it was made by."""
    return [*_scenarios(rules), *_probabilities(rules), *_desk(rules)]


def _scenarios(rules: Rules) -> list[Entry]:
    components = listed([_COMPONENTS.get(component, component) for component in rules.components])
    high, low = (number(x, 1, signed=True) for x in (rules.tightening_above, rules.reflation_below))
    composite = (
        f"the mean move of {components}, each in its own standard deviations, signed to tighten"
    )
    meanings = {
        "tightening_shock": f"One shared risk budget shrinks: {composite}, ends above {high}.",
        "reflation": f"The reverse, conditions ease together: that mean ends below {low}.",
        "base": f"Neither: it ends between {low} and {high}.",
    }
    return [
        Entry(words(name), meanings[name], "scenarios")
        for name in sorted(SCENARIOS, key=list(meanings).index)
    ]


def _probabilities(rules: Rules) -> list[Entry]:
    return [
        Entry(
            "probability",
            "From a pool of small models with equal weights, each tested only on days after those "
            "it learned from.",
            "outlook",
        ),
        Entry(
            "conformal set",
            "Scenarios that cannot be ruled out, made to hold "
            f"{percent(rules.nominal)} of outcomes in the long run; all three means cannot "
            "tell.",
            "evaluation.conformal",
        ),
        Entry(
            "state",
            "How wild the market is (calm, normal, elevated, crisis), by a hidden Markov model of "
            "past and present alone. It knows nothing of scenarios.",
            "states",
        ),
        Entry(
            "driver",
            "What pushed the probability, in log odds: +0.69 doubles the odds, \N{MINUS SIGN}0.69 "
            "halves them. The driver states is the hidden Markov model.",
            "outlook.inputs",
        ),
    ]


def _desk(rules: Rules) -> list[Entry]:
    tier, defence = rules.desk.tier, rules.desk.defence
    windows = listed(
        [f"{_span(rules.windows[w])} ({percent(by)})" for w, by in tier.weights.items()]
    )
    levels = listed([percent(level) for level in tier.risk_levels])
    return [
        Entry(
            "risk", f"The probability of a tightening-shock, weighted over {windows}.", "desk.tier"
        ),
        Entry(
            "risk tier",
            f"0 to 4; tiers 1 to 4 begin at a risk of {levels}. A wild state, a stack of "
            f"{tier.stack_raises} or defence first makes it higher.",
            "desk.tier",
        ),
        Entry(
            "action",
            "Exactly one: none in tiers 0 and 1, hedge in tier 2, reduce in tier 3 or when defence "
            "comes first, wait in tier 4 or when the tape is liquidation-driven.",
            "desk.tier",
        ),
        Entry("suggested exposure", _exposure(tier), "desk.tier"),
        Entry(
            "kind of event",
            f"The gravest whose conditions are met: {listed(list(rules.desk.events))}, in this "
            "order; else none.",
            "desk.events",
        ),
        Entry(
            "checklist",
            f"Five steps that pass, warn or defend. Defence first: {listed(defence)} all warn or "
            "defend.",
            "desk.checklist",
        ),
        Entry("stack", "How many of the stresses hold at once.", "desk.stack"),
        Entry("cascade", "The deepest active step from a shock to thin liquidity.", "desk.cascade"),
        Entry(
            "tape",
            "Liquidation-driven when leverage is being unwound by force, structural in any other "
            "event, else quiet.",
            "desk.liquidation",
        ),
        Entry(
            "calm enough to re-enter",
            "Whether every band of volatility and correlation holds.",
            "desk.reentry",
        ),
        Entry("playbook", "Conditions that a style of trading waits for.", "desk.playbooks"),
    ]


def _span(window: Window) -> str:
    """What a window covers, in words."""
    return "the window in progress" if window.back else f"the next {window.ahead} sessions"


def _exposure(tier: TierSettings) -> str:
    scales = listed([percent(scale) for scale in tier.scales])
    target = percent(tier.target_volatility)
    return (
        f"Share of the capital to hold: what keeps the S&P 500 at {target} volatility a year, "
        f"never more than all of it, times {scales} in tiers 0 to 4."
    )
