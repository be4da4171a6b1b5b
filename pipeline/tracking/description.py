"""What a run says of itself in words: the difference to the champion, and what was changed."""

from models.evaluation.promotion import Decision

_LINES = 12


def describe(decision: Decision, window: str) -> str:
    """Write a run's description, in Markdown.

    Parameters
    ----------
    decision
        What the gates said.
    window
        That the gates judge by.
    """
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
