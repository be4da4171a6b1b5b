"""The walk-forward's refits on a dask cluster of two workers here, against two local processes.

Workers on the same machine bring no more processors, so what is over 1 is what dask costs.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import yaml
from distributed import LocalCluster

from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.measure import Sample, in_turn, python
from benchmarks.project import Run, finished_project, forget_fits

LOCAL, DASK = "local, two processes", "dask, two workers"
WORKERS = 2


def measure(run: Run) -> Iterator[Comparison]:
    """Stage outlook as a whole process; the processor time of dask's workers is not its own."""
    cluster = LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=WORKERS, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0"
    )
    with cluster, finished_project(run) as place:

        def by(backend: str, scheduler: str | None) -> Callable[[], Sample]:
            return lambda: _outlook(place, backend, scheduler)

        cases = {LOCAL: by("local", None), DASK: by("dask", cluster.scheduler_address)}
        samples = in_turn(cases, run.pick(smallest=1, quick=3, full=3))
    yield Comparison("stage outlook by backend; compare wall time", LOCAL, samples)


def _outlook(place: Path, backend: str, scheduler: str | None) -> Sample:
    file = place / "params.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    document["compute"] |= {"backend": backend, "workers": WORKERS, "scheduler": scheduler}
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    forget_fits(place)
    return python("-m", "pipeline.stages.outlook", folder=place)


if __name__ == "__main__":
    command(measure)
