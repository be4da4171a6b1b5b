"""One thread for the sums of matrices, whose last bit depends on how many share them."""

from contextlib import AbstractContextManager
from typing import Any

from threadpoolctl import threadpool_limits


def one_thread() -> AbstractContextManager[Any]:
    """Fit in one thread inside: a bundle is then the same on a machine with any number of cores."""
    limits: AbstractContextManager[Any] = threadpool_limits(1, "blas")
    return limits
