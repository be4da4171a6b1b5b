"""What every stage reads and writes while it runs is what ``dvc.yaml`` lists: all, and no more."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from models.evaluation.evaluate import EvaluationSettings
from pipeline import params
from pipeline.settings.section import Section
from pipeline.storage import store

ROOT = Path(__file__).resolve().parents[2]
GRAPH = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]

SECTIONS: dict[type, str] = {
    params.Params: "",
    **{
        kind: name
        for name, each in params.Params.model_fields.items()
        if isinstance(kind := each.annotation, type)
        and (issubclass(kind, Section) or kind is EvaluationSettings)
    },
}
"""Settings whose entries are followed one by one; the others are read or not as a whole."""

ELSEWHERE = {"compute", "tracking.uri", "tracking.experiment"}
"""Where it is computed and where runs are kept, on which no result depends."""

LABELS = {"scenarios.components", "scenarios.version"}
"""Entries that ``params.load`` takes by the source, so that reading one reads these too:"""
BY_SOURCE = {"data.source", "scenarios.components_by_source"}

UNUSED = {"ingest": {"data/live", "${data.folder}", "data.folder"}}
"""What the simulated source leaves unread."""

INTRADAY = ("btc_4h", "btc_1h")
"""Bars of other sources, which the desk's trends read where they are."""

OUTSIDE = ("data/.", "data/live/", "data/champion/", "data/cache/")
"""Locks, marks of attempts, temporary files, the champion that a retrain may make, and forecasts
that are kept by the content of all they rest on: no result depends on whether they are there."""


@dataclass
class Record:
    """What one stage did."""

    params: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)


_now: list[Record] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Python's audit hook, which stays for the process: only deaf while nothing is recorded."""
    if not _now:
        return
    if event == "open" and isinstance(arguments[0], str | os.PathLike):
        writes = (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if not writes and not Path(arguments[0]).is_dir():
            _note(_now[-1].read, arguments[0])
    elif event in {"os.rename", "os.link"}:
        _note(_now[-1].written, arguments[1])


def _note(into: set[str], path: Any) -> None:
    here = Path.cwd()
    place = os.path.relpath(here / os.fspath(path), here)
    if place.startswith("data/") and not place.startswith(OUTSIDE) and "/." not in place:
        into.add(place)


@contextmanager
def recorded(record: Record) -> Iterator[Record]:
    _now.append(record)
    try:
        yield record
    finally:
        _now.pop()


@contextmanager
def unheard() -> Iterator[None]:
    held, _now[:] = list(_now), []
    try:
        yield
    finally:
        _now[:] = held


@pytest.fixture(scope="module")
def records(
    finished_run: Path, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Record]:
    """Every stage's record, on the small market with the baselines that evaluate compares with."""
    folder = tmp_path_factory.mktemp("graph") / "run"
    shutil.copytree(finished_run, folder)
    shutil.copyfile(empty_database, folder / "mlflow.db")
    document = yaml.safe_load((folder / "params.yaml").read_text(encoding="utf-8"))
    document["outlook"]["models"] |= {"climatology": {}, "seen_half": {}, "vix": {}}
    document["evaluation"]["resampling"] |= {"repetitions": 20, "permutations": 20}
    (folder / "params.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        # The market ends before the first session that charts draw.
        patch.setattr("pipeline.report.daily.SINCE", pd.Timestamp("2017-01-01"))
        _listen(patch)
        return {name: _run(name) for name in GRAPH}


def _run(stage: str) -> Record:
    module = GRAPH[stage]["cmd"].rsplit(maxsplit=1)[-1]
    name = f"{module}.__main__" if (ROOT / module.replace(".", "/")).is_dir() else module
    main = import_module(name).main
    with recorded(Record()) as record:
        main()
    if stage == "align":
        _leave_bars()
    return record


def _leave_bars() -> None:
    times = pd.date_range("2017-12-01", "2017-12-30", freq="h", tz="UTC")
    for name in INTRADAY:
        bars = pd.DataFrame({"time": times, "close": 100.0, "fetched_at": times[-1]})
        store.write_parquet(bars, store.RAW / "simulated" / f"{name}.parquet")


def _listen(patch: pytest.MonkeyPatch) -> None:
    sys.addaudithook(_hear)
    load, read = params.load, store._read

    def quiet_load(path: Path = params.PARAMS) -> params.Params:
        with unheard():
            return load(path)

    def heard_read(path: Path, *others: Any, **named: Any) -> Any:
        if _now:
            _note(_now[-1].read, path)
        return read(path, *others, **named)

    patch.setattr(params, "load", quiet_load)
    # pyarrow opens files where Python does not hear it.
    patch.setattr(store, "_read", heard_read)
    for kind, section in SECTIONS.items():
        patch.setattr(kind, "__getattribute__", _hearing(kind, section))


def _hearing(kind: type, section: str) -> Any:
    names = _entries(kind)
    plain = kind.__getattribute__

    def heard(settings: Any, name: str) -> Any:
        value = plain(settings, name)
        if _now and name in names and type(value) not in SECTIONS:
            _now[-1].params.add(f"{section}.{name}".lstrip("."))
        return value

    return heard


def _entries(kind: type) -> set[str]:
    if issubclass(kind, Section):
        return set(kind.model_fields)
    return {each.name for each in fields(kind)}


def _covers(listed: str, entry: str, between: str) -> bool:
    return entry == listed or entry.startswith(f"{listed}{between}")


@pytest.mark.parametrize("name", GRAPH)
def test_a_stage_lists_the_parameters_that_it_reads(name: str, records: dict[str, Record]) -> None:
    read = {e for e in records[name].params if not any(_covers(x, e, ".") for x in ELSEWHERE)}
    read |= BY_SOURCE if read & LABELS else set()
    listed = set(GRAPH[name].get("params", []))
    absent = {e for e in read if not any(_covers(each, e, ".") for each in listed)}
    assert not absent, f"dvc.yaml: {name} reads {sorted(absent)}; add it to its params"
    idle = {e for each in listed for e in _parts(each)} - read - ELSEWHERE
    idle -= UNUSED.get(name, set())
    assert not idle, f"dvc.yaml: {name} does not read {sorted(idle)}; take it out of its params"


def _parts(listed: str) -> set[str]:
    """The entries that a listed one stands for."""
    kinds = {section: kind for kind, section in SECTIONS.items() if section}
    return {f"{listed}.{e}" for e in _entries(kinds[listed])} if listed in kinds else {listed}


@pytest.mark.parametrize("name", GRAPH)
def test_a_stage_lists_the_data_that_it_reads(name: str, records: dict[str, Record]) -> None:
    own = _written_by(name)
    read = {f for f in records[name].read if not any(_covers(each, f, "/") for each in own)}
    listed = {dep for dep in GRAPH[name]["deps"] if dep.startswith(("data/", "$"))}
    absent = {f for f in read if not any(_covers(each, f, "/") for each in listed)}
    assert not absent, f"dvc.yaml: {name} reads {sorted(absent)}; add it to its deps"
    idle = {each for each in listed if not any(_covers(each, f, "/") for f in read)}
    idle -= UNUSED.get(name, set())
    assert not idle, f"dvc.yaml: {name} does not read {sorted(idle)}; take it out of its deps"


@pytest.mark.parametrize("name", GRAPH)
def test_a_stage_lists_the_data_that_it_writes(name: str, records: dict[str, Record]) -> None:
    written, listed = records[name].written, _written_by(name)
    absent = {f for f in written if not any(_covers(each, f, "/") for each in listed)}
    assert not absent, f"dvc.yaml: {name} writes {sorted(absent)}; add it to its outs"
    idle = {each for each in listed if not any(_covers(each, f, "/") for f in written)}
    assert not idle, f"dvc.yaml: {name} does not write {sorted(idle)}; take it out of its outs"


def _written_by(name: str) -> set[str]:
    stage = GRAPH[name]
    entries = [*stage.get("outs", []), *stage.get("metrics", []), *stage.get("plots", [])]
    return {next(iter(each)) if isinstance(each, dict) else each for each in entries}
