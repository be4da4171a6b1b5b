"""Which drivers move a scenario: the members' additive terms, averaged and grouped."""

from collections.abc import Mapping

import numpy as np

from models.scenarios import SCENARIOS, Proba

Terms = Mapping[str, Proba]
"""Additive terms of one member's log probabilities by input column, each of shape (n, 3)."""


def by_driver(
    terms_by_member: Mapping[str, Terms | None], driver_of_column: Mapping[str, str]
) -> dict[str, Proba]:
    """Contribution of each driver to each scenario against the other two, in log odds.

    An equal-weight log pool averages its members' log probabilities, so it averages their terms.
    Each term is taken against the mean of the other scenarios' terms: the change that the driver
    makes in ``log p(scenario) - mean of log p(others)``, which does not depend on the constant
    that normalises the row.

    Parameters
    ----------
    terms_by_member
        What ``contributions`` gave for each pool member; None for a member that has no terms. It
        counts as a member all the same: the drivers then explain that much less of the pool.
    driver_of_column
        Driver of each input column.

    Returns
    -------
    dict of str to numpy.ndarray
        Shape (n, 3) by driver, the largest mean magnitude first.

    Raises
    ------
    ValueError
        When a column has no driver.
    """
    members = len(terms_by_member)
    total: dict[str, Proba] = {}
    for member, terms in terms_by_member.items():
        for column, term in (terms or {}).items():
            driver = _driver(column, member, driver_of_column)
            total[driver] = total.get(driver, 0.0) + against_others(term) / members
    return dict(sorted(total.items(), key=lambda item: -float(np.abs(item[1]).mean())))


def against_others(term: Proba) -> Proba:
    """Each scenario's term minus the mean of the other scenarios' terms, shape (n, 3)."""
    others = (term.sum(axis=1, keepdims=True) - term) / (len(SCENARIOS) - 1)
    return term - others


def _driver(column: str, member: str, driver_of_column: Mapping[str, str]) -> str:
    if column not in driver_of_column:
        raise ValueError(
            f"column {column!r} of member {member!r} has no driver; "
            "give one to every input of the pool's members"
        )
    return driver_of_column[column]
