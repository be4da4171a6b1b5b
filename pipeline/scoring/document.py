"""The call as a document: what is published, shown and given to scripts.

Parts that came after version 0.1 are not required, so that every call of a ledger stays readable.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, NotRequired, TypedDict, cast

from models.scenarios import SCENARIOS
from pipeline.base.errors import SchemaError
from pipeline.scoring.book.document import BookRisk
from pipeline.scoring.shape import check_of, schema_of

SCHEMA_VERSION = 2
"""Grows when a part changes its meaning or goes; a part that is added leaves it.

Since 2, ``risk`` is the probability of a large move (anything but base) and steers the tier, and
``exposure`` is that of ``policy``; before, ``risk`` was a weighted probability of a
tightening-shock, whose tier scaled the exposure down.
"""

Scenario = Annotated[str, ("enum", SCENARIOS)]
Day = Annotated[str, ("format", "date")]
Tier = Annotated[int, ("minimum", 0), ("maximum", 4)]
Probabilities = Annotated[dict[str, float], ("required", SCENARIOS)]
"""Probability of each scenario."""


class Span(TypedDict):
    """Sessions up to the call's own, and after it, that a window covers."""

    back: int
    ahead: int


class State(TypedDict):
    """The hidden Markov model's state, and since when."""

    posterior: list[float]
    label: str
    since: Day
    entropy: float


class Condition(TypedDict):
    """One condition of a rule; ``met`` None says that its value is missing."""

    feature: str
    value: float | None
    unit: str
    above: float | None
    below: float | None
    met: bool | None
    age_sessions: int | None
    text: str
    brief: str


class Step(TypedDict):
    """One step of the checklist."""

    step: str
    status: Annotated[str, ("enum", ("pass", "warn", "defend", "missing"))]
    evidence: list[Condition]
    age_sessions: int | None


class Cascade(TypedDict):
    """The deepest active step, 0 for none, and all active ones."""

    step: int
    name: str
    active: list[str]


class Push(TypedDict):
    """A driver's push in log odds: towards the call's scenario, and towards a large move."""

    driver: str
    contribution: float
    to_risk: float


class Flip(TypedDict):
    """The smallest move of one feature that changes the tier."""

    feature: str
    driver: str
    unit: str
    value: float
    move: float
    standard_deviations: float
    tier: Tier


class Analog(TypedDict):
    """A past session like this one, and the fraction that each price moved afterwards."""

    session: Day
    distance: float
    scenario: Scenario
    spy: float | None
    qqq: float | None
    btc: float | None


class Drift(TypedDict):
    """Whether the session is like those of the training."""

    out_of_distribution: bool
    distance: float
    limit: float
    outside_range: list[str]
    shifted: dict[str, float]


class Freshness(TypedDict):
    """A series' last observation, its age, and the sessions over which it is carried."""

    last: Day | None
    age_sessions: int | None
    limit: int | None
    missing: bool


class Late(TypedDict):
    """A required series that lacks the value which its publication lag promises."""

    series: str
    last: str
    due: Day


class MadeBy(TypedDict):
    """The model that made the call; its version in the registry, where it is known."""

    name: str
    version: int | None
    source: str
    fit_end: dict[str, Day]


class Policy(TypedDict):
    """The policy that the exposure is of, and one sentence why."""

    name: str
    why: str


class Kept(TypedDict):
    """How and when a call entered the ledger."""

    kind: Annotated[str, ("enum", ("live", "backfill", "revised"))]
    published_at: str
    revises: list[str]


class Call(TypedDict):
    """Everything that is said about one session."""

    schema_version: NotRequired[int]
    session: Day
    decision_time: str
    simulated: bool
    scenario: Scenario
    scenario_in_progress: Scenario | None
    windows: NotRequired[dict[str, Span]]
    probabilities: Annotated[dict[str, Probabilities], ("required", ("ahead",))]
    conformal_set: list[Scenario]
    conformal_sets: dict[str, list[Scenario]]
    state: State
    tier: Tier
    exposure: float
    policy: NotRequired[Policy]
    risk: float
    action: str
    event_kind: str
    event_evidence: list[str]
    tape: str
    open_interest_reset: bool | None
    cascade: Cascade
    reentry: bool
    defence: bool
    checklist: list[Step]
    stack: int
    stack_parts: dict[str, bool | None]
    playbooks: dict[str, list[Condition]]
    driver: str
    drivers: list[Push]
    narrative: str
    nearest_flip: Flip | None
    analogs: list[Analog]
    drift: Drift
    freshness: dict[str, Freshness]
    book: NotRequired[BookRisk | None]
    late: NotRequired[list[Late]]
    despite_late: NotRequired[list[str]]
    model: MadeBy
    ledger: NotRequired[Kept]


class ServedRow(TypedDict):
    """One row of what ``mlflow models serve`` answers: a session of the request in one window."""

    row: int
    window: str
    base: float
    tightening_shock: float
    reflation: float


def schema() -> dict[str, Any]:
    """The call as JSON Schema, and a served row beside it; ``docs/call.schema.json`` is this."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "undertow call"}
    return head | schema_of(Call) | {"$defs": {"served_row": schema_of(ServedRow)}}


def checked(document: Mapping[str, Any], where: object) -> Call:
    """A document as a call, when it is one.

    Parameters
    ----------
    document
        As published, by this version or an earlier one.
    where
        What it was read from, for the message.

    Raises
    ------
    SchemaError
        Naming the part that does not fit, or the version that wrote the document.
    """
    version = document.get("schema_version", 0)
    if type(version) is int and version > SCHEMA_VERSION:
        raise SchemaError(
            f"{where}: the call of {document.get('session')} was written by a newer undertow (its "
            f"schema_version is {version}, this one knows {SCHEMA_VERSION}); update undertow"
        )
    if found := _check()(document):
        raise SchemaError(
            f"{where}: the call of {document.get('session')} is not one that this version can "
            f"show: {found.lstrip('.')}; it stays as published, see it with "
            f"`undertow ledger {document.get('session')} --json`"
        )
    return cast("Call", document)


_check = cache(lambda: check_of(schema_of(Call)))
