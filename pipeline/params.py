"""``params.yaml``, typed and frozen: a wrong key or value is refused by name.

Where code has settings of its own, their dataclass stands with that code and is used here, so a
parameter is declared, documented and given its meaning in one place.
"""

import json
from dataclasses import fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from features.engine.declaration import COMPONENTS, SCALE_FROM, SCALE_MIN_COUNT
from features.maths.composite import Transform
from models.evaluation.evaluate import EvaluationSettings
from models.evaluation.promotion import PromotionSettings
from models.scenarios import Window
from models.states.settings import StatesSettings
from pipeline.base.errors import ConfigurationError
from pipeline.base.names import checked_name
from pipeline.base.words import did_you_mean
from pipeline.settings.alerts import AlertSettings
from pipeline.settings.book import Book
from pipeline.settings.desk import DeskSettings
from pipeline.settings.former_names import check_former_names
from pipeline.settings.live import LiveSettings
from pipeline.settings.secrets import check_secrets
from pipeline.settings.section import Date, Section
from pipeline.settings.simulated import SimulatedSettings
from pipeline.settings.tune import Tune
from pipeline.storage.yaml_file import check_distinct_names, check_plain, dotted, read_yaml, short

PARAMS = Path("params.yaml")
_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}


class Data(Section):
    """Which market, and which sessions of it."""

    source: str
    folder: str
    start: Date
    end: Date | None

    @property
    def simulated(self) -> bool:
        """Whether the market is made up."""
        return self.source == "simulated"


class Features(Section):
    """First session that keeps its features, and the desk's thresholds."""

    start: Date
    settings: dict[str, Any]


class Span(Section):
    """A label window ``(t - back, t + ahead]`` in sessions."""

    back: int = Field(ge=0)
    ahead: int = Field(ge=1)


class Scenarios(Section):
    """The label definition; any change is another version of it."""

    version: str
    components: dict[str, Transform]
    components_by_source: dict[str, dict[str, Transform]]
    scale_from: Date
    min_scale_sessions: int = Field(ge=2)
    tightening_above: float
    reflation_below: float
    windows: dict[str, Span]

    def of_source(self, source: str) -> "Scenarios":
        """That of a source: where it has components of its own, its version says so."""
        if source not in self.components_by_source:
            return self
        components = self.components_by_source[source]
        version = f"{self.version}-{source}"
        return self.model_copy(update={"components": components, "version": version})

    def window_list(self) -> list[Window]:
        """The windows as the models know them."""
        return [Window(name, span.back, span.ahead) for name, span in self.windows.items()]


class States(Section):
    """What the hidden Markov model reads, and how it is fitted."""

    inputs: list[str] = Field(min_length=1)
    model: StatesSettings


class WalkForward(Section):
    """How models are refitted through time."""

    first_test: Date
    last_test: Date | None
    refit_every: int = Field(ge=1)
    embargo_windows: float = Field(ge=0.0)
    min_train: int = Field(ge=1)

    def embargo(self, window: Window) -> int:
        """Sessions between what one learns from a window and the decision: fits and sets alike."""
        return round(self.embargo_windows * window.length)


class Outlook(Section):
    """Models, what they read, and who is in the pool.

    Attributes
    ----------
    models
        Settings of each model; ``inputs`` among them names one of ``inputs`` or several, and
        ``states`` are the columns of the hidden Markov model.
    inputs
        Named lists of features, by window; ``default`` is for every window that has none.
    pool
        Names of the models that are joined, by window.
    floor
        Least probability of a scenario.
    """

    models: dict[str, dict[str, Any]]
    inputs: dict[str, dict[str, list[str]]]
    pool: dict[str, list[str]]
    floor: float = Field(ge=0.0, lt=1 / 3)


class Tracking(Section):
    """Where runs are logged; the environment's MLFLOW_TRACKING_URI comes first."""

    uri: str
    experiment: Annotated[str, AfterValidator(partial(checked_name, "experiment"))]
    model_name: Annotated[str, AfterValidator(partial(checked_name, "experiment"))]


class Compute(Section):
    """Where refits, trials and backfills are computed; results are the same to the last bit.

    Attributes
    ----------
    backend
        ``local``: processes of this machine. ``dask``: the workers of a scheduler, on as many
        machines as they run on; needs the extra ``dask``.
    workers
        Of ``local``: processes that fit side by side. 1 computes in the process itself. Workers
        of ``dask`` count themselves.
    scheduler
        Of ``dask``: address, such as ``tcp://127.0.0.1:8786``; null for ``local``. Whoever reaches
        it can run code on its workers, and its messages are pickled: keep it on a network where
        everyone is trusted.
    """

    backend: Literal["local", "dask"]
    workers: int = Field(ge=1)
    scheduler: str | None = Field(pattern=r"^(tcp|tls|ws|wss)://\S+:\d+$")


class Params(Section):
    """The whole of ``params.yaml``."""

    data: Data
    simulated: SimulatedSettings
    live: LiveSettings
    features: Features
    scenarios: Scenarios
    states: States
    walk_forward: WalkForward
    outlook: Outlook
    evaluation: EvaluationSettings
    tune: Tune
    promotion: PromotionSettings
    tracking: Tracking
    compute: Compute
    book: Book
    desk: DeskSettings
    alerts: AlertSettings

    @property
    def feature_settings(self) -> dict[str, Any]:
        """What features may ask for by name: own settings, the labels' components and scale."""
        labels = self.scenarios
        return {
            **self.features.settings,
            COMPONENTS: labels.components,
            SCALE_FROM: labels.scale_from,
            SCALE_MIN_COUNT: labels.min_scale_sessions,
        }

    @property
    def registered_name(self) -> str:
        """Name in the registry, one a source: a simulated model never meets a real one."""
        return f"{self.tracking.model_name}-{self.data.source}"


def load(path: Path = PARAMS) -> Params:
    """Read and check ``params.yaml``.

    Raises
    ------
    ConfigurationError
        When the file is absent or not YAML, has a former name, a key is unknown or missing, or a
        value is wrong.
    """
    return parse(read_yaml(path), path)


def parse(document: Any, path: Path = PARAMS) -> Params:
    """Check a document that has the shape of ``params.yaml``."""
    check_plain(document, path)
    check_distinct_names(document, path)
    check_former_names(document, path)
    check_secrets(document, path)
    try:
        # Strict, so that neither true nor "1" is taken for a number.
        read = Params.model_validate_json(json.dumps(document), strict=True)
    except ValidationError as error:
        raise ConfigurationError(_sentence(error, path)) from None
    except ConfigurationError as error:
        raise ConfigurationError(f"{path}: {error}") from None
    return read.model_copy(update={"scenarios": read.scenarios.of_source(read.data.source)})


def _sentence(error: ValidationError, path: Path) -> str:
    errors = error.errors()
    first = next((each for each in errors if each["type"] in _UNKNOWN), errors[0])
    place = [str(part) for part in first["loc"]]
    name = dotted(place)
    if first["type"] in _UNKNOWN:
        return f"{path}: {name} is not a parameter{_suggestion(place)}"
    if first["type"] == "missing":
        return f"{path}: {name} is missing; restore it from the repository's params.yaml"
    said = first["msg"].removeprefix("Value error, ")
    return f"{path}: {name} is {short(first['input'])}, but: {said[:1].lower()}{said[1:]}"


def _suggestion(place: list[str]) -> str:
    known = _keys_beside(place)
    hint = did_you_mean(place[-1], known, f"known here: {', '.join(known)}")
    return f"; {hint}" if known else ""


def _keys_beside(place: list[str]) -> list[str]:
    kind: Any = Params
    for part in place[:-1]:
        kind = _child(kind, part)
    return list(_children(kind))


def _children(kind: Any) -> dict[str, Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {name: field.annotation for name, field in kind.model_fields.items()}
    if is_dataclass(kind):
        return {field.name: field.type for field in fields(kind)}
    return {}


def _child(kind: Any, part: str) -> Any:
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    return _children(kind).get(part)
