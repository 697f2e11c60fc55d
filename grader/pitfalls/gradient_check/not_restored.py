"""
title: a number that was moved is not put back
why:   Each number of `x` ends up lower than it was, and while the later ones move, the earlier ones are no longer
       where they belong.
hint:  Remember each number before you move it, and put it back before the next.
book:  4.4
"""

import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    grad = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        idx = it.multi_index
        kept = x[idx]
        x[idx] = kept + h
        fxh1 = f(x)
        x[idx] = kept - h
        fxh2 = f(x)
        grad[idx] = (fxh1 - fxh2) / (2 * h)
        it.iternext()
    return grad
