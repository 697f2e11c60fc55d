import numpy as np


def numerical_gradient(f, x):
    h = 1e-7
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
