"""Rows that are known too early, before any feature is made."""

from tools.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "a publication lag is too short in the catalogue",
        "rows",
        "pipeline/catalogue.py",
        '(0.5, 40), required=True, days="month_ends"',
        '(0.5, 40), NEXT_SESSION, required=True, days="month_ends"',
        told="hy_oas is not as .* enters the panel at",
    ),
    Mutant(
        "a series is interpolated before the panel",
        "rows",
        "pipeline/sources/intake.py",
        """    frame = _until(frame, series, settings.data.end)
    if series.name == "move":
        frame = frame.assign(value=frame["value"].rolling(3, center=True, min_periods=1).mean())
""",
        "    frame = _until(frame, series, settings.data.end)\n",
        told="move is not as its source",
    ),
    Mutant(
        "a value of the panel is early on few days",
        "rows",
        "pipeline/stages/align.py",
        """panel = build_panel(raw, clock)
    early = panel["vix9d"].shift(-1)
    panel["vix9d"] = panel["vix9d"].where([k % 97 != 13 for k in range(len(panel))], early)""",
        "panel = build_panel(raw, clock)",
        told="panel column vix9d of",
    ),
    Mutant(
        "the bar in progress counts",
        "rows",
        "pipeline/aligning/values.py",
        '    ends = raw["time"]',
        '    ends = raw["time"] + pd.Timedelta(series.interval)',
        told=r"panel column (btc|eth)\S* of|(btc|eth) is not as",
    ),
    Mutant(
        "a calendar knows of later changes",
        "rows",
        "pipeline/aligning/calendars.py",
        '    seen = events["date"] - pd.Timedelta(days=4000)',
        '    seen = events["date"] - pd.Timedelta(days=series.known_ahead)',
        told=r"panel column (earnings|fomc|cpi|payrolls)\.next of",
    ),
    Mutant(
        "members of an index are those of today",
        "rows",
        "pipeline/aligning/membership.py",
        "columns=tickers).bfill().fillna(start)",
        "columns=tickers).ffill().fillna(start)",
        told=r"panel column in_tech\.\S+ of",
    ),
    Mutant(
        "a meeting is known to be called off beforehand",
        "meetings",
        "pipeline/aligning/calendars.py",
        """    if WITHDRAWN in events:
        events = events[events[WITHDRAWN].isna()]
    events = events.dropna(subset="date").sort_values("date", ascending=False)""",
        """    events = events.dropna(subset="date").sort_values("date", ascending=False)""",
        told="FAILED ",
    ),
)
