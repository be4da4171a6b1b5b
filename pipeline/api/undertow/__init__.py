"""undertow from Python: ``import undertow; undertow.Project("~/undertow").score()``.

Research, not advice.
"""

from pipeline.api.comparison import Comparison
from pipeline.api.project import Project
from pipeline.base.errors import (
    ConfigurationError,
    DataMissingError,
    ModelError,
    SchemaError,
    UndertowError,
)
from pipeline.scoring.document import Call

__all__ = [
    "Call",
    "Comparison",
    "ConfigurationError",
    "DataMissingError",
    "ModelError",
    "Project",
    "SchemaError",
    "UndertowError",
]
