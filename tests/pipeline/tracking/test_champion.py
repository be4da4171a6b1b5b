import pytest

from models.evaluation.promotion import Decision, Reason
from pipeline.base.errors import ModelError
from pipeline.tracking import mlflow_store
from pipeline.tracking.champion import (
    CHALLENGER,
    CHAMPION,
    challenge,
    judge,
    promote,
)
from pipeline.tracking.registry import Registry

pytestmark = pytest.mark.slow

GOOD = Decision((Reason("skill", True, "skill +0.11"), Reason("revision_share", True, "1.0%")))
BAD = Decision((Reason("skill", False, "skill +0.09"), Reason("revision_share", True, "1.0%")))


@pytest.fixture
def name(request):
    """A registered model of each test's own."""
    return request.node.name


@pytest.fixture
def train(sqlite, record, bundle, features, name):
    """Register one more version as the challenger."""
    run_id = mlflow_store.log_run(record, sqlite, "walk-forward")

    def once() -> int:
        example = features[["vix_log_gap"]].tail(1)
        version = Registry(sqlite, name).register(bundle, example, run_id)
        challenge(version, Registry(sqlite, name))
        return version

    return once


def holders(uri, name):
    found = (Registry(uri, name).holder(alias) for alias in (CHAMPION, CHALLENGER))
    return tuple(entry and entry.version for entry in found)


def test_a_name_that_is_not_registered_has_no_versions(sqlite):
    assert Registry(sqlite, "unheard of").versions() == []
    assert Registry(sqlite, "unheard of").holder(CHAMPION) is None


def test_versions_are_listed_newest_first(sqlite, name, train):
    train()
    train()

    assert [entry.version for entry in Registry(sqlite, name).versions()] == [2, 1]


def test_a_challenger_that_passes_every_gate_is_champion(sqlite, name, train):
    judge(train(), GOOD, Registry(sqlite, name))

    assert holders(sqlite, name) == (1, None)


def test_a_refused_challenger_leaves_the_champion_and_says_why(sqlite, name, train):
    judge(train(), GOOD, Registry(sqlite, name))
    judge(train(), BAD, Registry(sqlite, name))

    assert holders(sqlite, name) == (1, 2)
    tags = Registry(sqlite, name).holder(CHALLENGER).tags
    assert tags["promotion"] == "refused"
    assert tags["promotion.skill"] == "failed: skill +0.09"
    assert tags["promotion.revision_share"] == "passed: 1.0%"
    assert tags["promotion.against"] == "1"


def test_the_first_champion_can_be_asked_for_by_hand_while_there_is_none(sqlite, name, train):
    judge(train(), Decision(BAD.reasons, first=True, may_promote=False), Registry(sqlite, name))
    assert holders(sqlite, name) == (None, 1)

    assert promote(1, Registry(sqlite, name)) == 1
    assert Registry(sqlite, name).holder(CHAMPION).tags["promotion"] == "first"


def test_by_hand_a_refused_model_is_not_promoted(sqlite, name, train):
    judge(train(), BAD, Registry(sqlite, name))

    with pytest.raises(ModelError, match=r"version 1 was refused \(failed: skill \+0\.09\)"):
        promote(None, Registry(sqlite, name))

    assert holders(sqlite, name) == (None, 1)


def test_a_person_may_overrule_with_a_reason_that_is_kept(sqlite, name, train):
    judge(train(), BAD, Registry(sqlite, name))

    assert promote(None, Registry(sqlite, name), despite="the champion's data source is gone") == 1

    champion = Registry(sqlite, name).holder(CHAMPION)
    assert champion.tags["promotion.despite"] == "the champion's data source is gone"
    assert champion.tags["promotion"] == "refused"
    assert holders(sqlite, name) == (1, None)


def test_a_model_that_was_never_judged_is_not_promoted(sqlite, name, train):
    train()

    with pytest.raises(ModelError, match="never judged"):
        promote(1, Registry(sqlite, name))


def test_a_promotion_that_was_cut_short_can_be_asked_for_again(sqlite, name, train):
    judge(train(), GOOD, Registry(sqlite, name))
    judge(train(), GOOD, Registry(sqlite, name))
    assert holders(sqlite, name) == (2, None)

    assert promote(2, Registry(sqlite, name)) == 2
    assert holders(sqlite, name) == (2, None)


def test_a_verdict_against_a_champion_of_yesterday_is_void(sqlite, name, train):
    judge(train(), GOOD, Registry(sqlite, name))
    judge(train(), GOOD, Registry(sqlite, name))
    assert holders(sqlite, name) == (2, None)

    with pytest.raises(ModelError, match="judged against champion none, but today's is 2"):
        promote(1, Registry(sqlite, name))


@pytest.mark.parametrize("version", [None, 9])
def test_what_is_not_there_is_not_promoted(sqlite, name, train, version):
    judge(train(), GOOD, Registry(sqlite, name))

    with pytest.raises(ModelError, match=r"\(versions: 1\)"):
        promote(version, Registry(sqlite, name))
