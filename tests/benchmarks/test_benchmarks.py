"""The benchmarks run, and their arithmetic is right; how long anything takes is never asserted."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import backends, measure
from benchmarks.__main__ import found
from benchmarks.comparison import Comparison
from benchmarks.measure import Sample, call, in_turn, python
from benchmarks.project import Run, Size
from tests import forked

Process = Callable[[Sequence[str], Path], Sample]


def sample(wall: float, cpu: float = 1.0, peak: float = math.nan) -> Sample:
    return Sample(wall, cpu, peak)


def light(command: Sequence[str], folder: Path, real: Process = measure.process) -> Sample:
    """As `measure.process` without a new Python, but for DVC, which keeps locks and loggers."""
    if "dvc" in command:
        return real(command, folder)

    def fork() -> None:
        done = forked.run(command[1:], folder)
        assert done.returncode == 0, (command, done.stderr)

    return call(fork)


@pytest.mark.slow
def test_every_benchmark_answers_in_its_smallest_form(monkeypatch: pytest.MonkeyPatch) -> None:
    # One test and not one a benchmark: they share a finished project, made once a process. That of
    # dask is asked in compute/test_jobs.py, which has a cluster.
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    monkeypatch.setattr(measure, "process", light)
    asked = [module for module in found() if module is not backends]
    assert len(asked) == 7
    for module in asked:
        assert_answered(module)


def assert_answered(module: ModuleType) -> None:
    """Its smallest form gives at least one comparison, each with ratios to its reference."""
    comparisons = list(module.measure(Run(Size.SMALLEST)))
    assert comparisons, module
    for comparison in comparisons:
        records = {record["case"]: record for record in comparison.records()}
        assert len(records) > 1
        assert records[comparison.reference]["wall_ratio"]["median"] == 1.0
        assert all(record["wall_s"]["least"] > 0 for record in records.values())
        json.dumps(list(records.values()), allow_nan=False)


def test_ratios_pair_the_samples_of_one_repetition() -> None:
    samples = {"a": [sample(1.0), sample(10.0)], "b": [sample(2.0), sample(30.0)]}
    _, record = Comparison("?", "a", samples).records()
    assert record["wall_ratio"] == {"least": 2.0, "median": 2.5, "most": 3.0}
    assert record["cpu_ratio"]["median"] == 1.0
    assert record["peak_mib"] is None


def test_cases_are_measured_in_turn() -> None:
    order: list[str] = []

    def noted(name: str) -> Sample:
        return call(lambda: order.append(name))

    in_turn({"a": lambda: noted("a"), "b": lambda: noted("b")}, repetitions=2)
    assert order == ["a", "b", "a", "b"]


def test_a_process_tells_its_time_and_memory(tmp_path: Path) -> None:
    light = python("-c", "pass", folder=tmp_path)
    heavy = python("-c", "x = bytearray(200 * 2**20)", folder=tmp_path)
    assert heavy.peak - light.peak == pytest.approx(200, abs=20)
    assert light.cpu > 0


def test_a_process_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such market"):
        python("-c", "raise SystemExit('no such market')", folder=tmp_path)
