"""Section ``live`` of ``params.yaml``: how public endpoints are asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.live.http import Patience


@dataclass(frozen=True)
class LiveSettings:
    """How public endpoints are asked, and what counts as a change of what they gave.

    Attributes
    ----------
    patience
        Time-outs, retries and size limit; see `pipeline.live.http.Patience`.
    side_by_side
        Series fetched at the same time; each provider's own pace holds all the same.
    overlap
        Stored rows that an increment asks for again, so that revisions are seen.
    tolerance
        Relative change of a value that counts as a revision.
    skip
        Providers that are never asked, such as one that refuses your country.
    endpoints
        By provider another base address: a mirror, or a proxy inside a firm.
    """

    patience: Patience = field(default_factory=Patience)
    side_by_side: int = 8
    overlap: int = 10
    tolerance: float = 1e-5
    skip: tuple[str, ...] = ()
    endpoints: Mapping[str, str] = field(default_factory=dict)
