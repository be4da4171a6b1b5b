"""Long work watched: a bar when a person looks on, plain lines otherwise; both on stderr."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from pipeline.run import log

Result = TypeVar("Result")


def watched(results: Iterable[Result], what: str, total: int) -> Iterator[Result]:
    """Pass results on as they come, telling how many of ``total`` are there."""
    console = Console(stderr=True)
    if console.is_terminal:
        yield from track(results, what, total, console=console)
        return
    for number, result in enumerate(results, start=1):
        log.info("%s: %d of %d", what, number, total)
        yield result
