import numpy as np

STEP = 1e-5


def numerical_gradient(f, x):
    x = np.asarray(x, dtype=np.float64)
    result = np.empty(x.shape)
    for position in np.ndindex(*x.shape):
        e = np.zeros(x.shape)
        e[position] = STEP
        result[position] = (f(x + e) - f(x - e)) / STEP / 2
    return result
