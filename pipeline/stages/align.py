"""Stage align: one row a session, holding what was public at its decision time."""

from pipeline import params
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_observed, build_panel
from pipeline.aligning.raw import last_date, load_raw
from pipeline.base.run import log, stage
from pipeline.series.calendar import sessions
from pipeline.storage import store


def main() -> None:
    """Read the raw series and write the panel, by publication and by observation."""
    settings = params.load().data
    raw = load_raw(settings.source)
    newest = last_date(raw)
    clock = Clock(sessions(settings.start, min(settings.end or newest, newest)))
    panel = build_panel(raw, clock)
    store.write_parquet(panel, store.PANEL)
    store.write_parquet(build_observed(raw, clock), store.OBSERVED)
    first, last = panel.index[0], panel.index[-1]
    log.info(
        "%d sessions, %s to %s, %d columns", len(panel), first.date(), last.date(), panel.shape[1]
    )


if __name__ == "__main__":
    stage(main)
