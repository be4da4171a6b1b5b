from dataclasses import replace

import pytest

from pipeline.base.words import RESEARCH, SIMULATED
from pipeline.desk.decision import decide
from pipeline.desk.narrative import narrative
from pipeline.settings.desk import DeskSettings


@pytest.mark.parametrize("simulated", [True, False])
def test_the_paragraph_joins_every_step_into_a_decision(
    settings: DeskSettings, make_day, simulated: bool
) -> None:
    proba = {"base": 0.45, "tightening_shock": 0.5, "reflation": 0.05}
    day = make_day({"us2y_repricing_5": 2.5, "dxy_momentum_21": 0.03})
    day = replace(day, probabilities=dict.fromkeys(("now", "ahead"), proba))
    said = decide(day, settings)
    text = narrative(
        said,
        day.probabilities,
        "rates shock",
        exposure=0.62,
        ahead=10,
        simulated=simulated,
        unusual=True,
    )
    assert text.startswith(SIMULATED) is simulated
    assert text.endswith(RESEARCH)
    assert "\n" not in text
    parts = ("tightening-shock (50 %)", "Macro warns", "2-year", "leadership is missing", "crypto")
    for part in (*parts, "correlation", "rates shock", "Tier 3, exposure 62 %", "reduce", "unlike"):
        assert part in text
