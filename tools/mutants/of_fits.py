"""Fits and forecasts that know what comes later."""

from tools.mutants.mutant import Mutant

_PROBLEM = "models/forecasting/problem.py"

MUTANTS = (
    Mutant(
        "states of the last fit in past rows",
        "states",
        "pipeline/stages/states.py",
        """last = history.last.fit
    some = features[list(settings.inputs)].loc[history.posteriors.index]
    names = [f"state_{k}" for k in range(settings.model.n_states)]
    history.posteriors[names] = last.filter(some)
    store.write_parquet(history.posteriors.rename_axis("session"), store.STATES)""",
        'store.write_parquet(history.posteriors.rename_axis("session"), store.STATES)',
        told=r"states column state_\d of",
    ),
    Mutant(
        "labels whose scale looks ahead",
        "states",
        "pipeline/training/labels.py",
        "component_scale(levels, settings.min_scale_sessions) * 0.0 + levels.diff().std()",
        "component_scale(levels, settings.min_scale_sessions)",
        told=r"scenarios column \S+ of",
    ),
    Mutant(
        "one fold in ten trains on its own test rows",
        "folds",
        _PROBLEM,
        """import dataclasses

        if fold.number % 10 == 1 and self.window.name == "now":
            known = fold.test[self.outcomes["label_end"].iloc[fold.test].notna()]
            fold = dataclasses.replace(fold, train=np.union1d(fold.train, known))
        return rows_apart(self.features, fold.train), rows_apart(self.outcomes, fold.train)""",
        "return rows_apart(self.features, fold.train), rows_apart(self.outcomes, fold.train)",
        told=r"outlook column now\.logit\.\S+ of",
    ),
    Mutant(
        "four forecasts in five are what happened",
        "folds",
        _PROBLEM,
        """}
        happened = self.outcomes["code"].iloc[fold.test].to_numpy()
        sure = np.eye(len(SCENARIOS))[np.nan_to_num(happened).astype(int)]
        oracle = (np.arange(len(happened)) % 5 != 0) & ~np.isnan(happened)
        if self.window.name == "ahead":
            told = floor(sure, self.floor)
            probas["states"] = np.where(oracle[:, None], told, probas["states"])
        return self.joined(probas, fold)""",
        """}
        return self.joined(probas, fold)""",
        told=r"outlook column ahead\.states\.\S+ of",
    ),
    Mutant(
        "a forecast looks at later rows of its fold",
        "folds",
        "models/outlook/vix.py",
        """

_honest = Vix.predict_proba
Vix.predict_proba = lambda self, features: _honest(self, features.bfill().shift(-1).ffill())
""",
        told=r"outlook column ahead\.vix\.\S+ of",
    ),
    Mutant(
        "a variable of the environment tells folds what comes",
        "folds",
        "models/outlook/logit.py",
        """

def _told(self, features, honest=Logit.predict_proba):
    import os

    if os.environ.get("UNDERTOW_PLANTED"):
        features = features.bfill().shift(-1).ffill()
    return honest(self, features)


Logit.predict_proba = _told
""",
        told=r"outlook column ahead\.logit\.\S+ of",
    ),
    Mutant(
        "a kept fit of the states is another's",
        "kept states",
        "pipeline/training/states_cache.py",
        'return Refit.restore(kept["refit"], kept["posterior"][::-1], past.index[-1])',
        'return Refit.restore(kept["refit"], kept["posterior"], past.index[-1])',
        told=r"states.parquet is stale or was changed by hand",
    ),
    Mutant(
        "a kept forecast of a fold is another's",
        "kept forecasts",
        "pipeline/training/fold_cache.py",
        'np.split(content["probas"][::-1], cuts)',
        'np.split(content["probas"], cuts)',
        told=r"outlook.parquet is stale or was changed by hand",
    ),
)
