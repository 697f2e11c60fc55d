"""
title: whole numbers stay whole: h is cut off when it is added
why:   An array of integers holds no fractions. `x[idx] = x[idx] + h` is cut back to a whole number, and a result
       made by `zeros_like` of it rounds the slopes as well.
hint:  Turn `x` into floats before you begin.
book:  4.4
"""

import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        idx = it.multi_index
        kept = x[idx]
        x[idx] = float(kept) + h
        fxh1 = f(x)
        x[idx] = kept - h
        fxh2 = f(x)
        grad[idx] = (fxh1 - fxh2) / (2 * h)
        x[idx] = kept
        it.iternext()
    return grad
