"""What a run says of itself in words: the difference to the champion, and what was changed."""

import textwrap

from models.evaluation.promotion import Decision

_LINES, _SHORT = 12, 40


def title(name: str, decision: Decision) -> str:
    """Name a run by what was changed from the champion, before the data and model that it is of.

    Parameters
    ----------
    name
        Of the run: source, last session, beginning of the model's digest.
    """
    if decision.rival is None or not decision.rival.changed:
        return name
    first, *others = decision.rival.changed
    more = f" and {len(others)} more" if others else ""
    return f"{_brief(first)}{more}, {name}"


def _brief(change: str) -> str:
    """``lightgbm.trees 80`` for ``outlook.models.lightgbm.trees: 300 → 80``."""
    setting, _colon, values = change.partition(": ")
    chosen = values.rpartition("→ ")[2]
    return textwrap.shorten(
        f"{'.'.join(setting.split('.')[-2:])} {chosen}", _SHORT, placeholder=" …"
    )


def describe(decision: Decision, window: str) -> str:
    """Write a run's description, in Markdown."""
    if decision.rival is None:
        first = "The first model: there was no champion to compare it with."
        return first if decision.first else "The same model, trained on the same data, as before."
    difference = decision.rival.difference
    verdict = f"**{window}, against the champion on the same days: {difference.in_words()}.**"
    lines = [f"- `{change}`" for change in decision.rival.changed]
    if not lines:
        return f"{verdict}\n\nTrained with the champion's settings."
    more = [f"- and {len(lines) - _LINES} more"] if len(lines) > _LINES else []
    return "\n".join([verdict, "", "Changed from the champion:", "", *lines[:_LINES], *more])
