"""The simulated market's headline figures: what ``make repro`` gives is what is published.

``tests/published.json`` has them to the last digit. Another processor may take another kernel of
the linear algebra library, which adds up in another order: the figures then differ by some 1e-11
(measured; see docs/reproducible.md). Up to ``TOLERANCE`` that is said and passes.
"""

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
METRICS, PUBLISHED = ROOT / "data" / "evaluation.json", ROOT / "tests" / "published.json"
TOLERANCE = 1e-9
_HEADLINE = ("log_loss_skill", "log_loss_skill_interval", "permutation_p", "auc", "sessions")


def main(renew: bool) -> int:
    """Compare, or renew what is published; return the exit code."""
    found = headline(json.loads(METRICS.read_text(encoding="utf-8")))
    if renew:
        PUBLISHED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        return 0
    worst, place = difference(json.loads(PUBLISHED.read_text(encoding="utf-8")), found)
    if worst == 0.0:
        print("published: every headline figure is the same to the last digit")
    elif worst <= TOLERANCE:
        print(f"published: the same but for {worst:.1e} ({place}), as on another processor")
    else:
        print(
            f"published: {place} differs by {worst:.3g}; if that is meant, `make published` "
            "renews tests/published.json, and the documents need the new figures",
            file=sys.stderr,
        )
    return int(worst > TOLERANCE)


def headline(metrics: dict[str, Any]) -> dict[str, Any]:
    """The figures that people quote, by window and model."""
    return {
        window: {
            model: {name: scores[name] for name in _HEADLINE} for model, scores in models.items()
        }
        for window, models in metrics.items()
    }


def difference(one: Any, other: Any, place: str = "all") -> tuple[float, str]:
    """Largest difference of two documents and where it is; infinite where they cannot compare."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return max(
            (difference(one[key], other[key], f"{place}/{key}") for key in one), default=_NONE
        )
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return max((difference(*pair, f"{place}/{i}") for i, pair in pairs), default=_NONE)
    if one == other:
        return 0.0, place
    both = isinstance(one, int | float) and isinstance(other, int | float)
    return (abs(one - other) if both else float("inf")), place


_NONE = (0.0, "")

if __name__ == "__main__":
    sys.exit(main(renew="--renew" in sys.argv[1:]))
