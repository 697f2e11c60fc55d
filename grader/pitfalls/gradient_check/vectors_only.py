"""
title: only the first axis of `x` is walked along
why:   For a matrix `x[i]` is a whole row, so that all its numbers move together and their slopes are added up.
hint:  Walk over every position: `np.ndindex(x.shape)` names them for any shape.
book:  4.4
"""

import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for i in range(len(x)):
        kept = x[i].copy()
        x[i] = kept + h
        fxh1 = f(x)
        x[i] = kept - h
        fxh2 = f(x)
        grad[i] = (fxh1 - fxh2) / (2 * h)
        x[i] = kept
    return grad
