"""What most would write: at each refit, a hidden Markov model and boosted trees from nothing.

Five cold starts of hmmlearn on all days so far, then LightGBM with 300 trees of 31 leaves on 60
features, one after the other. It has one thread, which on a busy machine is the faster way.
"""

import warnings

import numpy as np
from hmmlearn.hmm import GaussianHMM
from lightgbm import LGBMClassifier
from numpy.typing import NDArray

from models.forecasting.problem import Problem
from models.walk_forward import Fold
from pipeline import params
from pipeline.storage import store
from pipeline.training.problems import make_problems, read_inputs

_STARTS, _STATES, _FEATURES = 5, 4, 60


def main() -> None:
    """Refit through time for the window ``ahead``, as often as the project does."""
    settings = params.load()
    problems = make_problems(settings, read_inputs(), store.read_labels())
    problem = next(problem for problem in problems if problem.window.name == "ahead")
    observed = problem.features[list(settings.states.inputs)].dropna()
    for fold in problem.folds:
        states(observed.loc[: fold.fit_end].to_numpy())
        outlook(problem, fold)


def states(values: NDArray[np.float64]) -> GaussianHMM:
    """The likeliest of several cold starts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # hmmlearn's own use of what NumPy gives up
        fits = [
            GaussianHMM(_STATES, n_iter=100, random_state=k).fit(values) for k in range(_STARTS)
        ]
        return max(fits, key=lambda fit: fit.score(values))


def outlook(problem: Problem, fold: Fold) -> NDArray[np.float64]:
    """Probabilities of the fold's test rows."""
    columns = problem.features.columns[:_FEATURES]
    model = LGBMClassifier(n_estimators=300, num_leaves=31, n_jobs=1, verbosity=-1)
    known = problem.outcomes["code"].iloc[fold.train].astype(int)
    model.fit(problem.features[columns].iloc[fold.train], known)
    return np.asarray(model.predict_proba(problem.features[columns].iloc[fold.test]))


if __name__ == "__main__":
    main()
