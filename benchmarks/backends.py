"""Refits on a dask cluster of two workers here, one of them killed, against two local processes.

Workers on the same machine bring no more processors, so what is over 1 is what dask costs.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.dask_cluster import Cluster, two_workers
from benchmarks.killed_worker import comparisons
from benchmarks.measure import Sample, in_turn, python
from benchmarks.project import Run, Size, finished_project, forget_fits

LOCAL, DASK = "local, two processes", "dask, two workers"
WORKERS = 2


def measure(run: Run) -> Iterator[Comparison]:
    """Stage outlook as it is, then made-up data that are large in one way each."""
    with two_workers() as cluster:
        if run.size is not Size.SMALLEST:
            yield _stage_outlook(run, cluster)
        yield from comparisons(run, cluster)


def _stage_outlook(run: Run, cluster: Cluster) -> Comparison:
    """The stage as a whole process; the processor time of dask's workers is not its own."""
    with finished_project(run) as place:

        def by(backend: str, scheduler: str | None) -> Callable[[], Sample]:
            return lambda: _outlook(place, backend, scheduler)

        cases = {LOCAL: by("local", None), DASK: by("dask", cluster.address)}
        samples = in_turn(cases, run.pick(smallest=1, quick=3, full=3))
    return Comparison("stage outlook by backend; compare wall time", LOCAL, samples)


def _outlook(place: Path, backend: str, scheduler: str | None) -> Sample:
    file = place / "params.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    document["compute"] |= {"backend": backend, "workers": WORKERS, "scheduler": scheduler}
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    forget_fits(place)
    return python("-m", "pipeline.stages.outlook", folder=place)


if __name__ == "__main__":
    command(measure)
