import numpy as np

STEP = 1e-4


def unit(k, x):
    return STEP * np.eye(1, x.size, k).reshape(x.shape)


numerical_gradient = lambda f, x: np.array(
    [(f(x + unit(k, x)) - f(x - unit(k, x))) / (2 * STEP) for k in range(x.size)]
).reshape(x.shape)
