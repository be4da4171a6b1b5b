"""Stage report: one self-contained page in ``data/report/index.html``, its pictures, and MLflow."""

from pipeline.base.errors import DataMissingError, ModelError
from pipeline.base.run import log, stage
from pipeline.report.daily import daily_table, packed
from pipeline.report.figure import declarations, draw
from pipeline.report.inputs import Inputs
from pipeline.report.page import render
from pipeline.report.specs import pictures, specification
from pipeline.storage import store
from pipeline.tracking.address import tracking_uri

PAGE = store.REPORT / "index.html"
"""The page."""

_FIGURES = store.REPORT / "figures"


def main() -> None:
    """Write the report and keep it with the run that it is about."""
    inputs = Inputs()
    write_report(inputs)
    keep_with_run(inputs)


def write_report(inputs: Inputs) -> None:
    """Draw every chart, fill the page, write it and its pictures."""
    figures = [draw(declaration, inputs) for declaration in declarations()]
    specs = {
        figure.declaration.name: spec
        for figure in figures
        if (spec := specification(figure, simulated=inputs.simulated)) is not None
    }
    daily = packed(daily_table(inputs))
    page = render(inputs, figures, specs, daily)
    store.write_text(page, PAGE)
    for name, picture in pictures(specs, daily):
        store.write_text(picture, _FIGURES / f"{name}.svg")
    for old in _FIGURES.glob("*.svg"):
        if old.stem not in specs:
            old.unlink()
    missing = [figure.declaration.name for figure in figures if figure.picture is None]
    log.info("%s: %d charts, %.1f MB", PAGE, len(specs), len(page) / 1e6)
    if missing:
        log.info("left out, each with its reason on the page: %s", ", ".join(missing))


def keep_with_run(inputs: Inputs) -> None:
    """Add page and pictures to the run's artefacts; without a run there is nothing to do."""
    try:
        run_id = inputs.run["run_id"]
    except DataMissingError:
        log.info("no run to keep the report with: %s is not there", store.RUN)
        return
    # MLflow takes seconds to import; a report without a run does not need it.
    from pipeline.tracking.mlflow_store import add_artifact  # noqa: PLC0415

    try:
        add_artifact(store.REPORT, run_id, tracking_uri(inputs.settings.tracking.uri))
    except ModelError as error:
        log.warning("the report is in %s alone: %s", store.REPORT, error)


if __name__ == "__main__":
    stage(main)
