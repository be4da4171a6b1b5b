"""Stage report: one self-contained page in ``data/report/index.html``, its pictures, and MLflow."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from pipeline.base.errors import DataMissingError, ModelError
from pipeline.base.run import log, stage
from pipeline.report.daily import daily_table, packed
from pipeline.report.figure import Figure, declarations, draw
from pipeline.report.inputs import Inputs
from pipeline.report.page import render
from pipeline.report.specs import Spec, alone, specification, vega_lite
from pipeline.report.vega import elsewhere
from pipeline.storage import store
from pipeline.tracking.address import tracking_uri

PAGE = store.REPORT / "index.html"
"""The page."""

_FIGURES = store.REPORT / "figures"


def main() -> None:
    """Write the report and keep it with the run that it is about."""
    inputs = Inputs()
    write_report(inputs, meanwhile=_import_tracking if store.RUN.exists() else None)
    keep_with_run(inputs)


def write_report(inputs: Inputs, meanwhile: Callable[[], None] | None = None) -> None:
    """Draw every chart, fill the page, write it and its pictures.

    Parameters
    ----------
    inputs
        What is told.
    meanwhile
        What else is to be done, while the pictures are drawn in another process.
    """
    version = vega_lite()
    # Vega works in processes of its own meanwhile, first on its library, then on the pictures.
    with ThreadPoolExecutor() as threads:
        library = threads.submit(elsewhere, "library", version)
        figures = [draw(declaration, inputs) for declaration in declarations()]
        specs = _specifications(figures, simulated=inputs.simulated)
        daily = packed(daily_table(inputs))
        texts = {name: alone(spec, daily) for name, spec in specs.items()}
        pictures = threads.submit(elsewhere, "pictures", texts, version)
        page = render(inputs, figures, specs, daily, library.result())
        store.write_text(page, PAGE)
        if meanwhile is not None:
            meanwhile()
        _write_pictures(pictures.result())
    missing = [figure.declaration.name for figure in figures if figure.picture is None]
    log.info("%s: %d charts, %.1f MB", PAGE, len(specs), len(page) / 1e6)
    if missing:
        log.info("left out, each with its reason on the page: %s", ", ".join(missing))


def _specifications(figures: Sequence[Figure], *, simulated: bool) -> dict[str, Spec]:
    """By name, of the figures that have a picture."""
    return {
        figure.declaration.name: spec
        for figure in figures
        if (spec := specification(figure, simulated=simulated)) is not None
    }


def _write_pictures(pictures: Mapping[str, str]) -> None:
    """Write each picture, and remove those of charts that are no more."""
    for name, picture in pictures.items():
        store.write_text(picture, _FIGURES / f"{name}.svg")
    for old in _FIGURES.glob("*.svg"):
        if old.stem not in pictures:
            old.unlink()


def _import_tracking() -> None:
    """MLflow takes a second or two to import."""
    import pipeline.tracking.mlflow_store  # noqa: F401, PLC0415


def keep_with_run(inputs: Inputs) -> None:
    """Add page and pictures to the run's artefacts; without a run there is nothing to do."""
    try:
        run_id = inputs.run["run_id"]
    except DataMissingError:
        log.info("no run to keep the report with: %s is not there", store.RUN)
        return
    # Not above: a report without a run does not need MLflow.
    from pipeline.tracking.mlflow_store import add_artifact  # noqa: PLC0415

    try:
        add_artifact(store.REPORT, run_id, tracking_uri(inputs.settings.tracking.uri))
    except ModelError as error:
        log.warning("the report is in %s alone: %s", store.REPORT, error)


if __name__ == "__main__":
    stage(main)
