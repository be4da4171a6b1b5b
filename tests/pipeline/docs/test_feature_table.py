"""The registry as documents and as a page."""

import json

from features.registry import select
from pipeline.docs.feature_table import describe, markdown


def test_a_document_has_what_others_rely_on():
    (document,) = describe(select(["btc_drawdown_beyond_band"]))
    assert document == {
        "name": "btc_drawdown_beyond_band",
        "driver": "crypto",
        "signals": ["S27"],
        "unit": "fraction",
        "inputs": ["btc"],
        "window": None,
        "optional": False,
        "label": "bitcoin's drawdown beyond its band",
        "about": "Depth of the drawdown against its band: negative shallower, 0 inside, "
        "positive deeper.",
    }
    assert json.loads(json.dumps(document)) == document


def test_every_feature_is_one_row_of_its_drivers_table():
    page = markdown(select())
    features = select()
    assert page.startswith(f"# Features\n\n{len(features)} numbers a session")
    for feature in features:
        chapter = page.partition(f"\n## {feature.driver}\n")[2].partition("\n## ")[0]
        rows = [line for line in chapter.splitlines() if line.startswith(f"| `{feature.name}` |")]
        assert len(rows) == 1
        assert rows[0].count(" | ") == 5


def test_an_optional_feature_says_so_and_a_long_memory_too():
    page = markdown(select(["move_over_vix", "vix_log_gap"]))
    assert "| `move_over_vix` | S13 | log ratio | 1 | `move`, `vix` |" in page
    assert "*optional* |" in page
    assert "| `vix_log_gap` | S13 | log ratio | all | `vix` |" in page
