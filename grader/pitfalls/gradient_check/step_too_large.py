"""
title: h is so large that `f` bends on the way
why:   The difference tells the slope only as long as `f` is almost a straight line between the two points.
hint:  Take an h of about 1e-4.
book:  4.3.1
"""

import numpy as np


def numerical_gradient(f, x):
    h = 1e-1
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
    return grad
