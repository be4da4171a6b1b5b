"""A compiled file that is cut off: Python before 3.13 leaves one where the disk is full."""

from types import TracebackType

from pipeline.base.errors import StorageError

_LOADING, _PATH = "get_code", "bytecode_path"
"""Function of importlib that reads compiled files, and what it calls the path of one."""


def cut_off(error: EOFError) -> StorageError:
    """Name the compiled file that an import could not read to its end; re-raise any other end."""
    path = _path(error.__traceback__)
    if path is None:
        raise error
    return StorageError(
        f"{path} is cut off, as Python leaves what it compiles on a full disk: remove this file, "
        "and run the same command again"
    )


def _path(trace: TracebackType | None) -> str | None:
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_code.co_name == _LOADING and frame.f_locals.get(_PATH):
            return str(frame.f_locals[_PATH])
        trace = trace.tb_next
    return None
