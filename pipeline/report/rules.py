"""What a call was made by, as its model's bundle has it: not what ``params.yaml`` says today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from features.engine.declaration import COMPONENTS
from models.scenarios import Window
from pipeline.scoring.model import Model
from pipeline.scoring.reference import read_reference
from pipeline.settings.desk import DeskSettings


@dataclass(frozen=True)
class Rules:
    """The limits that explain a call.

    Attributes
    ----------
    windows
        The label windows by name.
    components
        What the composite is made of.
    tightening_above, reflation_below
        Thresholds of the labels, in standard deviations of the composite.
    nominal
        Share of outcomes that the conformal sets should hold.
    features
        The features' settings.
    desk
        The desk's rules.
    reads
        Features that the model reads, by who in it does: its windows and its states.
    """

    windows: Mapping[str, Window]
    components: tuple[str, ...]
    tightening_above: float
    reflation_below: float
    nominal: float
    features: Mapping[str, Any]
    desk: DeskSettings
    reads: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, model: Model) -> Self:
        """Read them from the model that made the call."""
        reference = read_reference(model.desk)
        return cls(
            windows={name: fitted.window for name, fitted in model.windows.items()},
            components=tuple(model.settings[COMPONENTS]),
            tightening_above=model.label_definition["tightening_above"],
            reflation_below=model.label_definition["reflation_below"],
            nominal=reference.nominal,
            features=model.settings,
            desk=reference.settings,
            reads={
                **{f"model: {name}": fitted.inputs for name, fitted in model.windows.items()},
                "states": model.states.fit.dimensions,
            },
        )
