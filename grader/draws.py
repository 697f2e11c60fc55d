"""Inputs for checks, drawn from the seed of a run: no answer can be learned by heart, and every run can be repeated.

Suites ask for them through `draw`. Each kind is shaped so that a known mistake shows whatever the seed: both signs,
all sizes, nothing at a kink. Knows nothing of layers and of expected values.
"""

from __future__ import annotations

import functools
import hashlib
import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.calls import Array


# All checks of a dozen exercises, some arrays each, for one seed.
_KEPT = 2048
_Asked = tuple[str, tuple[int, ...]]


class Draw:
    """Inputs for one check, the same for the same seed whatever ran before."""

    def __init__(self, seed: int, check_id: str) -> None:
        self._seed = seed
        self._check = check_id
        self._asked: tuple[_Asked, ...] = ()

    def away_from_zero(self, *shape: int) -> Array:
        """Numbers between 0.1 and 2.5 in size, half of them negative."""
        return self._drawn("away_from_zero", shape)[0]

    def gradient(self, *shape: int) -> Array:
        """Numbers between 2 and 9 in size, half of them negative: neither 1, nor constant, nor small."""
        return self._drawn("gradient", shape)[0]

    def input_and_gradient(self, *shape: int) -> tuple[Array, Array]:
        """A pair like the two above, in which all four pairs of signs are met equally often."""
        inputs, gradient = self._drawn("input_and_gradient", shape)
        return inputs, gradient

    def scores_and_labels(self, rows: int, columns: int) -> tuple[Array, Array]:
        """Scores so close to each other that with up to 4 columns no softmax is below 0.05, and a class a row.

        The classes are spread evenly, and in the first row the right one has the lowest score: it is not the one that
        a layer would predict.
        """
        scores, labels = self._drawn("scores_and_labels", (rows, columns))
        return scores, labels

    def _drawn(self, kind: str, shape: tuple[int, ...]) -> tuple[Array, ...]:
        self._asked += ((kind, shape),)
        return tuple(array.copy() for array in _latest(self._seed, self._check, self._asked))


@functools.lru_cache(maxsize=_KEPT)
def _latest(seed: int, check_id: str, asked: tuple[_Asked, ...]) -> tuple[Array, ...]:
    """What the last of some wishes gives after the others; drawn once, as every submission asks for the same."""
    digest = hashlib.sha256(f"{seed}/{check_id}".encode()).digest()
    source = _Source(np.random.default_rng(int.from_bytes(digest[:8], "big")))
    for kind, shape in asked:
        latest: tuple[Array, ...] = getattr(source, kind)(*shape)
    return latest


class _Source:
    """One generator and the kinds of inputs drawn from it."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator

    def away_from_zero(self, *shape: int) -> tuple[Array, ...]:
        return (self._signed(0.1, 2.5, self._order(shape) % 2 == 1),)

    def gradient(self, *shape: int) -> tuple[Array, ...]:
        return (self._signed(2.0, 9.0, self._order(shape) % 2 == 1),)

    def input_and_gradient(self, *shape: int) -> tuple[Array, ...]:
        order = self._order(shape)
        return self._signed(0.1, 2.5, order % 2 == 1), self._signed(2.0, 9.0, order // 2 % 2 == 1)

    def scores_and_labels(self, rows: int, columns: int) -> tuple[Array, ...]:
        scores = self._generator.uniform(-0.85, 0.85, (rows, columns)) + self._generator.uniform(-2, 2, (rows, 1))
        labels = self._generator.permutation((self._generator.integers(columns) + np.arange(rows)) % columns)
        scores[0] = np.roll(scores[0], labels[0] - scores[0].argmin())
        return scores, labels.astype(np.int64)

    def _order(self, shape: Sequence[int]) -> Array:
        return self._generator.permutation(math.prod(shape)).reshape(shape)

    def _signed(self, low: float, high: float, negative: Array) -> Array:
        """Numbers with these signs; those of either sign are spread over all sizes.

        Left to chance, one seed in many draws no small positive number, and a mistake that shows there goes unseen.
        """
        share = np.empty(negative.shape)
        for members in (negative, ~negative):
            count = np.count_nonzero(members)
            share[members] = (self._generator.permutation(count) + self._generator.uniform(size=count)) / count
        return np.where(negative, -1.0, 1.0) * (low + (high - low) * share)
