"""What views between sessions were worth on real files, measured once and kept beside this code.

``verdict.json`` is what ``python -m benchmarks.weekend`` wrote; no figure stands anywhere else.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.base.words import number
from pipeline.storage import store

VERDICT = Path(__file__).with_name("verdict.json")


def read_verdict() -> dict[str, Any]:
    """The measured verdict.

    Returns
    -------
    dict
        ``windows``: by window the skill that looking again ``saved``, as a fraction (0.01 is one
        point), its interval, the weekends with a known outcome, and by how much the probability
        that moved most did (``moved``, on average). ``rules``: by rule the share of weekends on
        which the ``last`` call, and the ``view``, said what the next session's call said; on how
        many the last call did not (``changed``), on how many of these the view did
        (``seen_coming``), on how many the view alone was wrong (``false_alarms``), and ``p`` that
        the two do not differ (McNemar's exact test). ``first`` and ``last`` session, ``level`` of
        the intervals, how many ways were ``tried``, when and on which files (SHA-256 of ``data``).
    """
    return dict(store.read_json(VERDICT))


def sentences(verdict: dict[str, Any]) -> Iterator[str]:
    """The verdict in words: of the probabilities, then of the rules."""
    first, last = verdict["first"][:4], verdict["last"][:4]
    gains = [_gain(name, part) for name, part in verdict["windows"].items()]
    yield (
        f"What such a view was worth on the {verdict['weekends']} weekends of {first} to {last} in "
        f"real files, Sunday {verdict['hour']:02d}:00 UTC against the last call, in points of "
        f"skill with {100 * verdict['level']:.0f} % intervals: {'; '.join(gains)}."
    )
    rules = verdict["rules"]
    told = [_agreement(name, part) for name, part in rules.items()]
    # Of several rules, tried in several ways, one is off by chance more often (Bonferroni).
    least = (1.0 - verdict["level"]) / (len(rules) * verdict["tried"])
    beyond = [name for name, part in rules.items() if part["p"] < least]
    yield (
        "Share of weekends on which the last call, and then the view, said what the next session's "
        f"call said: {'; '.join(told)}. Beyond noise: {', '.join(beyond) or 'none of these'}."
    )


def _gain(window: str, part: dict[str, Any]) -> str:
    low, high = (100 * bound for bound in part["interval"])
    judged = "better" if low > 0 else "worse" if high < 0 else "no difference that shows"
    value, *bounds = (number(each, 1) for each in (100 * part["saved"], low, high))
    return f"{window} {value} [{bounds[0]}, {bounds[1]}], {judged}"


def _agreement(rule: str, part: dict[str, Any]) -> str:
    turns = f"{part['seen_coming']} turns seen, {part['false_alarms']} false alarms"
    return f"{rule} {100 * part['last']:.0f} → {100 * part['view']:.0f} % ({turns})"
