"""``undertow summary``: what the last run built and where to look."""

from pipeline import params
from pipeline.base.console import out, percent, show_simulated, styled
from pipeline.base.errors import DataMissingError
from pipeline.scoring import ledger
from pipeline.scoring.words import windows
from pipeline.storage import store


def run() -> None:
    """Print the latest call's headline, the pool's skill and where everything is."""
    simulated = params.load().data.simulated
    calls = ledger.calls(simulated=simulated)
    if not calls:
        raise DataMissingError(f"{store.LEDGER} holds no call yet; run `make repro`")
    call = calls[-1]
    with store.reading(store.EVALUATION):
        pool = store.read_json(store.EVALUATION)["ahead"]["pool"]
        low, high = (percent(end, signed=True) for end in pool["log_loss_skill_interval"])
        skill, sessions = percent(pool["log_loss_skill"], signed=True), pool["sessions"]
    outlook = call["probabilities"]["ahead"].items()
    said = ", ".join(f"{name.replace('_', '-')} {percent(p)} %" for name, p in outlook)
    if call["simulated"]:
        show_simulated()
    ahead = windows(call)["ahead"]["ahead"]
    out.print(
        f"latest call   of {call['session']}, for the next {ahead} sessions:\n              {said}"
    )
    out.print(f"pool's skill  {skill} % ({low} to {high}) over {sessions} sessions out of sample")
    kept = (f"(kept in {ledger.FILE})", "dim")
    out.print(styled("the call      .venv/bin/undertow score      ", kept))
    out.print("the ranking   .venv/bin/undertow leaderboard")
    opened = ("(it tells the address to open)", "dim")
    out.print(styled("MLflow        make ui             ", opened))
    out.print(f"the report    {store.REPORT / 'index.html'}")
