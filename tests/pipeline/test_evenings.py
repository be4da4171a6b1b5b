"""Two weeks of evenings on the real files, as a desk lives them, and the ledger that is left.

Rows come late, missing, corrected and early; an evening is skipped; a retrain and an experiment
fall in the middle. Afterwards every row is held against what was known on its evening.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner, Result

from pipeline import params
from pipeline.base.errors import DataMissingError, SchemaError
from pipeline.catalogue import CATALOGUE
from pipeline.cli import app
from pipeline.scoring import ledger
from pipeline.scoring.call import make_call
from pipeline.scoring.champion import champion_folder, load_champion
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.model import load_model
from pipeline.series.calendar import DECISION_DELAY, sessions
from pipeline.storage import store
from tools.small_project import STAGES, run_stages, short_params

WEEKS = sessions("2025-03-24", "2025-04-04")
BEGIN, TRAINED = "2019-07-01", pd.Timestamp("2025-03-21")
CORRECTED, SKIPPED, RETRAINED = "2025-03-25", "2025-03-26", "2025-03-27"
EXPERIMENT, BEFORE_EARLY, EARLY = "2025-03-28", "2025-03-31", "2025-04-01"
LATE, MISSING = "2025-04-03", "2025-04-04"
FUNDS, VIX, SPREAD = "equities/etf_adjclose.csv", "volatility/vix.csv", "credit/hy_oas.csv"
LEFT_OUT = ("crypto/btc_1h", "crypto/btc_4h", "crypto/btc_funding_bitmex", "crypto/btc_oi",
            "crypto/eth", "credit/baa10y", "havens", "liquidity/re", "liquidity/treasury",
            "volatility/put_call", "volatility/skew", "volatility/vvix")  # fmt: skip
"""What no model reads, by how names begin: each evening takes every file in again."""
MEMBERS = 12


def desk_params() -> dict[str, Any]:
    """The committed parameters on six years of files, with small models and open gates."""
    baselines = ("climatology", "vix", "seen_half")
    document = short_params(BEGIN, "2025-06-30", "2024-06-03", baselines=baselines)
    document["data"] |= {"source": "files", "folder": "own"}
    document["states"]["model"]["refit_every"] = 504
    document["walk_forward"]["refit_every"] = 252
    document["promotion"] |= {
        "calibration_error_limit": 1.0,
        "transition_skill_above": -9.0,
        "revision_share_limit": 1.1,
    }
    document["compute"]["workers"] = 1
    return document


@dataclass
class Desk:
    """A folder of exports, a clock, and what was noted on the way."""

    files: dict[str, list[str]]
    now: pd.Timestamp
    said: dict[str, Result] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)

    def export(self, session: pd.Timestamp, late: Iterable[str] = ()) -> None:
        """Write every file as its vendor has it on a session's evening, or a session before."""
        for name, lines in self.files.items():
            last = self._last_date(name, session, late=name in late)
            kept = [line for line in lines[1:] if line[:10] <= last]
            path = Path("own") / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join([lines[0], *kept]), encoding="utf-8")

    def _last_date(self, name: str, session: pd.Timestamp, *, late: bool) -> str:
        if name.startswith("events/") or name.endswith(("_meta.csv", "ndx_changes.csv")):
            return "~"
        (series, *_rest) = [s for s in CATALOGUE.values() if (s.files or "").startswith(name)]
        back = series.lag.sessions + late
        if series.lag.weekday is not None:
            return f"{session - pd.Timedelta(days=8):%Y-%m-%d}"
        known = sessions("2025-01-02", "2025-06-30")
        return f"{known[known.get_loc(session) - back]:%Y-%m-%d}"

    def at(self, session: pd.Timestamp, hours: float = 24.75) -> None:
        """Set the clock to some hours after a session's midnight, UTC."""
        self.now = (session + pd.Timedelta(hours=hours)).tz_localize("UTC")

    def bring(self) -> None:
        """Do what `dvc repro align` does."""
        run_stages("ingest", "align")

    def score(self, *words: str) -> Result:
        """Score as a script does, and remember the bundle that spoke."""
        result = CliRunner().invoke(app, ["score", "--json", *words])
        name = load_champion("files").name
        if name not in self.models:
            self.models[name] = f"champions/{name}"
            shutil.copytree(champion_folder("files"), self.models[name])
        return result

    def train(self) -> None:
        """Do what `dvc repro` does."""
        run_stages(*STAGES[:-1])


def read_files(folder: Path) -> dict[str, list[str]]:
    """Lines of each real file since the panel begins, and of few members."""
    files = {}
    for path in sorted(folder.glob("*/*.csv")):
        name = path.relative_to(folder).as_posix()
        read = any((s.files or "").partition(":")[0] == name for s in CATALOGUE.values())
        if not read or name.startswith(LEFT_OUT):
            continue
        head, *lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        if not name.endswith("_meta.csv"):
            lines = [line for line in lines if line[:10] >= "2019-06-01"]
        if name.endswith("tech_panel_adjclose.csv"):
            head, *lines = [
                ",".join(line.rstrip("\n").split(",")[: MEMBERS + 1]) + "\n"
                for line in (head, *lines)
            ]
        files[name] = [head, *lines]
    return files


def moved(line: str, column: int, factor: float) -> str:
    """A line with one number multiplied."""
    cells = line.rstrip("\n").split(",")
    cells[column] = f"{float(cells[column]) * factor:.4f}"
    return ",".join(cells) + "\n"


def line_of(lines: list[str], date: str) -> int:
    return next(place for place, line in enumerate(lines) if line.startswith(date))


@pytest.fixture(scope="module")
def evenings(
    market_folder: Path, tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> Iterator[Desk]:
    """The weeks as they went."""
    place = tmp_path_factory.mktemp("evenings")
    shutil.copyfile(empty_database, place / "mlflow.db")
    (place / "params.yaml").write_text(yaml.safe_dump(desk_params(), sort_keys=False))
    desk = Desk(read_files(market_folder), (TRAINED + DECISION_DELAY).tz_localize("UTC"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(pd.Timestamp, "now", lambda _zone=None: desk.now)
        desk.export(TRAINED)
        desk.train()
        for session in WEEKS:
            _live_through(desk, session, patch)
        yield desk


def _live_through(desk: Desk, session: pd.Timestamp, patch: pytest.MonkeyPatch) -> None:
    date = f"{session:%Y-%m-%d}"
    if date == SKIPPED:
        return
    {CORRECTED: _before_the_correction, EARLY: _score_in_the_afternoon}.get(date, _nothing)(
        desk, session
    )
    desk.export(session, late=[FUNDS] if date == LATE else [])
    if date == MISSING:
        path = Path("own") / SPREAD
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[:-1]))
    desk.at(session)
    desk.bring()
    desk.said[date] = desk.score()
    if date == LATE:
        desk.export(session)
        desk.at(session, 26.0)
        desk.bring()
        desk.said["brought"] = desk.score()
    if date == MISSING:
        desk.said["despite"] = desk.score("--despite-late", "hy_oas")
    if date == RETRAINED:
        desk.train()
        desk.said["retrained"] = desk.score()
    if date == EXPERIMENT:
        _experiment(desk, patch)


def _nothing(_desk: Desk, _session: pd.Timestamp) -> None:
    """Most evenings are like any other."""


def _before_the_correction(desk: Desk, session: pd.Timestamp) -> None:
    """Have the vendor show a wrong VIX on its evening, and the right one from the next on."""
    lines = desk.files[VIX]
    place = line_of(lines, CORRECTED)
    right = lines[place]
    lines[place] = moved(right, len(right.split(",")) - 1, 1.03)
    desk.export(session)
    desk.at(session)
    desk.bring()
    desk.said["wrong"] = desk.score()
    lines[place] = right


def _score_in_the_afternoon(desk: Desk, session: pd.Timestamp) -> None:
    """An export at 15:00 UTC holds a row of today, which is no close."""
    desk.export(session)
    path = Path("own") / FUNDS
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:-1], moved(moved(lines[-1], 1, 0.97), 2, 0.97)]))
    desk.at(session, 15.0)
    with pytest.raises(SchemaError, match=f"{session:%Y-%m-%d}.*00:30"):
        desk.bring()
    desk.said["afternoon"] = desk.score()


def _experiment(desk: Desk, patch: pytest.MonkeyPatch) -> None:
    """As `dvc exp run` in the workspace: other states, other trees, every file replaced."""
    document = yaml.safe_load(params.PARAMS.read_text())
    document["states"]["model"]["n_states"] = 4
    document["outlook"]["models"]["lightgbm"]["trees"] = 9
    params.PARAMS.write_text(yaml.safe_dump(document, sort_keys=False))
    desk.said["rows before"] = CliRunner().invoke(app, ["ledger", "--json"])
    with patch.context() as only_here:
        only_here.setenv("DVC_EXP_NAME", "four-states")
        only_here.setenv("DVC_EXP_BASELINE_REV", "0" * 40)
        desk.train()
    desk.said["rows after"] = CliRunner().invoke(app, ["ledger", "--json"])


def rows() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in ledger.calls(simulated=False):
        found.setdefault(row["session"], []).append(row)
    return found


def test_every_session_but_the_skipped_one_has_a_live_call(evenings: Desk) -> None:
    called = rows()
    expected = {f"{session:%Y-%m-%d}" for session in WEEKS} - {SKIPPED}
    assert set(called) == expected
    assert {each[0]["ledger"]["kind"] for each in called.values()} == {ledger.LIVE}
    revised = {date: len(each) for date, each in called.items() if len(each) > 1}
    assert revised == {RETRAINED: 2}
    assert called[RETRAINED][1]["ledger"]["kind"] == ledger.REVISED


def test_no_call_was_published_before_its_decision_time(evenings: Desk) -> None:
    for date, each in rows().items():
        decided = (pd.Timestamp(date) + DECISION_DELAY).tz_localize("UTC")
        for row in each:
            assert decided <= pd.Timestamp(row["ledger"]["published_at"])
            assert row["decision_time"] == decided.isoformat()


def test_every_required_series_had_what_its_lag_promises(evenings: Desk) -> None:
    for date, each in rows().items():
        for row in each:
            late = [late["series"] for late in row["late"]]
            assert late == row["despite_late"] == (["hy_oas"] if date == MISSING else [])


def test_a_row_of_the_afternoon_freezes_nothing(evenings: Desk) -> None:
    afternoon = json.loads(evenings.said["afternoon"].stdout)
    assert afternoon["session"] == BEFORE_EARLY
    assert json.loads(evenings.said[EARLY].stdout)["session"] == EARLY


def test_a_file_a_day_late_is_refused_until_it_comes(evenings: Desk) -> None:
    refused = evenings.said[LATE]
    assert isinstance(refused.exception, DataMissingError)
    assert refused.stdout == ""
    for part in ("spy", "qqq", FUNDS, "2025-04-02", LATE, "data.end"):
        assert part in str(refused.exception)
    brought = json.loads(evenings.said["brought"].stdout)
    assert brought["session"] == LATE
    assert brought["ledger"]["kind"] == ledger.LIVE


def test_a_value_that_never_comes_is_refused_by_name_and_published_when_told(
    evenings: Desk,
) -> None:
    refused = evenings.said[MISSING]
    assert isinstance(refused.exception, DataMissingError)
    assert "hy_oas" in str(refused.exception)
    assert json.loads(evenings.said["despite"].stdout)["late"] == [
        {"series": "hy_oas", "last": "2025-04-02", "due": "2025-04-03"}
    ]


def test_a_correction_changes_nothing_that_was_published(evenings: Desk) -> None:
    first = json.loads(evenings.said["wrong"].stdout)
    assert rows()[CORRECTED] == [first]
    assert json.loads(evenings.said[CORRECTED].stdout) == first


def test_an_experiment_changes_neither_ledger_nor_champion(evenings: Desk) -> None:
    assert evenings.said["rows before"].stdout == evenings.said["rows after"].stdout
    called = rows()
    before, after = called[EXPERIMENT][0], called[BEFORE_EARLY][0]
    assert before["model"] == after["model"]
    assert len(after["state"]["posterior"]) == 3
    assert len(store.read_sessions(store.STATES).filter(regex=r"^state_\d$").columns) == 4


def test_the_retrained_model_speaks_from_its_evening_on(evenings: Desk) -> None:
    called = rows()
    earlier, later = (row["model"]["name"] for row in called[RETRAINED])
    assert earlier != later
    for date, each in called.items():
        assert each[0]["model"]["name"] == (earlier if date <= RETRAINED else later)
        assert each[0]["model"]["version"] == (1 if date <= RETRAINED else 2)


def test_every_row_is_what_its_model_says_of_what_was_known(evenings: Desk) -> None:
    """From the files as they are in the end, cut at each session: nothing looked ahead."""
    evenings.export(WEEKS[-1])
    evenings.bring()
    models = {name: load_model(Path(folder)) for name, folder in evenings.models.items()}
    for date, each in rows().items():
        for row in each:
            model = models[row["model"]["name"]]
            again = make_call(model, read_snapshot(model, pd.Timestamp(date)))
            same = _numbers(again) == _numbers(row)
            # These two were published on other numbers than the files hold now.
            assert same == (date not in {CORRECTED, MISSING}), date


def _numbers(call: dict[str, Any]) -> list[Any]:
    posterior = np.asarray(call["state"]["posterior"]).tolist()
    return [call["probabilities"], call["tier"], call["exposure"], posterior, call["event_kind"]]


def test_the_skipped_evening_is_told_and_filled_without_a_retrain(evenings: Desk) -> None:
    """Last of all: it adds a row."""
    before = ledger.calls(simulated=False)
    result = CliRunner().invoke(app, ["backfill", "--since", f"{WEEKS[0]:%Y-%m-%d}"])
    assert result.exit_code == 0, result.exception
    after = rows()
    (filled,) = after[SKIPPED]
    assert filled["ledger"]["kind"] == ledger.BACKFILL
    assert [row for row in ledger.calls(simulated=False) if row["session"] != SKIPPED] == before
