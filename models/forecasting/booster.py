"""LightGBM's predictions through its own C library, without importing its Python package.

The package imports scikit-learn when present, which takes seconds; the shared library beside it
loads in milliseconds and needs only a handful of its functions
(https://lightgbm.readthedocs.io/en/stable/C-API.html).
"""

import ctypes
import importlib.util
import sys
import weakref
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.forecasting.booster_text import checked_text
from models.scenarios import Proba

_FLOAT64, _ROW_MAJOR = 1, 1
_PROBABILITY, _SCORE, _CONTRIBUTION = 0, 1, 3
_FILES = {"win32": "bin/lib_lightgbm.dll", "darwin": "lib/lib_lightgbm.dylib"}
# One thread: on a busy machine OpenMP's spinning costs far more than a second thread brings.
_SETTINGS = b"num_threads=1 verbosity=-1"


class Booster:
    """A trained multiclass LightGBM model, for prediction alone."""

    def __init__(self, handle: ctypes.c_void_p) -> None:
        self._handle = handle
        weakref.finalize(self, _library().LGBM_BoosterFree, handle)
        self._classes = self._count("LGBM_BoosterGetNumClasses")
        self._columns = self._count("LGBM_BoosterGetNumFeature")

    @classmethod
    def from_string(cls, text: str, *, trusted: bool = False) -> Self:
        """Load a model from LightGBM's own text format.

        Parameters
        ----------
        text
            Of the model.
        trusted
            Whether it was written in this process; any other is checked first.

        Raises
        ------
        ValueError
            When the text is not such a model.
        RuntimeError
            When LightGBM's library cannot be loaded.
        """
        handle, iterations = ctypes.c_void_p(), ctypes.c_int()
        _call(
            "LGBM_BoosterLoadModelFromString",
            (text if trusted else checked_text(text)).encode(),
            ctypes.byref(iterations),
            ctypes.byref(handle),
        )
        return cls(handle)

    def predict(self, values: NDArray[np.float64]) -> Proba:
        """Probabilities, shape (n, classes), for ``values`` of shape (n, columns); NaN is missing.

        Raises
        ------
        ValueError
            When the number of columns is not the model's.
        """
        return self._run(values, _PROBABILITY, (self._classes,))

    def scores(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Raw scores, shape (n, classes): what the trees add up to, without any starting score."""
        return self._run(values, _SCORE, (self._classes,))

    def contributions(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Tree SHAP terms of the raw scores (Lundberg and Lee 2017), as ``pred_contrib`` gives.

        Returns
        -------
        numpy.ndarray
            Shape (n, classes, columns + 1); the last is the mean score. Along that axis they sum
            to the raw score, whose softmax is the probability.
        """
        return self._run(values, _CONTRIBUTION, (self._classes, self._columns + 1))

    def _run(
        self, values: NDArray[np.float64], kind: int, shape: tuple[int, ...]
    ) -> NDArray[np.float64]:
        rows = np.ascontiguousarray(values, dtype=np.float64)
        if rows.ndim != 2 or rows.shape[1] != self._columns:
            raise ValueError(
                f"the booster has {self._columns} columns, but was given values of shape "
                f"{rows.shape}; give the columns that it was trained on, in their order"
            )
        result, length = np.empty((len(rows), *shape)), ctypes.c_int64()
        if len(rows) == 0:
            return result
        _call(
            "LGBM_BoosterPredictForMat",
            self._handle,
            rows.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_int(_FLOAT64),
            ctypes.c_int32(rows.shape[0]),
            ctypes.c_int32(rows.shape[1]),
            ctypes.c_int(_ROW_MAJOR),
            ctypes.c_int(kind),
            ctypes.c_int(0),
            ctypes.c_int(-1),
            _SETTINGS,
            ctypes.byref(length),
            result.ctypes.data_as(ctypes.POINTER(ctypes.c_double)),
        )
        return result

    def _count(self, function: str) -> int:
        number = ctypes.c_int()
        _call(function, self._handle, ctypes.byref(number))
        return number.value


def _call(function: str, *arguments: object) -> None:
    library = _library()
    if getattr(library, function)(*arguments) != 0:
        reason = library.LGBM_GetLastError().decode(errors="replace")
        raise ValueError(f"LightGBM refused the model or its input: {reason}; train it again")


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    path = _library_path()
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise RuntimeError(
            f"LightGBM's library {path.name} cannot be loaded ({error}); it needs the system's "
            "OpenMP: run `apt-get install libgomp1` (on macOS `brew install libomp`)"
        ) from error
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    return library


def _library_path() -> Path:
    spec = importlib.util.find_spec("lightgbm")
    if spec is None or spec.origin is None:
        raise RuntimeError("lightgbm is not installed; install the project's requirements.lock")
    return Path(spec.origin).parent / _FILES.get(sys.platform, "lib/lib_lightgbm.so")
