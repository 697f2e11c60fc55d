"""
title: only one side counts: f(x + h) is compared with f(x)
why:   The slope between x and x + h belongs to a point between the two. With one step to each side the errors
       cancel: the central difference is exact to h squared, the one-sided one to h alone.
hint:  Ask `f` at `x - h` too, and think about what to divide by then.
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
        x[idx] = kept
        grad[idx] = (fxh1 - f(x)) / h
        it.iternext()
    return grad
