"""
title: `f` is given one row at a time, and whole numbers stay whole
both:  gradient_check/hands-over-vectors, gradient_check/truncates-integers
book:  4.4
"""

import numpy as np


def slopes(f, x):
    h = 1e-4
    grad = np.zeros_like(x)
    for i in range(x.size):
        kept = x[i]
        x[i] = float(kept) + h
        above = f(x)
        x[i] = kept - h
        below = f(x)
        grad[i] = (above - below) / (2 * h)
        x[i] = kept
    return grad


def numerical_gradient(f, x):
    if x.ndim == 1:
        return slopes(f, x)
    grad = np.zeros_like(x)
    for number, row in enumerate(x):
        grad[number] = slopes(f, row)
    return grad
