"""
title: `f` is given the one number that moves, not the whole array
why:   `f` needs all of `x` to answer; what a function says of one number alone is another question.
hint:  Hand over the array in which one number has moved.
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
        fxh1 = f(x[idx])
        x[idx] = kept - h
        fxh2 = f(x[idx])
        grad[idx] = (fxh1 - fxh2) / (2 * h)
        x[idx] = kept
        it.iternext()
    return grad
