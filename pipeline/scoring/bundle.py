"""A bundle's content: everything that scoring needs, fitted or kept of the training."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features.registry import select
from models.bundle import write_bundle
from models.states.inputs import STATE, as_inputs
from pipeline.params import Params
from pipeline.scoring import reference
from pipeline.scoring.book.rules import BookRules
from pipeline.scoring.model import content_name, definitions
from pipeline.storage import store


@dataclass(frozen=True, eq=False)
class Training:
    """What the stages left that a model keeps of its training.

    Attributes
    ----------
    values
        Features by session.
    states
        Rows of ``data/states.parquet`` by session.
    outlook, labels
        Rows of ``data/outlook.parquet`` and ``data/scenarios.parquet``.
    """

    values: pd.DataFrame
    states: pd.DataFrame
    outlook: pd.DataFrame
    labels: pd.DataFrame

    @property
    def inputs(self) -> pd.DataFrame:
        """Features and what the states say, as the windows read them."""
        return self.values.join(as_inputs(self.states))

    def until(self, session: pd.Timestamp) -> "Training":
        """What was there at an earlier session."""
        return Training(
            values=self.values.loc[:session],
            states=self.states.loc[:session],
            outlook=self.outlook[self.outlook["session"] <= session],
            labels=self.labels[self.labels["label_end"] <= session],
        )


def read_training() -> Training:
    """Read it from disk."""
    return Training(
        values=store.read_sessions(store.FEATURES),
        states=store.read_sessions(store.STATES),
        outlook=store.read_parquet(store.OUTLOOK),
        labels=store.read_labels(),
    )


def build_bundle(settings: Params, folder: Path = store.MODEL) -> str:
    """Put everything that scoring needs into a folder.

    Returns
    -------
    str
        The model's name: a digest of its content.
    """
    content = assemble(
        store.read_fit(store.OUTLOOK_FIT),
        store.read_fit(store.STATES_FIT)["filter"],
        read_training(),
        settings,
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_bundle(content, folder)
    return str(content["name"])


def assemble(
    windows: Mapping[str, Any], states: Mapping[str, Any], training: Training, settings: Params
) -> dict[str, Any]:
    """A bundle's content.

    Parameters
    ----------
    windows, states
        ``fitted_state`` of every window's pool and of the states' filter.
    training
        What they were fitted on.
    settings
        Label definition, rules and the features' settings.

    Raises
    ------
    ConfigurationError
        When one of the desk's rules names no feature.
    """
    read = {
        name
        for window in windows.values()
        for member in window["members"].values()
        for name in member["inputs"]
        if not name.startswith(STATE)
    }
    content: dict[str, Any] = {
        "windows": windows,
        "states": states,
        "settings": settings.feature_settings,
        "label_definition": {
            name: getattr(settings.scenarios, name)
            for name in ("version", "tightening_above", "reflation_below")
        },
        "definitions": definitions(select(sorted(read | set(states["fit"]["dimensions"])))),
        "source": settings.data.source,
        "desk": reference.build(
            settings.desk,
            book_rules(settings),
            sorted(read),
            training.values,
            training.outlook,
            training.labels,
            settings.scenarios.window_list(),
            settings.evaluation.conformal,
            settings.walk_forward.embargo,
        ),
    }
    return content | {"name": content_name(content)}


def book_rules(settings: Params) -> BookRules:
    """What a bundle keeps for the book."""
    return BookRules(
        settings.book, settings.walk_forward.min_train, settings.features.settings["stress_vix"]
    )
