"""
title: the numbers are moved in a copy that `f` never sees
why:   `flatten` makes a new array. What is changed in it does not reach `x`, so `f` answers the same twice.
hint:  Move the numbers in the very array that is handed to `f`.
book:  4.4
"""

import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    x = np.array(x, dtype=float)
    grad = np.zeros(x.size)
    for i in range(x.size):
        flat = x.flatten()
        flat[i] += h
        fxh1 = f(x)
        flat[i] -= 2 * h
        fxh2 = f(x)
        grad[i] = (fxh1 - fxh2) / (2 * h)
    return grad.reshape(x.shape)
