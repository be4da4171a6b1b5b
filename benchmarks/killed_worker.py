"""Many refits, sessions or features, one of whose two dask workers is killed halfway.

It gets SIGKILL, and its nanny starts another. The reference are two local processes; the forecasts
must be the same to the last bit.
"""

import pickle
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.comparison import Comparison
from benchmarks.dask_cluster import Cluster
from benchmarks.measure import Sample, python
from benchmarks.project import ROOT, Run, Size
from benchmarks.refits import Refits
from benchmarks.watch import watched

LOCAL, DASK = "local, two processes", "dask, two workers, one killed halfway"
SCHEDULER, WORKERS = "of it the scheduler", "of it the workers"
_SIZES = {
    Size.SMALLEST: [Refits(100, 2, 4)],
    Size.QUICK: [Refits(2_500, 20, 200), Refits(20_000, 50, 8), Refits(2_500, 500, 8)],
    Size.FULL: [Refits(2_500, 20, 2_000), Refits(100_000, 50, 16), Refits(2_500, 500, 40)],
}
"""Each is large in one way, for the three together would take days."""


def comparisons(run: Run, cluster: Cluster) -> Iterator[Comparison]:
    """Time, processor time and memory of each size, with what is sent.

    Raises
    ------
    RuntimeError
        When the forecasts differ.
    """
    for refits in _SIZES[run.size]:
        yield Comparison(f"{refits} ({_sent(refits)})", LOCAL, _samples(refits, cluster))


def _samples(refits: Refits, cluster: Cluster) -> dict[str, list[Sample]]:
    local, expected = _forecast(refits)
    with watched(cluster.scheduler, cluster.workers) as (scheduler, workers):
        dask, found = _forecast(
            refits, "--scheduler", cluster.address, "--victim", str(cluster.a_worker())
        )
    if found != expected:
        raise RuntimeError(f"{refits}: dask's forecasts are other than those of local processes")
    whole = replace(
        dask,
        cpu=dask.cpu + scheduler.cpu + workers.cpu,
        peak=max(dask.peak, scheduler.peak, workers.peak),
    )
    return {
        LOCAL: [local],
        DASK: [whole],
        SCHEDULER: [replace(dask, cpu=scheduler.cpu, peak=scheduler.peak)],
        WORKERS: [replace(dask, cpu=workers.cpu, peak=workers.peak)],
    }


def _forecast(refits: Refits, *where: str) -> tuple[Sample, str]:
    """What it took as a process, and the digest of its forecasts."""
    size = [str(each) for each in (refits.sessions, refits.features, refits.refits)]
    with tempfile.TemporaryDirectory(prefix="undertow-") as name:
        output = Path(name) / "digest"
        taken = python("-m", "benchmarks.refits", *size, str(output), *where, folder=ROOT)
        return taken, output.read_text(encoding="utf-8")


def _sent(refits: Refits) -> str:
    """What is sent, as pickled: all jobs' common part goes to each worker once."""
    problem = refits.problem()
    common = len(pickle.dumps(replace(problem, folds=())))
    job = len(pickle.dumps(problem.folds[-1]))
    result = len(pickle.dumps(problem.forecast(problem.folds[0])))
    return f"sent: {common / 2**20:.1f} MiB once, {job} bytes a job; back: {result} bytes"
