"""GARCH(1,1) with Student-t errors, by maximum likelihood.

Apart from the law itself, which scoring may need: nothing here is imported until one is fitted.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from models.risk.garch import Array, Garch

_BOUNDS = ((1e-3, 0.3), (0.5, 0.999), (2.1, 50.0))
_START = np.array([0.08, 0.98, 6.0])


def fit_garch(returns: Array) -> Garch:
    """Fit to daily log returns, shape (n,), none missing.

    The long-run variance is the returns' own (variance targeting, Engle and Mezrich 1996), so that
    three numbers are searched: the reaction, the persistence and the degrees of freedom.
    """
    mean, variance = float(returns.mean()), float(returns.var())
    off = returns - mean

    def cost(given: Array) -> float:
        return -_log_likelihood(_law(given, mean, variance), off) / len(off)

    best = minimize(cost, _START, method="L-BFGS-B", bounds=_BOUNDS).x
    return _law(best, mean, variance)


def _law(given: Array, mean: float, variance: float) -> Garch:
    reaction, persistence, degrees = (float(each) for each in given)
    reaction = min(reaction, persistence - 1e-3)
    return Garch(mean, variance, reaction, persistence - reaction, degrees)


def _log_likelihood(law: Garch, off: Array) -> float:
    variance, degrees = law.variances(off)[:-1], law.degrees
    constant = gammaln((degrees + 1) / 2) - gammaln(degrees / 2) - np.log(np.pi * (degrees - 2)) / 2
    kernel = (degrees + 1) / 2 * np.log1p(off**2 / (variance * (degrees - 2)))
    return float((constant - np.log(variance) / 2 - kernel).sum())
