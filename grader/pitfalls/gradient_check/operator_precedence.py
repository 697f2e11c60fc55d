"""
title: `/ 2 * h` divides by 2 and then multiplies by h
why:   Division and multiplication are done from left to right, so the result is smaller than the slope by h squared.
hint:  Put what stands below the fraction line in parentheses.
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
        grad[idx] = (fxh1 - fxh2) / 2 * h
        x[idx] = kept
        it.iternext()
    return grad
