"""Vega at work: the page's library and the pictures, each made in a process of its own.

Its engine takes a second to start and a hundred megabytes to hold; beside the page they cost
neither. Nothing else is imported here, so that such a process begins at once.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

import vl_convert

_EXPOSE = "window.vegaEmbed = vegaEmbed;"


def library(version: str) -> str:
    """The charting library (Vega, Vega-Lite, vega-embed) as one script without any import."""
    script: str = vl_convert.javascript_bundle(_EXPOSE, vl_version=version)
    # The text of a script may not hold its own end tag.
    return script.replace("</script", "<\\/script")


def pictures(texts: Mapping[str, str], version: str) -> dict[str, str]:
    """SVG text of each specification, by name."""
    return {
        name: vl_convert.vegalite_to_svg(text, vl_version=version) for name, text in texts.items()
    }


_TASKS: Mapping[str, Callable[..., Any]] = {"library": library, "pictures": pictures}


def elsewhere(task: str, *arguments: Any) -> Any:
    """What a function of this module gives, called in a process of its own.

    Parameters
    ----------
    task
        Its name.
    arguments
        Anything that JSON holds.

    Raises
    ------
    RuntimeError
        When it fails; the message ends in the last line that it wrote.
    """
    done = subprocess.run(  # noqa: S603 - this Python, this module
        [sys.executable, "-m", __name__, task],
        input=json.dumps(arguments),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip() or "nothing").splitlines()[-1]
        raise RuntimeError(f"Vega's {task} failed with exit code {done.returncode}: {last}")
    return json.loads(done.stdout)


if __name__ == "__main__":
    made = _TASKS[sys.argv[1]](*json.load(sys.stdin))
    json.dump(made, sys.stdout)
