"""A compiled file that a full disk cut off, met by a command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_a_compiled_file_that_is_cut_off_is_named_with_its_remedy(tmp_path: Path) -> None:
    surroundings = os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONPATH": str(ROOT)}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=surroundings, capture_output=True,
            text=True, check=False,
        )  # fmt: skip

    assert python("-c", "import pipeline.commands.ledger").returncode == 0
    (compiled,) = tmp_path.rglob("pipeline/commands/ledger.*.pyc")
    compiled.write_bytes(compiled.read_bytes()[:200])
    said = python("-m", "pipeline.cli", "ledger")
    assert said.returncode == 2
    last = said.stderr.splitlines()[-1]
    assert last.startswith(f"undertow: {compiled} is cut off")
    assert "remove this file" in last
