"""The commands that ``undertow`` offers, and the headings that they stand under."""

import subprocess
import sys
from pathlib import Path

from typer.main import get_command
from typer.testing import CliRunner

from pipeline import commands
from pipeline.cli import app, groups


def test_every_command_that_runs_is_offered_under_its_own_name() -> None:
    files = Path(commands.__path__[0]).glob("*.py")
    run = {file.stem for file in files if "\ndef run(" in file.read_text(encoding="utf-8")}
    assert set(get_command(app).commands) == run


def test_help_lists_the_evening_first_and_each_group_under_its_files_name() -> None:
    page = CliRunner().invoke(app, ["--help"]).stdout
    files = sorted(file.stem for file in Path(groups.__path__[0]).glob("[!_]*.py"))
    places = [page.index(f"─ {name.capitalize()} ─") for name in files]
    assert places == sorted(places)
    assert page.index("│ score ") < page.index("│ fetch ") < page.index("│ doctor ")
    assert "─ Commands ─" not in page


def test_a_shell_is_told_the_commands_that_begin_so(tmp_path: Path) -> None:
    words = {"_UNDERTOW_COMPLETE": "complete_bash", "COMP_WORDS": "undertow s", "COMP_CWORD": "1"}
    program = "import sys; sys.argv = ['undertow']; from pipeline.cli import main; main()"
    root = str(Path(commands.__path__[0]).parents[1])
    run = subprocess.run(
        [sys.executable, "-c", program],
        env=words | {"PYTHONPATH": root},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["score", "signals", "summary", "schema"]
