from pipeline.provisional.verdict import read_verdict, sentences


def test_the_verdict_says_which_way_each_interval_lies() -> None:
    windows = {
        name: {"saved": value, "interval": interval}
        for name, value, interval in (
            ("now", 0.0149, [0.002, 0.028]),
            ("week", -0.0004, [-0.001, 0.001]),
            ("ahead", -0.01, [-0.02, -0.001]),
        )
    }
    told = {"last": 0.7126, "view": 0.7586, "seen_coming": 7, "false_alarms": 3}
    rules = {"crypto step": told | {"p": 0.03}, "tape": told | {"p": 0.01}}
    spoken = read_verdict() | {"windows": windows, "rules": rules}
    skill, agreement = sentences(spoken)
    assert "now +1.5 [+0.2, +2.8], better" in skill
    assert "week 0.0 [-0.1, +0.1], no difference that shows" in skill
    assert "ahead -1.0 [-2.0, -0.1], worse" in skill
    assert "crypto step 71 → 76 % (7 turns seen, 3 false alarms)" in agreement
    assert agreement.endswith("Beyond noise: tape.")


def test_the_kept_verdict_is_whole() -> None:
    kept = read_verdict()
    assert kept["first"] < kept["last"] < kept["measured"]
    assert set(kept["windows"]) == {"now", "week", "ahead"}
    assert len(kept["data"]) == 64
    assert all(rule["changed"] <= kept["weekends"] for rule in kept["rules"].values())
    assert len([*sentences(kept)]) == 2
