"""
title: the two values are subtracted the other way round
why:   f(x - h) - f(x + h) is the slope with its sign turned: a step against it would climb.
hint:  Look at which of the two comes first in the difference.
book:  4.3.1
"""

import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        idx = it.multi_index
        kept = x[idx]
        x[idx] = kept + h
        fxh1 = f(x)
        x[idx] = kept - h
        fxh2 = f(x)
        grad[idx] = (fxh2 - fxh1) / (2 * h)
        x[idx] = kept
        it.iternext()
    return grad
