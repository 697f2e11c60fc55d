"""
title: all numbers are moved at once
why:   Then the difference says how `f` changes when everything grows together: one number, the sum of all slopes.
hint:  Move one number, ask `f`, put it back; then the next.
book:  4.4
"""

import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return np.full(x.shape, slope)
