"""What ``data/book.json`` says, in words and as a table."""

from typing import Any

from pipeline.base.console import NOTHING, percent
from pipeline.base.words import number

COLUMNS = (
    "approach",
    "FZ0",
    "worse than chosen by",
    "pinball %",
    "hits %",
    "Kupiec p",
    "Christoffersen p",
)
"""Of `table`."""

LEGEND = (
    "FZ0: joint score of value at risk and expected shortfall, lower is better; pinball: mean "
    "loss of nine quantiles; hits: share of outcomes below the value at risk, {tail} is right; "
    "p: chance of such hits if they are right, and if they also come singly"
)


def verdict(found: dict[str, Any]) -> str:
    """Whether the chosen approach is the best one, and whether that is more than noise.

    Parameters
    ----------
    found
        Content of ``data/book.json``, with approaches.
    """
    chosen, rows = found["distribution"], found["approaches"]
    best = min(rows, key=lambda name: rows[name]["fz0"])
    beaten = [n for n, row in rows.items() if (row["over_chosen_interval"] or [0.0])[0] > 0]
    beyond = f"beyond noise only against {', '.join(beaten)}" if beaten else "none beyond noise"
    if best == chosen:
        return f"{chosen}, the chosen approach, scores best; {beyond}."
    interval = rows[best]["over_chosen_interval"]
    if interval is not None and interval[1] < 0:
        return (
            f"{best} scores better than {chosen}, the chosen approach, beyond noise; set "
            f"`book.distribution: {best}` to use it."
        )
    return f"{best} scores best; this span cannot tell it from {chosen}, the chosen approach."


def table(found: dict[str, Any]) -> list[tuple[str, ...]]:
    """One row an approach, the best first."""
    ranked = sorted(found["approaches"].items(), key=lambda item: item[1]["fz0"])
    return [(name, *_cells(row, chosen=name == found["distribution"])) for name, row in ranked]


def _cells(row: dict[str, Any], *, chosen: bool) -> tuple[str, ...]:
    interval = row["over_chosen_interval"]
    apart = number(row["over_chosen"], 3)
    if interval is not None:
        apart = f"{apart} [{number(interval[0], 3)}, {number(interval[1], 3)}]"
    return (
        number(row["fz0"], 3),
        "chosen" if chosen else apart,
        f"{100 * row['pinball']:.3f}",
        percent(row["hits"]),
        *(NOTHING if p is None else f"{p:.2f}" for p in (row["kupiec_p"], row["christoffersen_p"])),
    )
