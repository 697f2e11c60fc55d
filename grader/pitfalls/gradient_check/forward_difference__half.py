import numpy as np


def numerical_gradient(f, x):
    h = 1e-4
    x = np.array(x, dtype=float)
    grad = np.zeros_like(x)
    for idx in np.ndindex(x.shape):
        kept = x[idx]
        x[idx] = kept + h
        above = f(x)
        x[idx] = kept
        grad[idx] = (above - f(x)) / (2 * h)
    return grad
