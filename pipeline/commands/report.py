"""``undertow report``: the page anew, without training anything."""

import webbrowser

from pipeline.base.console import out
from pipeline.base.errors import ConfigurationError
from pipeline.commands.published import PublishedInputs
from pipeline.stages.report import PAGE, write_report


def run(*, show: bool) -> None:
    """Write the page from what the stages, the ledger and the audit have left.

    The copy in MLflow stays as it was when the run ended.

    Raises
    ------
    ConfigurationError
        When the page should be shown and no browser can be started.
    """
    write_report(PublishedInputs())
    out.print(f"the report    {PAGE}")
    if show and not webbrowser.open(PAGE.resolve().as_uri()):
        raise ConfigurationError(f"no browser could be started; open {PAGE} yourself")
