import pytest
from pydantic import TypeAdapter

from pipeline.base.errors import ConfigurationError
from pipeline.settings.simulated import SimulatedSettings


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signal": 1.5}, "simulated.signal is 1.5"),
        ({"members": 3}, "simulated.members is 3"),
        ({"seed": -1}, "simulated.seed is -1"),
        ({"end": "2003-01-05"}, "choose a later end"),
        ({"start": "yesterday-ish"}, "write both as 'YYYY-MM-DD'"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(changes, words):
    with pytest.raises(ConfigurationError, match=words):
        SimulatedSettings(**changes)


def test_as_a_section_of_the_parameters_it_is_typed():
    section = TypeAdapter(SimulatedSettings)
    assert section.validate_python({"seed": 3}) == SimulatedSettings(seed=3)
    with pytest.raises(ConfigurationError, match="signal"):
        section.validate_python({"signal": 2.0})
