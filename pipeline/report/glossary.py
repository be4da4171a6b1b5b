"""What the words of the first layer mean, and where in ``params.yaml`` each of them is set."""

from dataclasses import dataclass

from models.scenarios import SCENARIOS, Window
from pipeline.desk.narrative import words
from pipeline.report.rules import Rules
from pipeline.report.text import listed, number, percent
from pipeline.settings.desk import DeskSettings

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
    levels = listed([percent(level) for level in tier.risk_levels])
    return [
        Entry(
            "large move",
            "The probability of anything but base, up or down, over "
            f"{_span(rules.windows[tier.window])}.",
            "desk.tier",
        ),
        Entry(
            "risk tier",
            "0 to 4: how large the next moves are likely to be, of either sign. Tiers 1 to 4 begin "
            f"at a probability of a large move of {levels}. A wild state, a stack of "
            f"{tier.stack_raises} or defence first makes it higher. At tier 4 nothing is added: "
            "what is held may only shrink.",
            "desk.tier",
        ),
        Entry(
            "action",
            f"Exactly one: hedge from tier {tier.hedge_from}, reduce from tier {tier.reduce_from} "
            "or when defence comes first, wait in tier 4 or when the tape is liquidation-driven, "
            "else none. It is for who decides by hand; the exposure does not follow it.",
            "desk.tier",
        ),
        Entry("suggested exposure", _exposure(rules.desk), "desk.policy"),
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


def _exposure(desk: DeskSettings) -> str:
    target = desk.target
    return (
        f"Share of the capital to hold in the book, by policy {desk.policy}. The policies start "
        f"from what keeps the book at {percent(target.volatility)} volatility a year by its last "
        f"{target.sessions} sessions, never more than all of it, and move only when it is off by "
        f"more than {percent(target.band)}."
    )
