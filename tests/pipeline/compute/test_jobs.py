"""The same results wherever they are computed, whatever happens to who computes them."""

import logging
import math
import operator
import os
import py_compile
import shutil
import signal
import subprocess
import sys
import time
from contextlib import chdir, nullcontext
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import yaml
from distributed import Client, LocalCluster
from threadpoolctl import threadpool_info
from typer import Typer
from typer.testing import CliRunner

from benchmarks import backends, measure, refits
from pipeline import params
from pipeline.base.errors import ConfigurationError
from pipeline.base.run import stage
from pipeline.compute import cluster
from pipeline.compute.jobs import check, side_by_side
from pipeline.hindcast.as_of import score_as_of
from pipeline.hindcast.backfill import backfill
from pipeline.params import Compute
from pipeline.scoring import ledger
from pipeline.stages import evaluate, outlook, states
from pipeline.storage import store
from pipeline.tracking import mlflow_store
from pipeline.training import problems as training
from pipeline.training import states_cache
from pipeline.tuning import search as tune
from tests.benchmarks.test_benchmarks import assert_answered

pytestmark = pytest.mark.slow

REFITS = Typer()
REFITS.command()(refits.main)
ROOT = Path(__file__).resolve().parents[3]
NOBODY = "tcp://127.0.0.1:1"
ONE, TWO = (Compute(backend="local", workers=count, scheduler=None) for count in (1, 2))


def dask(scheduler: str | None) -> Compute:
    return Compute(backend="dask", workers=1, scheduler=scheduler)


def pids(two_workers: Compute) -> list[int]:
    with Client(two_workers.scheduler, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


def test_the_outlook_is_the_same_file_wherever_it_is_computed(at, two_workers):
    files = []
    for compute in (ONE, TWO, two_workers):
        at(compute)
        shutil.rmtree(store.FOLD_CACHE, ignore_errors=True)
        outlook.main()
        files.append(store.OUTLOOK.read_bytes())
    assert files[0] == files[1] == files[2]
    forecasts = store.read_parquet(store.OUTLOOK)
    assert not forecasts.duplicated(["session", "window", "model"]).any()
    assert set(forecasts.groupby(["window", "model"])["session"].nunique()) == {100}


def test_states_and_scores_are_the_same_files_wherever_they_are_computed(
    run_folder, two_workers, monkeypatch
):
    monkeypatch.setattr(states_cache, "FEW", 0)
    document = yaml.safe_load(params.PARAMS.read_text(encoding="utf-8"))
    document["evaluation"]["reference"] = "student"
    left = []
    for compute in (ONE, TWO, two_workers):
        text = yaml.safe_dump({**document, "compute": compute.model_dump()}, sort_keys=False)
        params.PARAMS.write_text(text, encoding="utf-8")
        shutil.rmtree(store.STATES_CACHE, ignore_errors=True)
        states.main()
        evaluate.main()
        files = [store.STATES, *sorted(store.STATES_FIT.iterdir()), store.BOOK, store.EVALUATION]
        left.append([path.read_bytes() for path in files])
    assert left[0] == left[1] == left[2]
    assert store.read_json(store.BOOK)["sessions"] > 0


def test_a_search_tries_and_scores_the_same_wherever_it_is_computed(
    document, at, two_workers, tmp_path, monkeypatch
):
    monkeypatch.setattr(mlflow_store, "log_run", lambda *_arguments: "")
    found = []
    for number, compute in enumerate((ONE, two_workers)):
        monkeypatch.setattr("pipeline.tuning.study.STUDY", tmp_path / f"{number}.db")
        trials: list[tune.Trial] = []
        tune.search({**document, "compute": compute.model_dump()}, 4, trials.append)
        found.append(trials)
    assert found[0] == found[1]
    assert [trial.number for trial in found[0]] == [1, 2, 3, 4]
    assert len({trial.skill for trial in found[0]}) == 4


def test_a_backfill_says_the_same_wherever_its_models_are_trained(
    run_folder: Path, two_workers: Compute
) -> None:
    since = f"{store.sessions()[-2]:%Y-%m-%d}"
    document = yaml.safe_load(params.PARAMS.read_text(encoding="utf-8"))
    document["walk_forward"]["refit_every"] = 1
    said = []
    for compute in (TWO, two_workers):
        text = yaml.safe_dump({**document, "compute": compute.model_dump()}, sort_keys=False)
        params.PARAMS.write_text(text, encoding="utf-8")
        ledger.FILE.unlink(missing_ok=True)
        said.append([call | {"ledger": None} for call in backfill(since)])
    assert said[0] == said[1]
    assert len({call["model"]["name"] for call in said[0]}) == 2
    for call in said[0]:
        alone = score_as_of(call["session"])
        assert {key: call[key] for key in alone} == alone


def test_a_killed_worker_costs_nothing_but_time(at, two_workers):
    settings = at(ONE)
    labels = store.read_labels()
    problems = list(training.make_problems(settings, training.read_inputs(), labels))
    whole = training.walk_forward(problems, settings)
    victim = pids(two_workers)[0]
    folds = training.forecast_folds(problems, at(two_workers))
    first = next(folds)
    os.kill(victim, signal.SIGKILL)
    found = pd.concat([first, *folds], ignore_index=True)
    pd.testing.assert_frame_equal(found, whole, check_exact=True)


@pytest.mark.usefixtures("two_workers")
def test_the_benchmark_of_backends_answers(processes, monkeypatch):
    def here(command, folder):
        with chdir(folder):
            run = partial(CliRunner().invoke, REFITS, command[3:], catch_exceptions=False)
            return measure.call(run)

    monkeypatch.setattr(measure, "process", here)
    monkeypatch.setattr(backends, "two_workers", lambda: nullcontext(processes))
    assert_answered(backends)


def test_when_all_workers_die_their_successors_go_on(two_workers):
    victims = pids(two_workers)
    results = side_by_side(pow, [(number, 2) for number in range(40)], (), two_workers)
    slept = side_by_side(time.sleep, [(0.1,)] * 40, (), two_workers)
    next(slept)
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    assert len(list(slept)) == 39
    assert list(results) == [number**2 for number in range(40)]
    assert not set(victims) & set(pids(two_workers))


@pytest.mark.parametrize(
    ("compute", "said"),
    [
        ("local", "a worker process was ended from outside"),
        ("two_workers", "a job ended every dask worker that took it"),
    ],
)
def test_a_job_that_kills_its_workers_ends_the_run_in_one_sentence(compute, said, request):
    where = TWO if compute == "local" else request.getfixturevalue(compute)
    with pytest.raises(ConfigurationError, match=said):
        list(side_by_side(signal.raise_signal, [(signal.SIGKILL,)] * 3, (), where))


def test_a_worker_of_this_machine_has_one_thread():
    for libraries in side_by_side(threadpool_info, [()] * 2, (), TWO):
        assert {each["num_threads"] for each in libraries} == {1}


SQUARES = """
from pipeline.compute.jobs import side_by_side
from pipeline.params import Compute
from pipeline.base.run import stage

def main():
    compute = Compute(backend="local", workers=2, scheduler=None)
    print(list(side_by_side(pow, [(number, 2) for number in range(4)], (), compute)))

stage(main)
"""


def squares(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SQUARES],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_long_path_of_temporary_files_keeps_no_worker_away(tmp_path):
    # Longer than a socket's path may be.
    folder = tmp_path / ("x" * 110)
    folder.mkdir()
    done = squares(TMPDIR=str(folder))
    assert (done.stdout, done.stderr) == ("[0, 1, 4, 9]\n", "")


def test_a_library_that_was_compiled_on_a_full_disk_is_named(tmp_path):
    source = tmp_path / "lightgbm.py"
    source.write_text("whole = True\n")
    compiled = Path(py_compile.compile(str(source), doraise=True))
    os.truncate(compiled, 20)
    done = squares(PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert done.returncode == 2
    assert f"{compiled} is cut off" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("compute", ["local", "two_workers"])
def test_an_error_in_a_job_is_raised_as_it_was(compute, request):
    where = TWO if compute == "local" else request.getfixturevalue(compute)
    with pytest.raises(ValueError, match="math domain"):
        list(side_by_side(math.sqrt, [(1.0,), (-1.0,)], (), where))


def test_results_come_in_the_order_of_the_jobs_also_when_one_is_given_up(two_workers):
    for compute in (TWO, two_workers):
        results = side_by_side(operator.add, [(number,) for number in range(30)], (100,), compute)
        assert [next(results), next(results)] == [100, 101]
        results.close()


def test_a_worker_with_other_code_is_refused(two_workers, monkeypatch):
    mine = cluster.environment()
    monkeypatch.setattr(cluster, "environment", lambda: mine | {"code": "another"})
    cluster._own.cache_clear()
    with pytest.raises(ConfigurationError, match=r"has code \w{12} where this process has another"):
        check(two_workers)
    with pytest.raises(ConfigurationError, match=r"that joined has code \w{12} where"):
        list(side_by_side(pow, [(2, 3)], (), two_workers))
    cluster._own.cache_clear()


def test_a_scheduler_without_workers_is_refused(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 2)
    kind = {"dashboard_address": ":0", "processes": False, "protocol": "tcp://"}
    with (
        LocalCluster(n_workers=0, **kind) as idle,
        pytest.raises(ConfigurationError, match="has no worker; start one with `dask worker"),
    ):
        check(dask(idle.scheduler_address))


def test_an_address_where_nobody_answers_ends_before_any_work(at, monkeypatch, caplog):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    at(dask(NOBODY))
    store.FEATURES.unlink()
    with pytest.raises(SystemExit) as left:
        stage(outlook.main)
    assert left.value.code == 2
    (said,) = (record for record in caplog.records if record.levelno >= logging.WARNING)
    assert f"compute.scheduler {NOBODY} does not answer" in said.getMessage()
    assert "\n" not in said.getMessage()
    assert not store.OUTLOOK.exists()


def test_without_distributed_its_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'undertow\[dask\]'"):
        check(dask(NOBODY))


def test_dask_needs_an_address():
    with pytest.raises(ConfigurationError, match=r"compute\.scheduler is null; write"):
        check(dask(None))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"backend": "dsk"}, r"compute\.backend is 'dsk', but: input should be 'local' or 'dask'"),
        ({"scheduler": "localhost"}, r"compute\.scheduler is 'localhost', but: string should"),
        ({"workers": 0}, r"compute\.workers is 0"),
    ],
)
def test_what_cannot_be_is_refused_by_name(document, wrong, said):
    document["compute"] |= wrong
    with pytest.raises(ConfigurationError, match=said):
        params.parse(document)


INTERRUPTED = """
import time
from pipeline.compute.jobs import side_by_side
from pipeline.hindcast.as_of import score_as_of
from pipeline.hindcast.backfill import backfill
from pipeline.params import Compute
from pipeline.scoring import ledger
from pipeline.base.run import stage

def main():
    compute = Compute(backend={backend!r}, workers=2, scheduler={scheduler!r})
    for _result in side_by_side(time.sleep, [(0.2,)] * 500, (), compute):
        print("one", flush=True)

stage(main)
"""


@pytest.mark.parametrize("backend", ["local", "dask"])
def test_an_interrupt_ends_cleanly_and_leaves_no_process(backend, request):
    scheduler = request.getfixturevalue("two_workers").scheduler if backend == "dask" else None
    code = INTERRUPTED.format(backend=backend, scheduler=scheduler)
    run = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert run.stdout is not None
        assert run.stdout.readline() == "one\n"
        os.killpg(run.pid, signal.SIGINT)
        _out, said = run.communicate(timeout=60)
        assert run.returncode == 130
        assert said == "undertow: interrupted\n"
        assert ended(run.pid)
    finally:
        if not ended(run.pid):
            os.killpg(run.pid, signal.SIGKILL)


def ended(group: int) -> bool:
    """Whether no process of a group is left, a moment's grace given."""
    for _attempt in range(50):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
