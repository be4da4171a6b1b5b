"""The bundle and the call of a finished run, made again in a process of its own."""

from pathlib import Path

import pytest

from models.bundle import read_bundle, write_bundle
from pipeline import params
from pipeline.audit.published import read_published
from pipeline.audit.remade import remade
from pipeline.audit.sandbox import Sandbox
from pipeline.compute.one_thread import one_thread
from pipeline.scoring.bundle import build_bundle
from pipeline.stages import score
from pipeline.storage import store

pytestmark = pytest.mark.slow


@pytest.mark.usefixtures("run_folder")
def test_the_bundle_and_the_call_are_made_again_to_the_last_bit_and_an_edit_shows() -> None:
    settings = params.load()
    with one_thread():
        build_bundle(settings)
    score.main()
    published, text = read_published(settings), params.PARAMS.read_text(encoding="utf-8")
    with Sandbox(text, 1) as sandbox:
        model, call = remade(published, sandbox.ask)
        edit_the_bundle()
        edited = next(remade(published, sandbox.ask))
    assert (model.stage, call.stage) == ("model", "call.json")
    assert model.leaks == call.leaks == ()
    assert len(model.columns) == model.values > 500
    assert len(call.columns) == call.values > 300
    assert not list(Path().glob("tmp*"))
    assert [leak.column for leak in edited.leaks] == ["desk.settings.target.volatility"]


def edit_the_bundle() -> None:
    content = read_bundle(store.MODEL)
    content["desk"]["settings"]["target"]["volatility"] *= 1.5
    write_bundle(content, store.MODEL)
