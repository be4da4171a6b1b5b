"""What every benchmark's command takes, and how its results are told."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.comparison import Comparison
from benchmarks.project import Run, Size
from pipeline.base.console import out, show_table

Measure = Callable[[Run], Iterator[Comparison]]

Full = Annotated[bool, typer.Option("--full", help="What users have, not the quick form.")]
Folder = Annotated[
    Path | None, typer.Option(help="Folder with market files; else the simulated market.")
]
Output = Annotated[Path | None, typer.Option(help="Append one JSON line a case to this file.")]


def command(measure: Measure) -> None:
    """Run one benchmark by the options of its command line."""

    def main(*, full: Full = False, folder: Folder = None, output: Output = None) -> None:
        tell(measure, asked(full=full, folder=folder), output)

    typer.run(main)


def asked(*, full: bool, folder: Path | None) -> Run:
    """The run that the options ask for."""
    return Run(Size.FULL if full else Size.QUICK, folder)


def tell(measure: Measure, run: Run, output: Path | None) -> None:
    """Print each comparison as it comes, and append it as JSON lines."""
    for comparison in measure(run):
        show_table(comparison.shown())
        out.print()
        if output is not None:
            with output.open("a", encoding="utf-8") as lines:
                for record in comparison.records():
                    market = "simulated" if run.folder is None else "files"
                    lines.write(json.dumps({"market": market, "size": run.size, **record}) + "\n")
