"""Scores and rules that know the span on which they are scored."""

from tools.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "a tier rule is chosen on the test span",
        "scores",
        "pipeline/desk/history.py",
        """
        for session, day in days(outlook, states, values)
    }
    levels = pd.Series({session: row["risk"] for session, row in judged.items()})
    for session, row in judged.items():
        row["tier"] = int(row["risk"] > levels.quantile(0.8))""",
        """
        for session, day in days(outlook, states, values)
    }""",
        told=r"tiers\.json column by_tier\.\S+ is",
    ),
    Mutant(
        "the leaderboard is of chosen sessions",
        "scores",
        "models/evaluation/comparison.py",
        "sessions = _same_sessions(by_model).intersection(pd.DatetimeIndex(labels.index))[40:]",
        "sessions = _same_sessions(by_model).intersection(pd.DatetimeIndex(labels.index))",
        told=r"plots/leaderboard\.csv column \S+ is",
    ),
    Mutant(
        "a score is edited",
        "figures",
        "pipeline/stages/evaluate.py",
        """results["ahead"]["pool"]["log_loss_skill"] += 0.01
        with_ceilings = _with_ceilings(results, outlook, labels, settings)""",
        "with_ceilings = _with_ceilings(results, outlook, labels, settings)",
        told=r"evaluation\.json column ahead\.pool\.log_loss_skill is",
    ),
    Mutant(
        "conformal sets are calibrated on later outcomes",
        "figures",
        "models/evaluation/conformal.py",
        "known_at = np.minimum(sessions[:, 0] + 10, len(proba)).tolist()",
        "known_at = old_enough(label_ends, sessions, embargo).sum(axis=1).tolist()",
        told=r"evaluation\.json column \S+\.conformal\.\S+ is",
    ),
    Mutant(
        "an exposure rule is chosen on the test span",
        "figures",
        "pipeline/desk/policies/insurance.py",
        """chosen = np.quantile(risk, [0.5, 0.7, 0.8, 0.9]).tolist()
        steps = [raised_tier(r, chosen, floor, raises) for r, floor, raises in rows]""",
        "steps = [raised_tier(r, self.levels, floor, raises) for r, floor, raises in rows]",
        told=r"policies\.json column holdings\.\S+\.insurance\.\S+ is",
    ),
    Mutant(
        "the book's distributions are fitted on later returns",
        "figures",
        "models/risk/walk_forward.py",
        "past, trained = self.history, self.trained(fit_end)",
        "past, trained = self.history.loc[:fit_end], self.trained(fit_end)",
        told=r"book\.json column \S+ of",
    ),
    Mutant(
        "a call as of a date has the last fit of the states",
        "as of",
        "pipeline/hindcast/as_of.py",
        "in_force = next((fit for fit in reversed(made)), None)",
        'in_force = next((fit for fit in made if fit["fit_end"] == fit_end), None)',
        told="FAILED ",
    ),
    Mutant(
        "analogs know outcomes that are not over",
        "analogs",
        "pipeline/scoring/analogs.py",
        "known = labels.index\n",
        'known = labels.index[labels["label_end"] < snapshot.session]\n',
        told="FAILED ",
    ),
    Mutant(
        "the view between sessions knows bars that have not ended",
        "between sessions",
        "pipeline/provisional/rows.py",
        'frame[frame["time"] <= moment]',
        "frame[ends(frame, series) <= moment]",
        told="FAILED ",
    ),
    Mutant(
        "a revision takes the place of what was known",
        "revisions",
        "pipeline/storage/merge.py",
        """rows = rows.drop_duplicates(clock, keep="last")
    change = Change(
        added=len(added),""",
        """change = Change(
        added=len(added),""",
        told="FAILED ",
    ),
)
