"""Whether the script that was started belongs to the environment that it runs in."""

from pathlib import Path

from pipeline.base.errors import ConfigurationError


def check_place(script: Path, prefix: Path) -> None:
    """Refuse a script of an environment that was copied with its project.

    It names the original's interpreter, and would run the original's code on the copy's data.

    Parameters
    ----------
    script
        What was started, ``sys.argv[0]``.
    prefix
        The environment that runs it, ``sys.prefix``.

    Raises
    ------
    ConfigurationError
        When the script lies in another environment.
    """
    home = script.absolute().parent.parent
    if (home / "pyvenv.cfg").is_file() and home.resolve() != prefix.resolve():
        raise ConfigurationError(
            f"{script} was copied with its project and would run the code of {prefix.parent}; run "
            f"`make setup` in {home.parent}, which makes {home.name} anew"
        )
