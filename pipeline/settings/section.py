"""What every section of ``params.yaml`` is made of."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from pipeline.base.dates import checked

Date = Annotated[str, AfterValidator(checked)]
"""A day, ``YYYY-MM-DD``."""


class Section(BaseModel):
    """Base of every section: no unknown key, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)
