"""The model that scores: a bundle's windows, states and feature settings, read without pickle."""

import json
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.engine.declaration import COMPONENTS, SCALE_FROM, SCALE_MIN_COUNT
from features.maths.composite import series_of
from features.registry import Feature, FeatureError, compute_last, select
from models.bundle import BundleError, read_bundle
from models.forecasting.outlook_model import WindowModel
from models.scenarios import SCENARIOS
from models.states.inputs import POSTERIORS, STATE, as_inputs
from models.states.tracking import CausalFilter
from pipeline.base.errors import ModelError, one_line
from pipeline.base.names import checked_name
from pipeline.scoring.reference import read_reference

_DIGEST_LENGTH = 12
_ROUNDING = 1e-6


class RewrittenError(ModelError):
    """A bundle whose name is not the digest of its content."""


@dataclass(frozen=True)
class Model:
    """Everything that turns panel rows into an outlook.

    Attributes
    ----------
    windows
        Fitted pool by window.
    states
        Fit of the hidden Markov model and where its filter stands.
    settings
        Feature settings that it was trained with.
    label_definition
        Version and thresholds of the labels that it learned from.
    source
        Source of the data it was trained on.
    desk
        What the desk holds of the training, and its rules (`pipeline.scoring.reference`).
    name
        Its content's digest, short: two models are the same when their names are.
    """

    windows: Mapping[str, WindowModel]
    states: CausalFilter
    settings: Mapping[str, Any]
    label_definition: Mapping[str, Any]
    source: str
    desk: Mapping[str, Any]
    name: str

    @classmethod
    def restore(cls, content: Mapping[str, Any]) -> Self:
        """Take back a bundle's content."""
        return cls(
            windows={
                name: WindowModel.restored(state) for name, state in content["windows"].items()
            },
            states=CausalFilter.restore(content["states"]),
            settings=content["settings"],
            label_definition=content["label_definition"],
            source=checked_name("source", content["source"]),
            desk=content["desk"],
            name=checked_name("model", content["name"]),
        )

    @property
    def simulated(self) -> bool:
        """Whether it was trained on a made-up market."""
        return self.source == "simulated"

    @property
    def inputs(self) -> list[str]:
        """Features that any window reads."""
        read = dict.fromkeys(name for window in self.windows.values() for name in window.inputs)
        return [name for name in read if not name.startswith(STATE)]

    @property
    def features(self) -> list[Feature]:
        """Features that any window, the states or the desk's rules read."""
        return select(
            dict.fromkeys([*self.inputs, *self.states.fit.dimensions, *self.desk["features"]])
        )

    @property
    def reads(self) -> list[str]:
        """Columns and member tables of the panel that a call is made from."""
        inputs = dict.fromkeys(name for feature in self.features for name in feature.inputs)
        components = (
            series_of(self.settings[COMPONENTS]) if inputs.pop(COMPONENTS, 0) is None else ()
        )
        return list(dict.fromkeys([*inputs, *components, *self.desk["series"]]))

    def latest(
        self, panel: pd.DataFrame, published: pd.DataFrame, sessions: int = 1
    ) -> pd.DataFrame:
        """What the windows and the desk read at the last sessions and those of their context.

        Parameters
        ----------
        panel
            One row a session, columns of `reads`, from the start of the data.
        published
            States of these sessions, as published.
        sessions
            How many, before which those of the context come.
        """
        rows = sessions + max(window.context for window in self.windows.values())
        # All at once, for what one is made of often serves another.
        names = dict.fromkeys([*self.inputs, *self.desk["features"]])
        return self.values(panel, names, rows).join(as_inputs(published))

    def observations(self, panel: pd.DataFrame) -> pd.DataFrame:
        """What the states read at the sessions that their filter has not seen yet."""
        waiting = int((panel.index > self.states.session).sum())
        return self.values(panel, self.states.fit.dimensions, waiting)

    def values(self, panel: pd.DataFrame, names: Iterable[str], rows: int) -> pd.DataFrame:
        """Features at the last ``rows`` sessions, each from about the tail that it declares."""
        return compute_last(panel, self.settings, names, rows)


def load_model(folder: Path) -> Model:
    """Read a bundle.

    Raises
    ------
    ModelError
        When it is absent, damaged, of another version, cannot forecast, or was trained with a
        feature whose definition is another now; `RewrittenError` when its name is not its digest.
    """
    try:
        content = read_bundle(folder)
        # numpy only warns where a number is none or loses its imaginary part.
        with warnings.catch_warnings(action="error", category=RuntimeWarning):
            model = Model.restore(content)
            _check_definitions(content["definitions"])
            _check_works(model)
    except BundleError as error:
        raise ModelError(str(error)) from None
    except FeatureError as error:
        raise ModelError(
            f"{folder} was trained with other features ({error}); train it again with `dvc repro`"
        ) from None
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeWarning) as error:
        reason = f"{type(error).__name__}: {one_line(error)}"
        raise ModelError(
            f"{folder} holds no model that this version can use ({reason}); "
            "train it again with `dvc repro`"
        ) from None
    if (found := content_name(content)) != model.name:
        raise RewrittenError(
            f"{folder} calls its model {model.name}, and its content is that of {found}: somebody "
            "has rewritten it; train it again with `dvc repro`"
        )
    return model


def definitions(model_features: list[Feature]) -> dict[str, str]:
    """Digest of each feature's definition."""
    return {feature.name: feature.digest for feature in model_features}


def content_name(content: Mapping[str, Any]) -> str:
    """Digest of a bundle's content, which is its model's name.

    The states' fit serves sessions to come, and where its filter stands is of one session: the name
    is of what a call of the last session depends on.
    """
    named = {key: value for key, value in content.items() if key != "name"}
    named["states"] = sorted(content["states"]["fit"]["dimensions"])
    text = json.dumps(named, sort_keys=True, default=lambda array: array.tolist())
    return sha256(text.encode()).hexdigest()[:_DIGEST_LENGTH]


def _check_definitions(trained: Mapping[str, str]) -> None:
    now = definitions(select(trained))
    changed = [name for name, digest in trained.items() if now[name] != digest]
    if changed:
        raise ModelError(
            f"the model was trained with another definition of {', '.join(changed)}; "
            "train it again with `dvc repro`"
        )


def _check_works(model: Model) -> None:
    """Ask every part for a session of which nothing is known, so that no odd shape waits."""
    session = model.states.session
    after = pd.DatetimeIndex([session + pd.Timedelta(days=1)])
    unknown = pd.DataFrame(np.nan, after, model.states.fit.dimensions)
    published, _filter = model.states.advance(unknown)
    posterior = as_inputs(published).filter(regex=POSTERIORS)
    _check_probabilities(posterior.to_numpy(), "the states")
    for name, window in model.windows.items():
        rows = pd.DatetimeIndex([session] * (1 + window.context))
        told = pd.DataFrame(np.nan, rows, window.inputs)
        _check_probabilities(window.predict_proba(told)[-1:], f"window {name}")
    absent = [
        name for name in (COMPONENTS, SCALE_FROM, SCALE_MIN_COUNT) if name not in model.settings
    ]
    if absent:
        raise ValueError(f"its feature settings lack {', '.join(absent)}")
    reference = read_reference(model.desk)
    reference.distance(pd.DataFrame(np.nan, after, list(reference.columns)))
    if not all(isinstance(name, str) for name in model.reads):
        raise ValueError("a series that the desk reads is no name")
    for name in model.windows:
        if reference.thresholds[name].shape != (len(SCENARIOS),):
            raise ValueError(f"the thresholds of window {name} are not {len(SCENARIOS)} numbers")


def _check_probabilities(proba: NDArray[np.float64], whose: str) -> None:
    total = proba.sum(axis=1)
    if len(total) != 1 or not np.isfinite(total).all() or (proba < 0).any():
        raise ValueError(f"{whose} give no probabilities")
    if abs(total[0] - 1.0) > _ROUNDING:
        raise ValueError(f"the probabilities of {whose} add up to {total[0]:g}")
