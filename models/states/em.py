"""hmmlearn's Gaussian hidden Markov model, taught missing values and priors: its only home here.

What hmmlearn gives: the E-step's recursions in C, the M-step of the chain, the loop. What is
replaced: the emission density and moments (missing dimensions are integrated out), the M-step of
the Gaussians (a floor that acts in every iteration; hmmlearn's ``min_covar`` acts at the start
only, and its default ``covars_prior`` is added to off-diagonals too) and the convergence test
(on log likelihood plus log prior, and never by running out of iterations).
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from hmmlearn.base import BaseHMM, ConvergenceMonitor
from hmmlearn.hmm import GaussianHMM
from sklearn import config_context

from models.states.emissions import relative_density
from models.states.moments import moments
from models.states.parameters import Array, Parameters
from models.states.settings import StatesSettings


@dataclass(frozen=True, eq=False)
class Climb:
    """Where expectation-maximisation arrived, and how.

    Attributes
    ----------
    parameters
        The last M-step's.
    log_likelihood
        Of the training rows at the last E-step, in nats.
    log_posteriors
        Log likelihood plus log prior at each E-step, in nats; they should never fall.
    converged
        Whether the last iteration gained less than the tolerance.
    occupancy
        Shape (K,): each state's expected share of rows.
    """

    parameters: Parameters
    log_likelihood: float
    log_posteriors: tuple[float, ...]
    converged: bool
    occupancy: Array


def climb(values: Array, start: Parameters, settings: StatesSettings) -> Climb:
    """Maximise the posterior density of a chain from one start.

    Parameters
    ----------
    values
        Standardised training rows, shape (n, D); NaN says missing.
    start
        Where to climb from.
    settings
        ``sticky``, ``prior_rows``, ``variance_floor``, ``tolerance``,
        ``max_iterations`` and ``seed`` are used.
    """
    model = _MarginalHMM(start, settings)
    with config_context(assume_finite=True), warnings.catch_warnings():
        # hmmlearn sets the shape of an array in place, which NumPy 2.5 deprecates.
        warnings.filterwarnings(
            "ignore", "Setting the shape", DeprecationWarning, module=r"hmmlearn\."
        )
        model.fit(values)
    return Climb(
        parameters=model.parameters,
        log_likelihood=model.log_likelihood_,
        log_posteriors=tuple(model.monitor_.history),
        converged=bool(model.monitor_.converged),
        occupancy=model.occupancy_,
    )


class _Monitor(ConvergenceMonitor):  # type: ignore[misc]  # hmmlearn has no annotations
    """Keeps the history in silence, and does not call exhaustion convergence."""

    def report(self, log_prob: float) -> None:
        self.history.append(log_prob)
        self.iter += 1

    @property
    def converged(self) -> bool:
        return len(self.history) > 1 and self.history[-1] - self.history[-2] < self.tol


class _MarginalHMM(GaussianHMM):  # type: ignore[misc]  # hmmlearn has no annotations
    """Maximum a posteriori, from the observed dimensions of each row."""

    def __init__(self, start: Parameters, settings: StatesSettings) -> None:
        n_states = len(start.start)
        even = settings.prior_rows / n_states
        super().__init__(
            n_components=n_states,
            covariance_type="diag",
            startprob_prior=1.0 + even,
            transmat_prior=1.0 + even + settings.sticky * np.eye(n_states),
            n_iter=settings.max_iterations,
            init_params="",
            implementation="scaling",
            random_state=settings.seed,
        )
        self.monitor_ = _Monitor(settings.tolerance, settings.max_iterations, verbose=False)
        self.start, self.settings = start, settings  # where scikit-learn's repr looks
        self.startprob_, self.transmat_ = start.start, start.transition
        self.means_, self.covars_ = start.means, start.variances

    @property
    def parameters(self) -> Parameters:
        return Parameters(self.startprob_, self.transmat_, self.means_, self._covars_)

    def _compute_likelihood(self, X: Array) -> Array:
        likelihoods, peaks = relative_density(X, self.parameters)
        self._log_peaks = float(peaks.sum())
        return likelihoods

    def _compute_lower_bound(self, curr_logprob: float) -> float:
        self.log_likelihood_ = curr_logprob + self._log_peaks
        return self.log_likelihood_ + self._log_prior()

    def _log_prior(self) -> float:
        chain = ((self.startprob_prior - 1.0) * np.log(self.startprob_)).sum()
        chain += ((self.transmat_prior - 1.0) * np.log(self.transmat_)).sum()
        return float(chain - 0.5 * self.settings.prior_rows * self._pseudo_deviance())

    def _pseudo_deviance(self) -> float:
        """Minus twice the log density of a pseudo-row in every state, constants left out."""
        squares = (self.means_**2 + 1.0) / self._covars_
        return float((np.log(self._covars_) + squares).sum())

    def _accumulate_sufficient_statistics(  # noqa: PLR0913  # hmmlearn's signature
        self,
        stats: dict[str, Any],
        X: Array,
        lattice: Array,
        posteriors: Array,
        fwdlattice: Array,
        bwdlattice: Array,
    ) -> None:
        self._accumulate_sufficient_statistics_scaling(
            stats, X, lattice, posteriors, fwdlattice, bwdlattice
        )
        self.occupancy_ = np.full(len(X), 1.0 / len(X)) @ posteriors
        stats["moments"] = moments(X, posteriors)

    def _do_mstep(self, stats: dict[str, Any]) -> None:
        BaseHMM._do_mstep(self, stats)
        counts, first, second = stats["moments"]
        rows = counts + self.settings.prior_rows
        self.means_ = first / rows
        variances = (second + self.settings.prior_rows) / rows - self.means_**2
        self._covars_ = np.maximum(variances, self.settings.variance_floor)
