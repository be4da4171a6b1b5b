"""A chapter of a page: a heading and a table, in Markdown."""

from collections.abc import Iterable, Sequence


def chapter(heading: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The heading with its table; no cell holds a bar."""
    lines = [f"{heading}\n", _line(columns), f"|{'---|' * len(columns)}", *map(_line, rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
