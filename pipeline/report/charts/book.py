"""How well the book's tail was forecast, by each approach."""

import pandas as pd

from pipeline.base.errors import DataMissingError
from pipeline.report.figure import Picture, Section, figure
from pipeline.report.inputs import Inputs
from pipeline.report.text import percent
from pipeline.scoring.book.verdict import COLUMNS, table, verdict


@figure(Section.TRUST, 75, "How well is the book's worst twentieth forecast?")
def book_tail(inputs: Inputs) -> Picture:
    """Joint score of value at risk and expected shortfall, and coverage."""
    found = inputs.book
    if not found["approaches"]:
        raise DataMissingError(
            "the book has too few sessions out of sample to judge a forecast of it"
        )
    rows = pd.DataFrame(table(found), columns=list(COLUMNS)).set_index(COLUMNS[0])
    span = f"{found['sessions']} sessions, {found['first']} to {found['last']}"
    held = ", ".join(f"{n.upper()} {percent(w)}" for n, w in found["weights"].items() if w)
    return Picture(None, f"{held}, {span}: {verdict(found)}", rows)
