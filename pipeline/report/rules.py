"""What a call was made by, as its model's bundle has it: not what ``params.yaml`` says today."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from features.declaration import LEGS
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
    legs
        What the composite is made of.
    tightening_above, reflation_below
        Thresholds of the labels, in standard deviations of the composite.
    nominal
        Share of outcomes that the conformal sets should hold.
    features
        The features' settings.
    desk
        The desk's rules.
    """

    windows: Mapping[str, Window]
    legs: tuple[str, ...]
    tightening_above: float
    reflation_below: float
    nominal: float
    features: Mapping[str, Any]
    desk: DeskSettings

    @classmethod
    def of(cls, model: Model) -> Self:
        """Read them from the model that made the call."""
        reference = read_reference(model.desk)
        return cls(
            windows={name: fitted.window for name, fitted in model.windows.items()},
            legs=tuple(model.settings[LEGS]),
            tightening_above=model.ruler["tightening_above"],
            reflation_below=model.ruler["reflation_below"],
            nominal=reference.nominal,
            features=model.settings,
            desk=reference.settings,
        )
