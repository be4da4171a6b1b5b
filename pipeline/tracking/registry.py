"""A registered model in MLflow: its versions, their tags and aliases, and their bundles."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Self

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import LifecycleStage, LoggedModel, LoggedModelOutput, Run

from pipeline.base.errors import ModelError
from pipeline.base.run import log
from pipeline.params import Params
from pipeline.tracking import local_store
from pipeline.tracking.address import sqlite_file, tracking_uri
from pipeline.tracking.gone import gone
from pipeline.tracking.mlflow_store import _client
from pipeline.tracking.packaging import save_served
from pipeline.tracking.races import found_or_made
from pipeline.tracking.record import IDENTITY, ModelVersion
from pipeline.tracking.vouched import check_vouched, tag_of


@dataclass(frozen=True)
class Registry:
    """The versions of one registered model.

    Every method raises ConfigurationError when MLflow cannot be reached or refuses.

    Attributes
    ----------
    uri
        From `pipeline.tracking.address.tracking_uri`.
    """

    uri: str
    name: str

    @classmethod
    def of(cls, settings: Params) -> Self:
        """The one that the parameters name."""
        return cls(tracking_uri(settings.tracking.uri), settings.registered_name)

    def register(self, bundle: Path, example: pd.DataFrame, run_id: str) -> int:
        """Keep a bundle as a version, a new one unless it is there already; give its number.

        MLflow's ``log_model`` does the same, but first copies the run's metrics to the model: one
        query each, and then one call, which more than 1,000 metrics overflow.

        Parameters
        ----------
        bundle
            Folder from `models.bundle.write_bundle`, with the windows' states under ``windows``.
        example
            Some rows of the model's inputs, floats: the signature's columns and the input example.
        run_id
            From `pipeline.tracking.mlflow_store.log_run`; its tags are copied to the version. With
            those of `identity_of` among them, a version that bears the same, and whose run and
            bundle are there, is this one.
        """
        with _client(self.uri) as client:
            run = client.get_run(run_id)
            if known := self._same(run.data.tags):
                log.info(
                    "%s version %d is the same model, trained on the same data", self.name, known
                )
                return known
            kept = self._logged(client, bundle, example, run)
            found_or_made(
                lambda: client.search_registered_models(self._named),
                lambda: client.create_registered_model(self.name),
            )
            tags = {k: value for k, value in run.data.tags.items() if not k.startswith("mlflow.")}
            version = client.create_model_version(
                *(self.name, f"models:/{kept.model_id}", run_id, tags | tag_of(bundle)),
                model_id=kept.model_id,
            )
            # By this tag MLflow's pages lead from a run to its versions.
            link = json.dumps([{"name": self.name, "version": version.version}])
            client.set_logged_model_tags(kept.model_id, {"mlflow.modelVersions": link})
        return int(version.version)

    def versions(self) -> list[ModelVersion]:
        """Every version, newest first; none when the name is not registered.

        A database that was lost is not begun anew for a look.
        """
        file = sqlite_file(self.uri)
        if file is not None and local_store.tell_lost(file):
            return []
        with _client(self.uri) as client:
            registered = client.search_registered_models(self._named)
            holders = registered[0].aliases if registered else {}
            found = [
                ModelVersion(
                    version=int(entry.version),
                    aliases=tuple(
                        a for a, holder in holders.items() if str(holder) == str(entry.version)
                    ),
                    created=pd.Timestamp(entry.creation_timestamp, unit="ms", tz="UTC"),
                    run_id=entry.run_id or "",
                    tags=dict(entry.tags),
                )
                for entry in client.search_model_versions(self._named)
            ]
        return sorted(found, key=lambda entry: entry.version, reverse=True)

    def holder(self, alias: str) -> ModelVersion | None:
        """The version that has an alias now, or None."""
        return next((entry for entry in self.versions() if alias in entry.aliases), None)

    def describe(self, version: int, words: str) -> None:
        """Give a version its description, in Markdown."""
        with _client(self.uri) as client:
            client.update_model_version(self.name, str(version), words)

    def tag(self, version: int, tags: Mapping[str, str]) -> None:
        """Set tags of a version; those of other names stay."""
        with _client(self.uri) as client:
            for key, value in tags.items():
                client.set_model_version_tag(self.name, str(version), key, value)

    def set_alias(self, alias: str, version: int) -> None:
        """Give an alias to a version, taking it from whichever had it."""
        with _client(self.uri) as client:
            client.set_registered_model_alias(self.name, alias, str(version))

    def drop_alias(self, alias: str) -> None:
        """Take an alias away; nothing happens when no version has it."""
        with _client(self.uri) as client:
            client.delete_registered_model_alias(self.name, alias)

    def fetch_bundle(self, version: int, folder: Path) -> Path:
        """Bring a version's bundle into an existing folder and tell where it lies there.

        Raises
        ------
        ModelError
            When the version or its files are gone, or are not those that were registered.
        """
        what = f"version {version} of {self.name}"
        with _client(self.uri) as client, gone(what):
            tags = dict(client.get_model_version(self.name, str(version)).tags)
            bundle = Path(
                mlflow.artifacts.download_artifacts(
                    f"models:/{self.name}/{version}/artifacts/bundle",
                    dst_path=str(folder),
                    tracking_uri=self.uri,
                )
            )
        check_vouched(bundle, tags, what)
        return bundle

    @property
    def _named(self) -> str:
        return f"name = '{self.name}'"

    def _logged(
        self, client: MlflowClient, bundle: Path, example: pd.DataFrame, run: Run
    ) -> LoggedModel:
        """The bundle as a model of its run, with all that serving it takes."""
        run_id = run.info.run_id
        kept = client.create_logged_model(run.info.experiment_id, self.name, source_run_id=run_id)
        with tempfile.TemporaryDirectory() as folder:
            # MLflow keeps a folder under its own name, and `fetch_bundle` asks for this one.
            named = copytree(bundle, Path(folder) / "bundle")
            save_served(Path(folder) / "model", named, example, kept)
            client.log_model_artifacts(kept.model_id, f"{folder}/model")
        client.finalize_logged_model(kept.model_id, "READY")
        client.log_outputs(run_id, [LoggedModelOutput(kept.model_id, step=0)])
        return kept

    def _same(self, tags: Mapping[str, str]) -> int | None:
        """A whole version of the same model, trained on the same data."""
        identity = {key: tags.get(key) for key in IDENTITY}
        if None in identity.values():
            return None
        alike = (entry for entry in self.versions() if identity.items() <= entry.tags.items())
        return next((entry.version for entry in alike if self._is_whole(entry)), None)

    def _is_whole(self, version: ModelVersion) -> bool:
        try:
            with tempfile.TemporaryDirectory() as folder, _client(self.uri) as client:
                self.fetch_bundle(version.version, Path(folder))
                with gone(f"run {version.run_id}"):
                    stage = client.get_run(version.run_id).info.lifecycle_stage
        except ModelError:
            return False
        return bool(stage == LifecycleStage.ACTIVE)
