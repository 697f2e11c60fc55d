"""Finds out by how many inputs two mistakes of the catalogue are told apart.

The doctor asks for every pair of layers with different ids. An input is one call of a suite; two layers differ on it
when an answer, a changed argument or a stored gradient does.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from grader.diagnosis.rehearsal import Place, Rehearsal, agree, same_complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two layers of different ids that at most one input tells apart."""

    names: tuple[str, str]
    ids: frozenset[str]
    place: Place | None
    """The check and the call that does; None where none does."""


def close_pairs(rehearsal: Rehearsal) -> tuple[int, list[Pair]]:
    """How many pairs there are, and those that at most one input tells apart."""
    layers = rehearsal.layers
    rehearsal.hear(layers)
    asked = [(one, other) for one, other in itertools.combinations(layers, 2) if layers[one].id != layers[other].id]
    close = []
    for one, other in asked:
        with np.errstate(all="ignore"):
            telling = (place for place in rehearsal.right if _differ(rehearsal, place, one, other))
            places = list(itertools.islice(telling, 2))
        if len(places) < 2:  # noqa: PLR2004 - two inputs: not close
            ids = frozenset({layers[one].id, layers[other].id})
            close.append(Pair(names=(one, other), ids=ids, place=places[0] if places else None))
    return len(asked), close


def _differ(rehearsal: Rehearsal, place: Place, one: str, other: str) -> bool:
    for observable in rehearsal.right[place]:
        mine, theirs = rehearsal.mark(one, place, observable), rehearsal.mark(other, place, observable)
        if mine is None or theirs is None:
            if mine is not theirs:
                return True
        elif not agree(mine, theirs) or (mine.key[:1] == ("raised",) and not same_complaint(mine, theirs)):
            return True
    return False
