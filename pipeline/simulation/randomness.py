"""Random numbers: a stream for each block, drawn row by row so that an earlier end is a prefix."""

import zlib

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def stream(seed: int, name: str) -> np.random.Generator:
    """Generator of one named block, independent of every other block and of their order.

    Draw it in whole rows, time first: NumPy fills arrays in order, so a shorter market sees
    exactly the first rows of a longer one.
    """
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def heavy_tailed(
    generator: np.random.Generator, shape: int | tuple[int, ...], freedom: float = 5.0
) -> Array:
    """Student-t draws of (nearly) unit variance; ``freedom`` is above 2, smaller is wilder.

    Cut at six standard deviations: with clustering and leverage on top, the worst days are as bad
    as those on record and no worse.
    """
    draws = generator.standard_t(freedom, shape) * np.sqrt((freedom - 2.0) / freedom)
    return np.clip(draws, -6.0, 6.0)
