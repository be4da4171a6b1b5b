"""The outermost handler: one sentence and an exit code for what a user can mend."""

import logging
import os
import sys
from collections.abc import Callable

from pipeline.errors import UndertowError

log = logging.getLogger("undertow")

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def stage(main: Callable[[], None]) -> None:
    """Run a stage or command; leave with the error's exit code and its message alone.

    The message is the last line on stderr, because DVC turns every exit code into its own.
    """
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    log.setLevel(logging.INFO)
    try:
        main()
    except UndertowError as error:
        log.error("undertow: %s", error)  # noqa: TRY400 - a traceback would bury the sentence
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        log.error("undertow: interrupted")  # noqa: TRY400 - nor would a traceback help here
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
