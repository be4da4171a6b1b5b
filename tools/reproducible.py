"""Run the stages twice, with one worker and thread and with two, and compare every byte they leave.

Left out, each for its reason: ``mlflow.db`` and ``mlartifacts`` (MLflow's own ids and clock); in
``data/run.json`` the run's id, which MLflow draws. Parquet files are compared by their bytes.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
STAGES = tuple(
    "ingest align features scenarios states outlook evaluate register score".split()  # noqa: SIM905
)
_RUN = """
import importlib, sys
for stage in sys.argv[1:]:
    importlib.import_module(f"pipeline.stages.{stage}").main()
"""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> int:
    """Run and compare; return the exit code."""
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder) / "one", Path(folder) / "two"
        for place, count in ((one, 1), (two, 2)):
            print(f"running every stage with {count} worker(s) and thread(s)")
            run_stages(place, params, STAGES, count)
        left, right = digests(one), digests(two)
    differing = sorted(name for name in left.keys() | right if left.get(name) != right.get(name))
    print("\n".join(f"differs: {name}" for name in differing) or f"{len(left)} files, all the same")
    return 1 if differing else 0


def run_stages(folder: Path, params: dict[str, Any], stages: tuple[str, ...], count: int) -> None:
    """Run stages in a fresh folder with so many workers and threads."""
    folder.mkdir()
    counted = params | {"compute": params["compute"] | {"workers": count}}
    (folder / "params.yaml").write_text(yaml.safe_dump(counted, sort_keys=False), encoding="utf-8")
    environment = os.environ | dict.fromkeys(_THREADS, str(count)) | {"PYTHONPATH": str(ROOT)}
    environment.pop("MLFLOW_TRACKING_URI", None)
    subprocess.run([sys.executable, "-c", _RUN, *stages], cwd=folder, env=environment, check=True)


def digests(folder: Path) -> dict[str, str]:
    """Digest of every file under ``data``, by its path there."""
    data = folder / "data"
    return {
        str(path.relative_to(data)): hashlib.sha256(_content(path)).hexdigest()
        for path in sorted(data.rglob("*"))
        if path.is_file()
    }


def _content(path: Path) -> bytes:
    """A file's bytes, without what a second run cannot repeat."""
    if path.name == "run.json":
        return _without(path, "run_id")
    return path.read_bytes()


def _without(path: Path, key: str) -> bytes:
    document = json.loads(path.read_text(encoding="utf-8"))
    del document[key]
    return json.dumps(document).encode()


if __name__ == "__main__":
    sys.exit(main())
