"""What the windows read of the states is the same number in training and in scoring."""

from dataclasses import replace
from pathlib import Path

from pandas.testing import assert_frame_equal

from models.states.inputs import POSTERIORS, as_inputs
from pipeline.scoring.bundle import read_training
from pipeline.scoring.gather import own_states, read_snapshot
from pipeline.scoring.model import load_model
from pipeline.storage import store


def test_the_latest_session_reads_what_training_read(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    snapshot = read_snapshot(model)
    latest = model.latest(snapshot.panel, snapshot.published).filter(like="state_")
    trained = read_training().inputs.loc[latest.index, latest.columns]
    assert_frame_equal(latest, trained, check_freq=False)


def test_sessions_after_the_training_go_on_where_the_filter_stood(run_folder: Path) -> None:
    model = load_model(store.MODEL)
    published = store.read_sessions(store.STATES)
    under_last_fit = published[published["fit_end"] == published["fit_end"].iloc[-1]]
    stood = under_last_fit.iloc[-2]
    earlier = replace(
        model.states,
        session=under_last_fit.index[-2],
        posterior=stood.filter(regex=POSTERIORS).to_numpy(dtype=float),
        label=int(stood["label"]),
        age=int(stood["age"]),
    )
    panel = read_snapshot(model).panel
    again = own_states(replace(model, states=earlier), panel)
    assert_frame_equal(as_inputs(again), as_inputs(published), check_freq=False)
