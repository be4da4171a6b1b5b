"""The commands that README and docs tell people to type."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NETWORK = ("undertow fetch", "undertow use", "undertow doctor")
"""Run by ``fetching/test_evening.py``, where the internet is on loopback."""


def documented(program: str) -> list[str]:
    """Every whole line of the shell blocks in README and docs that calls a program, uncommented."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    blocks = [b for page in pages for b in re.findall(r"```sh\n(.*?)```", page.read_text(), re.S)]
    whole = [block.replace("\\\n", "") for block in blocks]
    lines = [re.split(r"\s+[#|>]", line)[0] for block in whole for line in block.splitlines()]
    return sorted({line.strip() for line in lines if line.startswith(f"{program} ")})
