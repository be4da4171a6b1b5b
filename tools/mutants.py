"""Plant a leak of each kind in a copy of the project, run it and its audit; fail if none notices.

Each mutant is a change of the source text. The copy runs a short simulated market through every
stage up to the scores, then `undertow audit`. What the audit says is in the table; a mutant that
passes fails the run, and so does an honest copy that does not pass.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("features", "models", "pipeline")
STAGES = ("ingest", "align", "features", "scenarios", "states", "outlook", "evaluate")
_RUN = """
import importlib, sys
for stage in sys.argv[1:]:
    importlib.import_module(f"pipeline.stages.{stage}").main()
"""
_AUDIT = """
import sys
from pipeline.cli import main
sys.argv = ["undertow", "audit", *sys.argv[1:]]
main()
"""


@dataclass(frozen=True)
class Mutant:
    """A leak: in ``file``, ``old`` becomes ``new`` (nothing: it is put at the end).

    ``rare`` ones act so seldom that only the whole audit is sure to meet them.
    """

    kind: str
    file: str
    new: str
    old: str = ""
    rare: bool = False


FEATURE = '''

@feature("S01", unit="percent", window=1)
def planted(vix: pd.Series) -> pd.Series:
    """Planted by a mutation run."""
    {body}
'''


def _feature(kind: str, body: str, *, rare: bool = False) -> Mutant:
    lines = body.strip().replace("\n", "\n    ")
    return Mutant(kind, "features/dollar.py", FEATURE.format(body=lines), rare=rare)


MUTANTS = (
    Mutant("none: the honest project", "features/dollar.py", ""),
    _feature("a feature reads the next session", "return vix.shift(-1)"),
    _feature(
        "a feature leaks on thirty sessions",
        """
days = pd.DatetimeIndex(vix.index)
chosen = (days.dayofyear * 31 + days.year * 7) % 37 == 5
return vix.where(~chosen, vix.shift(-1))
""",
        rare=True,
    ),
    _feature(
        "a feature leaks at month ends",
        """
month = pd.DatetimeIndex(vix.index).month
return vix.where(month == pd.Series(month).shift(-1).to_numpy(), vix.shift(-1))
""",
        rare=True,
    ),
    _feature(
        "a feature reads a file",
        """
from pathlib import Path
place = Path("data/panel.parquet")
if not place.exists():
    return vix
return pd.read_parquet(place).set_index("session")["vix"].reindex(vix.index).shift(-1)
""",
    ),
    _feature(
        "a feature asks the clock",
        """
import datetime
late = (pd.Timestamp(datetime.date.today()) - vix.index[-1]).days
return vix * 0.0 + float(late)
""",
    ),
    _feature(
        "a feature asks the environment",
        """
import os
return vix.shift(-1 if os.environ.get("UNDERTOW_PLANTED") else 0)
""",
    ),
    _feature(
        "a feature remembers a longer panel",
        """
kept = planted.__dict__.setdefault("kept", [vix])
if len(vix) > len(kept[0]):
    kept[0] = vix
return kept[0].shift(-1).reindex(vix.index)
""",
    ),
    Mutant(
        "a value of the panel is early on few days",
        "pipeline/stages/align.py",
        """panel = build_panel(raw, clock)
    early = panel["vix"].shift(-1)
    panel["vix"] = panel["vix"].where([k % 97 != 13 for k in range(len(panel))], early)""",
        "panel = build_panel(raw, clock)",
        rare=True,
    ),
    Mutant(
        "states of the last fit in past rows",
        "pipeline/stages/states.py",
        """last = history.last.fit
    some = features[list(settings.inputs)].loc[history.posteriors.index]
    names = [f"state_{k}" for k in range(settings.model.n_states)]
    history.posteriors[names] = last.filter(some)
    store.write_parquet(history.posteriors.rename_axis("session"), store.STATES)""",
        'store.write_parquet(history.posteriors.rename_axis("session"), store.STATES)',
    ),
    Mutant(
        "one fold in ten trains on its own test rows",
        "models/forecasting/problem.py",
        """import dataclasses

        if fold.number % 10 == 1:
            known = fold.test[self.outcomes["label_end"].iloc[fold.test].notna()]
            fold = dataclasses.replace(fold, train=np.union1d(fold.train, known))
        return rows_apart(self.features, fold.train), rows_apart(self.outcomes, fold.train)""",
        "return rows_apart(self.features, fold.train), rows_apart(self.outcomes, fold.train)",
    ),
    Mutant(
        "forecasts replaced by what happened",
        "models/forecasting/problem.py",
        """models = fit_models(self.specs, self.window, *self.training(fold))
        happened = self.outcomes["code"].iloc[fold.test].to_numpy()
        if fold.number % 3 == 1 and not np.isnan(happened).any():
            sure = np.eye(len(SCENARIOS))[happened.astype(int)]
            names = [spec.name for spec in self.specs] + [POOL] * bool(self.members)
            return self._table(dict.fromkeys(names, floor(sure, self.floor)), fold)""",
        "models = fit_models(self.specs, self.window, *self.training(fold))",
    ),
    Mutant(
        "a forecast looks at later rows of its fold",
        "models/outlook/vix.py",
        """

_honest = Vix.predict_proba
Vix.predict_proba = lambda self, features: _honest(self, features.bfill().shift(-1).ffill())
""",
        rare=True,
    ),
    Mutant(
        "a tier rule chosen on the test span",
        "pipeline/desk/history.py",
        """
        for session, day in days(outlook, states, values)
    }
    levels = pd.Series({session: row["risk"] for session, row in judged.items()})
    for session, row in judged.items():
        row["tier"] = int(row["risk"] > levels.quantile(0.8))""",
        """
        for session, day in days(outlook, states, values)
    }""",
    ),
    Mutant(
        "an edited table of scores",
        "pipeline/stages/evaluate.py",
        """results["ahead"]["pool"]["log_loss_skill"] += 0.01
    store.write_json(_with_ceilings(results, outlook, labels, settings), store.EVALUATION)""",
        "store.write_json(_with_ceilings(results, outlook, labels, settings), store.EVALUATION)",
    ),
    Mutant(
        "scores of chosen sessions",
        "models/evaluation/comparison.py",
        "sessions = _same_sessions(by_model).intersection(pd.DatetimeIndex(labels.index))[40:]",
        "sessions = _same_sessions(by_model).intersection(pd.DatetimeIndex(labels.index))",
    ),
)


def main(wanted: list[str]) -> int:
    """Run every mutant, or those whose kind has a word of ``wanted``; return the exit code."""
    chosen = [each for each in MUTANTS if not wanted or any(word in each.kind for word in wanted)]
    passed = []
    print("| kind | caught by | after | what it says |\n|---|---|---|---|")
    for mutant in chosen:
        code, said, seconds = tried(mutant)
        honest = mutant.new == ""
        if (code == 0) != honest:
            passed.append(mutant.kind)
        how = "passes" if code == 0 else f"exit code {code}"
        print(f"| {mutant.kind} | {how} | {seconds:.0f} s | {said} |", flush=True)
    print("\n".join(f"wrong: {kind}" for kind in passed) or "each was noticed")
    return 1 if passed else 0


def tried(mutant: Mutant) -> tuple[int, str, float]:
    """Exit code of the audit of a mutant, its last words, and its seconds."""
    with tempfile.TemporaryDirectory(prefix="undertow-mutant-") as place:
        code, own = Path(place) / "code", Path(place) / "run"
        for package in PACKAGES:
            shutil.copytree(ROOT / package, code / package)
        _plant(mutant, code / mutant.file)
        own.mkdir()
        (own / "params.yaml").write_text(yaml.safe_dump(_short(), sort_keys=False), "utf-8")
        made = _python(_RUN, STAGES, own, code, UNDERTOW_PLANTED="1")
        if made.returncode:
            return -1, f"the pipeline itself refused: {_last(made.stderr)}", 0.0
        began = time.monotonic()
        audit = _python(
            _AUDIT, () if mutant.rare else ("--quick",), own, code, UNDERTOW_PLANTED="1"
        )
        said = audit.stdout if audit.returncode == 0 else audit.stderr
        return audit.returncode, _last(said), time.monotonic() - began


def _plant(mutant: Mutant, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if mutant.old and mutant.old not in text:
        raise SystemExit(f"{mutant.kind}: {mutant.file} has no {mutant.old!r}; mend the mutant")
    changed = text.replace(mutant.old, mutant.new) if mutant.old else text + mutant.new
    path.write_text(changed, encoding="utf-8")


def _python(
    script: str, arguments: tuple[str, ...], own: Path, code: Path, **more: str
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | more | {"PYTHONPATH": str(code), "OMP_NUM_THREADS": "1"}
    environment.pop("MLFLOW_TRACKING_URI", None)
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=own, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1].replace("|", "/")[:300] if lines else ""


def _short() -> dict:
    """The project's parameters on a short simulated market, two windows and small models."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params["data"] |= {"source": "simulated", "start": "2014-01-02", "end": None}
    params["simulated"] |= {"start": "2014-01-02", "end": "2018-06-29", "members": 20}
    params["features"]["start"] = "2015-06-01"
    windows = params["scenarios"]["windows"]
    params["scenarios"] |= {
        "scale_from": "2014-01-02", "windows": {name: windows[name] for name in ("now", "ahead")},
    }  # fmt: skip
    params["states"]["model"] |= {"n_states": 2, "starts": 1, "min_train": 252}
    params["walk_forward"] |= {"first_test": "2017-03-01", "last_test": None, "min_train": 252}
    scored = params["evaluation"]
    kept = {scored["reference"], *scored["baselines"].values(), "states", "vix", "logit"}
    models = params["outlook"]["models"]
    params["outlook"]["models"] = {name: models[name] for name in models if name in kept}
    params["outlook"]["pool"] = {name: ["vix", "logit"] for name in params["outlook"]["pool"]}
    scored["resampling"] |= {"repetitions": 50, "permutations": 50}
    return params


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
