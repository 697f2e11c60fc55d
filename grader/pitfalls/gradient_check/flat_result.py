"""
title: the result is flat whatever the shape of `x`
why:   A gradient has the shape of what it belongs to: an optimizer subtracts one from the other.
hint:  Give the result the shape of `x` before you return it.
book:  4.4
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
        grad[idx] = (fxh1 - fxh2) / (2 * h)
        x[idx] = kept
        it.iternext()
    return grad.flatten()
