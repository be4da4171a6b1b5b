"""Section ``tune`` of ``params.yaml``: what is searched, and on which span."""

from typing import Any

from pydantic import Field

from pipeline.settings.section import Date, Section


class Choice(Section):
    """A setting that takes one of some values."""

    values: list[Any] = Field(min_length=1)


class Range(Section):
    """A setting between two numbers, whole when both are."""

    low: int | float
    high: int | float
    log: bool = False


class Tune(Section):
    """What is searched, and on which span: one that ends well before the test span.

    Attributes
    ----------
    seed
        Of the search: with it, the trials depend on nothing but their predecessors' results.
    batch_size
        Trials that are chosen at once, before any of them has been scored. As many can be computed
        side by side; more of them learn less from each other. Not the number of workers, so that
        the search does not depend on that.
    """

    window: str
    first_test: Date
    last_test: Date
    seed: int
    batch_size: int = Field(ge=1)
    space: dict[str, Choice | Range]
