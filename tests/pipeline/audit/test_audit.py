"""The command on files: a whole audit of a short simulated market, and what it refuses."""

import json
import shutil

import pandas as pd
import pytest
import yaml
from sklearn.metrics import log_loss, roc_auc_score

from features.engine.declaration import feature
from models.scenarios import SCENARIOS
from models.walk_forward import old_enough
from pipeline import params
from pipeline.audit import jobs, prove
from pipeline.audit.blame import remedy
from pipeline.audit.compare import Comparison, Leak
from pipeline.audit.leaks import LEAKS
from pipeline.audit.rescore import scores
from pipeline.audit.spliced import PANEL_STRETCH, passes
from pipeline.base.errors import ConfigurationError, DataMissingError, LeakError
from pipeline.commands.audit import run
from pipeline.stages import evaluate
from pipeline.storage import store
from tests.pipeline.audit.conftest import Inline

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def left(tmp_path_factory):
    """Where the files of the unchanged code lie, once a test has made them."""
    return tmp_path_factory.mktemp("left") / "run"


@pytest.fixture
def leave(publish, settings, left, tmp_path, monkeypatch):
    """Leave the files of every stage in an empty folder, made by the code as it stands."""
    monkeypatch.chdir(tmp_path)
    document = yaml.safe_load(settings.model_dump_json())
    params.PARAMS.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    # In this process, so that what a test plants acts in the replays as well.
    monkeypatch.setattr(jobs, "Sandbox", lambda _parameters, _place: Inline(settings))
    monkeypatch.setattr(prove, "is_stale", lambda _table: False)

    def leave(published=None):
        if published is None:
            write(publish())
        else:
            if not left.exists():
                write(published)
                shutil.copytree(tmp_path, left)
            shutil.copytree(left, tmp_path, dirs_exist_ok=True)

    def write(made):
        for name, frame in made.market.raw.items():
            store.write_parquet(frame, store.RAW / "simulated" / f"{name}.parquet")
        store.write_parquet(made.panel, store.PANEL)
        store.write_parquet(made.observed, store.OBSERVED)
        store.write_parquet(made.features, store.FEATURES)
        store.write_parquet(made.states, store.STATES)
        store.write_parquet(made.labels, store.SCENARIOS)
        store.write_parquet(made.outlook, store.OUTLOOK)
        evaluate.main()

    return leave


@pytest.fixture
def only(monkeypatch):
    """Replay nothing but the jobs whose names begin so: those that a fault is found by."""

    def only(*names):
        monkeypatch.setattr(
            prove,
            "plan",
            lambda *asked: [job for job in jobs.plan(*asked) if job.name.startswith(names)],
        )

    return only


def audited(capsys, **asked):
    run(2, as_json=True, **{"quick": True, **asked})
    return json.loads(capsys.readouterr().out)


def test_all_that_is_published_is_replayed_and_every_leak_has_its_price(
    leave, published, capsys, monkeypatch
) -> None:
    # Each pass makes a whole panel: five of its 46 reach what is asked below.
    monkeypatch.setattr(
        jobs, "passes", lambda n, most, turn: passes(n, 5 if n == PANEL_STRETCH else most, turn)
    )
    leave(published)
    told = audited(capsys, quick=False)
    assert told == json.loads(store.AUDIT.read_text(encoding="utf-8"))
    assert told["passed"]
    assert told["leaks"] == told["unchecked"] == []
    tables = told["compared"]
    for name in ("panel", "observed", "features", "scenarios", "states", "outlook"):
        assert tables[name]["rows_replayed"] == 1.0, name
        assert tables[name]["values_replayed"] == 1.0, name
    assert tables["states"]["values_alone"] == tables["outlook"]["values_alone"] == 1.0
    assert 0.5 < tables["features"]["values_alone"] <= 1.0
    assert tables["evaluation.json"]["values"] > 50
    for name in ("evaluation.json", "policies.json", "tiers.json", "book.json"):
        assert tables[name]["values_replayed"] == 1.0, name
    assert {"tiers.json", "policies.json", "plots/leaderboard.csv", "plots/by_year.csv"} <= set(
        tables
    )
    assert set(told["premium"]) == {"now", "ahead"}
    for leaks in told["premium"].values():
        assert set(leaks) == set(LEAKS)
        assert leaks["folds not purged"]["pool"]["premium"] != 0.0
    honest = told["premium"]["ahead"]["folds not purged"]["logit"]["honest"]
    assert honest == pytest.approx(skill_of(published, "ahead", "logit"))


def skill_of(made, window, model):
    """Log-loss skill against climatology, with scikit-learn."""
    rows = made.outlook.merge(made.labels, on=["session", "window"])
    rows, order, losses = rows[rows["window"] == window], sorted(SCENARIOS), {}
    for name in (model, "climatology"):
        mine = rows[rows["model"] == name]
        losses[name] = log_loss(mine["scenario"], mine[order], labels=order)
    return 1.0 - losses[model] / losses["climatology"]


def test_scores_made_again_are_those_of_the_books(published) -> None:
    evaluation, embargo = published.settings.evaluation, {"now": 10, "ahead": 10}
    again = scores(published.outlook, published.labels, evaluation, embargo)
    rows = published.outlook.merge(published.labels, on=["session", "window"])
    mine = rows[(rows["window"] == "ahead") & (rows["model"] == "logit")]
    assert again["ahead.logit.log_loss_skill"] == pytest.approx(
        skill_of(published, "ahead", "logit")
    )
    area = roc_auc_score(mine["scenario"] == "base", mine["base"])
    assert again["ahead.logit.auc.base"] == pytest.approx(area)


@pytest.mark.usefixtures("few_features")
def test_a_leak_ends_in_an_error_that_names_feature_and_session(leave, only, capsys) -> None:
    only("features")

    @feature("S01", unit="percent", window=3)
    def tomorrows_vix(vix: pd.Series) -> pd.Series:
        return vix.shift(-1)

    leave()
    told = r"feature tomorrows_vix of \d{4}-\d\d-\d\d changes"
    with pytest.raises(LeakError, match=told) as error:
        run(24, quick=True, as_json=False)
    assert error.value.exit_code == 1
    told = json.loads(store.AUDIT.read_text(encoding="utf-8"))
    assert not told["passed"]
    assert [(leak["stage"], leak["column"]) for leak in told["leaks"]] == [
        ("features", "tomorrows_vix")
    ]
    assert told["premium"] == {}
    shown = capsys.readouterr().out
    assert shown.startswith("quick, so not checked: features at most sessions")
    assert "tomorrows_vix" in shown


def test_scores_that_were_edited(leave, published, only, capsys) -> None:
    only("decisions", "ceilings", "book")
    leave(published)
    document = json.loads(store.EVALUATION.read_text(encoding="utf-8"))
    document["ahead"]["pool"]["log_loss_skill"] += 0.01
    store.write_json(document, store.EVALUATION)
    policies = json.loads(store.POLICIES.read_text(encoding="utf-8"))
    policies["holdings"]["spy"]["policies"]["insurance"]["delays"]["1"]["sharpe"] += 0.01
    store.write_json(policies, store.POLICIES)
    book = json.loads(store.BOOK.read_text(encoding="utf-8"))
    book["approaches"]["mixture"]["fz0"] += 0.01
    store.write_json(book, store.BOOK)
    with pytest.raises(LeakError, match=r"book\.json column approaches\.mixture\.fz0 is "):
        audited(capsys)
    found = json.loads(store.AUDIT.read_text(encoding="utf-8"))["leaks"]
    assert [(leak["stage"], leak["column"]) for leak in found] == [
        ("book.json", "approaches.mixture.fz0"),
        ("evaluation.json", "ahead.pool.log_loss_skill"),
        ("policies.json", "holdings.spy.policies.insurance.delays.1.sharpe"),
    ]


@pytest.mark.usefixtures("few_features")
def test_a_fold_without_its_embargo_is_caught_on_the_files_too(
    leave, only, capsys, monkeypatch
) -> None:
    only("folds")
    monkeypatch.setattr(
        "models.walk_forward.old_enough",
        lambda label_ends, position, embargo: old_enough(label_ends, position, 0),
    )
    leave()
    with pytest.raises(LeakError, match=r"2018-10-01"):
        audited(capsys)
    found = json.loads(store.AUDIT.read_text(encoding="utf-8"))["leaks"]
    assert {("outlook", "now.fit_end", "purge"), ("outlook", "ahead.logit.base", "refit")} <= {
        (leak["stage"], leak["column"], leak["how"]) for leak in found
    }


def test_stale_files_are_not_taken_for_a_leak(leave, published, only, capsys, monkeypatch) -> None:
    only("whole")
    leave(published)
    monkeypatch.setattr(prove, "is_stale", lambda table: table == "features")
    features = store.read_parquet(store.FEATURES)
    features.loc[100, "log_vix"] += 1e-12
    store.write_parquet(features, store.FEATURES)
    with pytest.raises(DataMissingError, match=r"features\.parquet is stale.*log_vix.*dvc repro"):
        audited(capsys)


def test_what_was_kept_goes_before_a_table_is_made_of_it_again() -> None:
    assert remedy("features") == "run `dvc repro` first"
    for kept in ("states", "outlook"):
        assert f"remove data/cache and run `dvc repro --force {kept}`" in remedy(kept)


def test_at_least_one_cut() -> None:
    with pytest.raises(ConfigurationError, match="--cuts is 0"):
        run(0, quick=True, as_json=False)


def test_a_bundle_that_the_tables_do_not_make_is_told_and_no_leak(
    leave, published, only, monkeypatch
) -> None:
    only("whole")
    leave(published)
    edit = Leak("model", "windows.now.floor", "", "", "remade", "0.1", "0.002")
    told = Comparison("model", "", "remade", pd.DatetimeIndex([]), ("x",), 1, True, (edit,))
    real = prove.carried_out
    more = jobs.Outcome("last fit and call", (told,), (), "")
    monkeypatch.setattr(prove, "carried_out", lambda *asked: [*real(*asked), more])
    with pytest.raises(
        DataMissingError, match=r"data/model is stale or was changed by hand: its wi"
    ):
        run(2, quick=True, as_json=True)
