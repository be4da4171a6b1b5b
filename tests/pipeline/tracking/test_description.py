"""What a run says of itself in words."""

from models.evaluation.paired import Difference
from models.evaluation.promotion import Decision, Rival
from pipeline.tracking.description import describe, title
from pipeline.tracking.record import logged_params

BETTER = Difference(500, 0.11, 0.1, 0.01, 0.005, 0.015, 0.004)


def test_rules_are_no_parameters_of_a_run():
    document = {"desk": {"rules": {"a": "text"}}, "outlook": {"floor": 0.01}}

    assert logged_params(document) == {"outlook.floor": "0.01"}


def test_a_run_says_what_was_changed_and_whether_it_is_noise():
    rival = Rival(BETTER, ["outlook.floor: 0.01 → 0.02"])

    words = describe(Decision((), rival=rival), "ahead")

    assert "+1.00 points (+0.50 to +1.50, p 0.004), better than noise" in words
    assert "- `outlook.floor: 0.01 → 0.02`" in words
    assert "the champion's settings" in describe(Decision((), rival=Rival(BETTER)), "ahead")
    assert describe(Decision((), first=True), "ahead").startswith("The first model")


def test_a_run_is_called_by_what_was_changed():
    name = "files 2025-06-30 49ebc3b5"
    changed = ["outlook.models.lightgbm.trees: 300 → 80", "outlook.floor: 0.01 → 0.02"]

    assert title(name, Decision((), rival=Rival(BETTER, changed[:1]))) == (
        "lightgbm.trees 80, files 2025-06-30 49ebc3b5"
    )
    assert "trees 80 and 1 more, files" in title(name, Decision((), rival=Rival(BETTER, changed)))
    assert title(name, Decision((), first=True)) == name
