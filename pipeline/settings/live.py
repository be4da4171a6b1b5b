"""Section ``live`` of ``params.yaml``: how public endpoints are asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field

_DAY = 86_400


@dataclass(frozen=True)
class Retry:
    """How long and how often a provider is waited for.

    Attributes
    ----------
    timeout_seconds
        For connecting, and for each piece of an answer.
    max_seconds
        For a whole answer, however slowly it arrives, and for a wait that a provider asks for.
    attempts
        Tries of one request, the first included.
    max_mb
        Size at which an answer is cut off.
    second_agent
        User-Agent of a second try where a host takes the connection and answers nothing, as FRED's
        does to some; null is that of the library (httpx).
    """

    timeout_seconds: Annotated[float, Field(gt=0, le=_DAY)] = 20.0
    max_seconds: Annotated[float, Field(gt=0, le=_DAY)] = 120.0
    attempts: Annotated[int, Field(ge=1, le=100)] = 4
    max_mb: Annotated[int, Field(ge=0, le=4096)] = 64
    second_agent: str | None = None


@dataclass(frozen=True)
class LiveSettings:
    """How public endpoints are asked, and what counts as a change of what they gave.

    Attributes
    ----------
    retry
        Time-outs, retries and size limit; see `Retry`.
    concurrency
        Series fetched at the same time; each provider's own pace holds all the same.
    overlap
        Stored rows that an increment asks for again, so that revisions are seen.
    tolerance
        Relative change of a value that counts as a revision.
    skip
        Providers that are never asked, such as one that refuses your country.
    endpoints
        By provider another base address: a mirror, or a proxy inside a firm. One with a password
        stands in the environment (`pipeline.settings.secrets`) and comes before.
    """

    retry: Retry = field(default_factory=Retry)
    concurrency: Annotated[int, Field(ge=1, le=100)] = 8
    overlap: Annotated[int, Field(ge=0)] = 10
    tolerance: Annotated[float, Field(ge=0)] = 1e-5
    skip: tuple[str, ...] = ()
    endpoints: Mapping[str, str] = field(default_factory=dict)
