"""Functions for gradients to be taken of: what arrives where a suite names one as an argument.

The wire carries arrays alone, so a suite hands over the number of a function, and the worker puts the function in its
place. Their source travels to the worker, so nothing of ours is imported here.
"""

import numpy as np


def sum_of_squares(x):
    """Every number has its own share."""
    return np.sum(np.square(x))


def square_of_sum(x):
    """Every number has a share in every other's slope."""
    return np.square(np.sum(x))


def waves(x):
    """Curved enough to show a step that is too large."""
    return np.sum(np.sin(3 * x))


def far_from_zero(x):
    """So large that a step that is too small drowns in rounding."""
    return 1000 + np.sum(np.square(x))


def distance(x):
    """With a kink at zero: only the mean of both sides is 0 there."""
    return np.sum(np.abs(x))


def row_products(x):
    """For matrices alone: x of another shape raises or gives something else."""
    rows, _ = x.shape
    return np.sum(np.arange(1, rows + 1) * np.prod(x, axis=1))


def steep(x):
    """So steep that even a slope which is wrong by h squared is no nothing."""
    return 1e6 * np.sum(x)


def weighted_squares(x):
    """Each number counts differently: the slope is no multiple of x, so nobody guesses it without asking f."""
    return np.sum((0.5 + np.arange(x.size) / x.size) * np.square(x).ravel())


FUNCTIONS = (sum_of_squares, square_of_sum, waves, far_from_zero, distance, row_products, steep, weighted_squares)
