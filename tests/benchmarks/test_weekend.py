"""The measurement of weekends: which ones, fairly paired, and repeatable on a small market."""

from pathlib import Path

import pandas as pd
import yaml

from benchmarks.weekend import digest, summary, verdict, weekend_sessions
from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.series.calendar import sessions


def test_a_weekend_follows_the_last_session_before_a_sunday(run_folder: Path) -> None:
    # Thanksgiving stays within its week; after Good Friday's Thursday comes Easter Monday.
    index = sessions("2017-11-01", "2018-04-06")
    found = weekend_sessions(index, params.load())
    assert pd.Timestamp("2017-11-22") not in found
    assert pd.Timestamp("2018-03-29") in found
    assert all(day.day_of_week == 4 for day in found if day != pd.Timestamp("2018-03-29"))
    assert found[-1] < index[-1]


def test_a_side_that_knew_the_outcome_saves_loss_and_rules_are_counted() -> None:
    days = pd.date_range("2019-01-04", periods=40, freq="7D", name="session")
    happened = [SCENARIOS[place % 3] for place in range(40)]
    labels = pd.DataFrame(
        {"session": days, "window": "now", "scenario": happened, "label_end": days}
    )
    early = labels.assign(
        session=days - pd.Timedelta("900D"), label_end=days - pd.Timedelta("900D")
    )
    knew = [[0.8 if name == each else 0.1 for name in SCENARIOS] for each in happened]
    told = pd.DataFrame(
        {
            "last_now": [[1 / 3] * 3] * 40,
            "view_now": knew,
            "last_rule_tape": ["quiet"] * 40,
            "view_rule_tape": ["quiet"] * 38 + ["structural"] * 2,
            "next_rule_tape": ["quiet"] * 37 + ["structural"] * 2 + ["quiet"],
        },
        index=days,
    )
    settings = params.load(Path(__file__).parents[2] / "params.yaml")
    only = settings.scenarios.model_copy(update={"windows": {"now": None}})
    found = summary(
        told, pd.concat([early, labels]), settings.model_copy(update={"scenarios": only})
    )
    saved = found["windows"]["now"]
    assert 0 < saved["interval"][0] < saved["saved"] < saved["interval"][1]
    assert saved["weekends"] == found["weekends"] == 40
    assert found["rules"]["tape"] == {
        "last": 0.95, "view": 0.95, "changed": 2, "seen_coming": 1, "false_alarms": 1, "p": 1.0,
    }  # fmt: skip


def test_the_whole_measurement_runs_on_a_small_market(run_folder: Path) -> None:
    document = yaml.safe_load(params.PARAMS.read_text(encoding="utf-8"))
    document["walk_forward"]["first_test"] = "2017-11-20"
    params.PARAMS.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    found = verdict(run_folder)
    assert (found["first"], found["last"]) == ("2017-11-24", "2017-12-22")
    assert found["weekends"] == 5
    assert found["windows"]["now"]["moved"] > 0
    assert set(found["rules"]) == {"crypto step", "tape", "cascade", "tier", "action"}


def test_the_digest_is_of_names_and_content(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("1")
    first = digest(tmp_path)
    (tmp_path / "a.csv").rename(tmp_path / "b.csv")
    assert digest(tmp_path) != first
