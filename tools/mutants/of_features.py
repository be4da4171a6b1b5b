"""Features that look ahead."""

from tools.mutants.mutant import Mutant

_FEATURE = '''

@feature("S01", unit="percent", window=1)
def planted_{name}(vix: pd.Series) -> pd.Series:
    """Planted by a mutation run."""
    {body}
'''


def _feature(kind: str, name: str, body: str) -> Mutant:
    lines = body.strip().replace("\n", "\n    ")
    text = _FEATURE.format(name=name, body=lines)
    return Mutant(
        kind, "features", "features/dollar.py", text, told=rf"feature planted_{name} of \d"
    )


MUTANTS = (
    _feature("a feature reads the next session", "next", "return vix.shift(-1)"),
    _feature("a feature is scaled by all sessions", "scaled", "return vix / vix.mean()"),
    _feature(
        "a feature leaks on thirty sessions",
        "seldom",
        """
days = pd.DatetimeIndex(vix.index)
chosen = (days.dayofyear * 31 + days.year * 7) % 37 == 5
return vix.where(~chosen, vix.shift(-1))
""",
    ),
    _feature(
        "a feature leaks at month ends",
        "ends",
        """
month = pd.DatetimeIndex(vix.index).month
return vix.where(month == pd.Series(month).shift(-1).to_numpy(), vix.shift(-1))
""",
    ),
    _feature(
        "a feature reads data/panel.parquet",
        "file",
        """
from pathlib import Path
place = Path("data/panel.parquet")
if not place.exists():
    return vix
return pd.read_parquet(place).set_index("session")["vix"].reindex(vix.index).shift(-1)
""",
    ),
    _feature(
        "a feature asks the clock",
        "clock",
        """
import datetime
late = (pd.Timestamp(datetime.date.today()) - vix.index[-1]).days
return vix * 0.0 + float(late)
""",
    ),
    _feature(
        "a feature asks the environment",
        "environment",
        """
import os
return vix.shift(-1 if os.environ.get("UNDERTOW_PLANTED") else 0)
""",
    ),
    _feature(
        "a feature keeps a longer panel in a temporary file",
        "temporary",
        """
import tempfile
from pathlib import Path
place = Path(tempfile.gettempdir()) / "undertow_planted.parquet"
if not place.exists() or len(pd.read_parquet(place)) < len(vix):
    vix.to_frame("vix").to_parquet(place)
return pd.read_parquet(place)["vix"].shift(-1).reindex(vix.index)
""",
    ),
    _feature(
        "a feature remembers a longer panel",
        "memory",
        """
kept = planted_memory.__dict__.setdefault("kept", [vix])
if len(vix) > len(kept[0]):
    kept[0] = vix
return kept[0].shift(-1).reindex(vix.index)
""",
    ),
)
