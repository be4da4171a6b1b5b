"""Panels that the feature tests share: the real files, and a random market of every input."""

import numpy as np
import pandas as pd
import pytest

from features.registry import MEMBER_FAMILIES, compute, registered
from tools.small_project import committed_params

GROUPS = {"in_semis": "Semiconductor", "in_software": "Software"}
TICKERS = ("AAPL", "ADBE", "AMD", "CRM", "INTC", "MSFT", "MU", "NVDA", "ORCL", "SHOP", "TXN", "ZM")

BARS = [
    f"{name}.back_{back}" for name in ("btc_4h", "btc_1h", "es_4h", "es_1h") for back in range(63)
]


@pytest.fixture(scope="session")
def settings():
    """What features may ask for: the project's ``features.settings``, components and scale."""
    document = committed_params()
    labels = document["scenarios"]
    return {
        **document["features"]["settings"],
        "components": labels["components"],
        "scale_from": labels["scale_from"],
        "scale_min_count": labels["min_scale_sessions"],
    }


@pytest.fixture(scope="session")
def real_panel(market_folder):
    """Every input from the real files, one row a session; what the files lack is missing.

    A plain reading for tests: values carried five sessions, no publication lags.
    """
    funds = _csv(market_folder, "equities/etf_adjclose.csv").rename(columns=str.lower)
    sessions = funds.loc["2006":].index
    parts = {
        **{name: funds[name] for name in funds},
        **_single_values(market_folder),
        **_bitcoin(market_folder, sessions),
        **_futures(market_folder, sessions),
    }
    columns = {name: values.reindex(sessions) for name, values in parts.items()}
    others = {
        name: _event_distance(market_folder, name, sessions) for name in _inputs() - set(columns)
    }
    # Bars within a day need the decision times: they are tested with the aligned panel.
    bars = pd.DataFrame(np.nan, sessions, BARS)
    values = pd.DataFrame(columns).ffill(limit=5)
    events = pd.DataFrame(others, index=sessions)
    panel = pd.concat([values, events, bars, *_members(market_folder, sessions)], axis=1)
    return panel.rename_axis("session")


@pytest.fixture(scope="session")
def real_features(real_panel, settings):
    """Every feature over the real files."""
    return compute(real_panel, settings)


@pytest.fixture(scope="session")
def random_panel():
    """A random market of every input, with births, holes, zeros and standstills."""
    generator = np.random.default_rng(20240805)
    sessions = pd.bdate_range("2019-01-01", periods=1250, name="session")
    steps = generator.standard_t(3, size=(len(sessions), len(_inputs()))) * 0.02
    panel = pd.DataFrame(
        50.0 * np.exp(steps.cumsum(axis=0)), index=sessions, columns=sorted(_inputs())
    )
    panel = panel.mask(generator.random(panel.shape) < 0.001)
    changes = [name for name in panel if name.endswith(("_oi_change", "_funding"))]
    panel[changes] = steps[:, : len(changes)]
    panel["vix"] = 20.0 * np.exp(steps[:, 0])
    panel.loc[: sessions[300], ["gld", "btc", "us3m"]] = np.nan
    panel.loc[sessions[400] : sessions[700], "uso"] = 17.0
    panel.loc[sessions[500] : sessions[510], ["reverse_repo", "btc.volume", "fed_funds"]] = 0.0
    members, bars = _random_members(generator, sessions), _random_bars(generator, sessions)
    return pd.concat([panel, members, bars], axis=1)


def _inputs():
    reads = {name for feature in registered().values() for name in feature.inputs}
    components = {"real10y", "dxy", "hy_oas", "vix", "qqq", "btc"}
    tables = {*MEMBER_FAMILIES, "components"}
    return {name for name in reads | components if not name.endswith(".back")} - tables


def _csv(folder, path):
    frame = pd.read_csv(folder / path, index_col=0, na_values=["."])
    frame.index = pd.to_datetime(frame.index, utc=True).tz_localize(None)
    return frame[~frame.index.duplicated(keep="last")].sort_index()


def _single_values(folder):
    """Files of one series: its column is the close, or the only one there is."""
    parts = {}
    for driver in ("rates", "liquidity", "dollar", "volatility", "credit", "havens"):
        for path in sorted((folder / driver).glob("*.csv")):
            frame = _csv(folder, path.relative_to(folder))
            name = path.stem.replace("gold_lbma_pm", "gold")
            parts[name] = frame["close"] if "close" in frame else frame.iloc[:, 0]
    return parts


def _bitcoin(folder, sessions):
    """Daily bars joined over the days since the session before."""
    bars = _csv(folder, "crypto/btc_daily_long.csv").loc[: sessions[-1]]
    session = sessions[sessions.searchsorted(bars.index, side="left")]
    rules = {"close": "last", "high": "max", "low": "min", "volume": "sum"}
    joined = bars.groupby(session).agg(rules)
    return {"btc": joined["close"], **joined.drop(columns="close").add_prefix("btc.")}


def _futures(folder, sessions):
    """Funding a year and open interest, the last of the span or its change."""
    parts = {}
    for coin in ("btc", "eth"):
        prints = _csv(folder, f"crypto/{coin}_funding_binance.csv")["funding_rate"]
        prints = prints[prints.index.normalize() <= sessions[-1]]
        session = sessions[sessions.searchsorted(prints.index.normalize(), side="left")]
        parts[f"{coin}_funding"] = prints.groupby(session).mean() * 3 * 365
    levels = {
        "btc_oi_all": ("crypto/btc_oi_all_2019_2024.csv", "open_interest_usd"),
        "btc_oi_all_b": ("crypto/btc_oi_all_2025.csv", "open_interest_usd"),
        "btc_oi_coinm": ("crypto/btc_oi_coinm_2021_2025.csv", "oi_close"),
        "eth_oi": ("crypto/eth_oi_coinm_2021_2025.csv", "oi_close"),
    }
    for name, (path, column) in levels.items():
        parts[name] = _csv(folder, path)[column].reindex(sessions)
    changes = pd.DataFrame({name: np.log(parts[name]).diff() for name in levels})
    parts["eth_oi_change"] = changes.pop("eth_oi")
    parts["btc_oi_change"] = changes.bfill(axis=1).iloc[:, 0]
    parts["btc_oi_bybit"] = pd.Series(np.nan, index=sessions)
    return parts


def _members(folder, sessions):
    prices = _csv(folder, "equities/tech_panel_adjclose.csv").reindex(sessions)
    meta = pd.read_csv(folder / "equities/tech_panel_meta.csv", index_col="ticker")
    industry = meta["industry"].reindex(prices.columns).fillna("")
    inside = {name: industry.str.contains(word) for name, word in GROUPS.items()}
    inside["in_tech"] = meta["sector"].reindex(prices.columns).eq("Information Technology")
    masks = [
        pd.DataFrame(np.tile(mask, (len(sessions), 1)), sessions, prices.columns).astype("int8")
        for mask in inside.values()
    ]
    named = [mask.add_prefix(f"{name}.") for name, mask in zip(inside, masks, strict=True)]
    return [prices.add_prefix("members."), *named]


def _event_distance(folder, name, sessions):
    """Sessions to or since an event of the calendars; NaN for whatever the files do not have."""
    event, _dot, side = name.partition(".")
    path = folder / "events" / f"{event.replace('earnings', 'megacap_earnings')}.csv"
    if not side or not path.is_file():
        return np.nan
    happened = np.unique(sessions.searchsorted(_csv(folder, path).index)).astype(float)
    positions = np.arange(len(sessions))
    if side == "next":
        following = np.searchsorted(happened, positions, side="left")
        return np.append(happened, np.nan)[following] - positions
    past = np.searchsorted(happened, positions, side="right")
    return positions - np.append(np.nan, happened)[past]


def _random_members(generator, sessions):
    steps = generator.standard_t(3, size=(len(sessions), len(TICKERS))) * 0.02
    prices = pd.DataFrame(30 * np.exp(steps.cumsum(axis=0)), index=sessions, columns=TICKERS)
    prices.loc[: sessions[600], "ZM"] = np.nan
    prices.loc[sessions[900] :, "SHOP"] = np.nan
    prices.loc[sessions[700] : sessions[800], "TXN"] = 40.0
    masks = []
    for name in MEMBER_FAMILIES[1:]:
        switches = (generator.random(prices.shape) < 0.001).cumsum(axis=0) % 2 == 0
        mask = pd.DataFrame(switches, sessions, TICKERS).astype("int8")
        masks.append(mask.add_prefix(f"{name}."))
    return pd.concat([prices.add_prefix("members."), *masks], axis=1)


def _random_bars(generator, sessions):
    closes = 50.0 * np.exp(generator.standard_t(3, size=(len(sessions), len(BARS))) * 0.02)
    closes[generator.random(len(sessions)) < 0.1] = np.nan
    return pd.DataFrame(closes, sessions, BARS)
