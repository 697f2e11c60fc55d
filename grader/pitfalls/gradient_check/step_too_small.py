"""
title: h is so small that it drowns in rounding
why:   A float keeps about 16 digits. Where `f` is around 1000, a change of 1e-10 is almost lost among them, and one
       of 1e-50 is lost altogether: x + h is x.
hint:  Take an h of about 1e-4.
book:  4.3.1
"""

import numpy as np


def numerical_gradient(f, x):
    h = 1e-50
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
