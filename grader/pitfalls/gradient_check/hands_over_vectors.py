"""
title: `f` is given a vector, not the whole of `x` in its shape
why:   A loss may need the rows and columns of `x`; in a flat copy, or in one row alone, there are none.
hint:  Keep the shape of `x` in what you hand to `f`.
book:  4.4
"""

import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    flat = np.array(x, dtype=float).reshape(-1)
    grad = np.zeros(flat.size)
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + h
        fxh1 = f(flat)
        flat[i] = kept - h
        fxh2 = f(flat)
        grad[i] = (fxh1 - fxh2) / (2 * h)
        flat[i] = kept
    return grad.reshape(np.shape(x))
