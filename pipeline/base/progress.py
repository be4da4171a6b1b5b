"""Long work watched: a bar when a person looks on, now and then a line otherwise; on stderr."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from pipeline.base.run import log

Result = TypeVar("Result")

BETWEEN = 10.0
"""Seconds between two lines."""


def watched(results: Iterable[Result], what: str, total: int) -> Iterator[Result]:
    """Pass results on as they come, telling how many of ``total`` are there."""
    console = Console(stderr=True)
    if console.is_terminal:
        yield from track(results, what, total, console=console)
        return
    told = time.monotonic()
    for number, result in enumerate(results, start=1):
        if number == total or time.monotonic() - told >= BETWEEN:
            log.info("%s: %d of %d", what, number, total)
            told = time.monotonic()
        yield result
