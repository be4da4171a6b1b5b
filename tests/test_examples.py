"""The code that README and docs show works as it stands."""

import re
from pathlib import Path

import pytest

from tests import forked

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]

# Each in a process of its own: what it declares must not reach the other tests.
TRIALS = {
    "features/credit.py": """
import features.credit
from features.registry import registered
exec(code, vars(features.credit))
made = registered()["hy_over_baa"]
assert made.driver == "credit" and made.inputs == ("hy_oas", "baa10y"), made
""",
    "models/outlook/slope.py": """
from models.forecasting.forecaster import Forecaster
from models.scenarios import Window
exec(code)
assert Forecaster._registry["slope"] is Slope
assert Slope(Window("ahead", 0, 10), ()).inputs == ("slope_2s10s",)
""",
    "pipeline/sources/vendor.py": """
from pipeline import params
from pipeline.catalogue import CATALOGUE
from pipeline.series.border import check
exec(code)
source, series = open_source(params.load()), CATALOGUE["us10y"]
check(source.fetch(series), series, "vendor", source.fetched_at(series))
assert source.fetch(CATALOGUE["vix"]) is None
""",
    "models/evaluation/metrics.py": """
import models.evaluation.metrics
exec(code, vars(models.evaluation.metrics))
import numpy as np
proba = np.array([[.9, .05, .05], [.8, .1, .1]])
assert models.evaluation.metrics.accuracy(np.array([0, 1]), proba) == 0.5
""",
}


def shown() -> list[tuple[str, str, str]]:
    """Page, file and code of every Python block of README and docs that names its file."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [
        (page.name, *found)
        for page in pages
        for found in re.findall(r"```python\n# (\S+\.py)\n(.*?)```", page.read_text(), re.S)
    ]


@pytest.mark.parametrize(("page", "file", "code"), shown(), ids=lambda text: text[:30])
def test_an_example_runs(page: str, file: str, code: str) -> None:
    program = f"code = {code!r}\n{TRIALS[file]}"
    done = forked.run(["-c", program], ROOT)
    assert done.returncode == 0, done.stderr


def test_every_kind_of_addition_is_shown_in_the_readme() -> None:
    files = {file for page, file, _code in shown() if page == "README.md"}
    assert files >= {"features/credit.py", "models/outlook/slope.py", "pipeline/sources/vendor.py"}
