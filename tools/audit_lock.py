"""Known vulnerabilities of what ``requirements.lock`` pins; part of ``make check``.

pip-audit asks PyPI's advisories. One package is asked about first: where the service does not
answer (no network, or a mirror that serves packages alone) that is said in one line and the check
goes on, for it says nothing about the packages. A vulnerability fails the check unless
``tool.undertow.excused`` of ``pyproject.toml`` names it with a reason.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
_CANARY = "jinja2"

Ask = Callable[[Path], Any]
"""Gives pip-audit's report on a file of pinned requirements, or None where none could be made."""


def main(ask: Ask | None = None) -> int:
    """Print one line, or one for each vulnerability; return the exit code."""
    ask = ask or asked
    excused = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    reasons: Mapping[str, str] = excused["tool"]["undertow"]["excused"]
    if not answered(ask):
        print("audit: not done, PyPI's advisories cannot be asked from here")
        return 0
    report = ask(LOCK)
    if report is None:
        print("audit: not done, PyPI's advisories stopped answering")
        return 0
    found = vulnerabilities(report, reasons)
    unknown = [each["name"] for each in report["dependencies"] if "skip_reason" in each]
    print("\n".join(found) or f"audit: none known in {len(report['dependencies'])} packages")
    if unknown:
        print(f"audit: {len(unknown)} of them could not be asked about: {', '.join(unknown)}")
    return 1 if found else 0


def answered(ask: Ask) -> bool:
    """Whether the service knows a package that it must know."""
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(entry(_CANARY, LOCK.read_text(encoding="utf-8")), encoding="utf-8")
        report = ask(canary)
    return report is not None and not any("skip_reason" in e for e in report["dependencies"])


def entry(name: str, lock: str) -> str:
    """One package's lines of the lock."""
    lines = lock.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"{name}=="))
    hashes = takewhile(lambda line: line.startswith(" "), lines[start + 1 :])
    return "\n".join([lines[start], *hashes]) + "\n"


def vulnerabilities(report: Mapping[str, Any], reasons: Mapping[str, str]) -> list[str]:
    """One sentence for each vulnerability that is not excused."""
    return [
        f"audit: {each['name']} {each['version']} has {flaw['id']}; renew the lock with "
        f"{' or '.join(flaw['fix_versions']) or 'another package'}, or excuse it with a reason"
        for each in report["dependencies"]
        for flaw in each.get("vulns", ())
        if not {flaw["id"], *flaw.get("aliases", ())} & set(reasons)
    ]


def asked(requirements: Path, service: Sequence[str] = ()) -> Any:
    """Ask pip-audit, of another service than PyPI's when its options are given."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements)]
    command += ["--require-hashes", "--disable-pip", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", "10", *service]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main())
