"""
title: the difference is divided by h, though the two points are 2 * h apart
why:   From x - h to x + h it is two steps of h, so that the result is twice the slope.
hint:  Write down how far apart the two places are at which `f` is asked.
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
        grad[idx] = (fxh1 - fxh2) / h
        x[idx] = kept
        it.iternext()
    return grad
