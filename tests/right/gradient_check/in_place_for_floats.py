import numpy as np
def _moved(f, x, i, by):
    saved = x.flat[i]
    x.flat[i] = saved + by
    try:
        return f(x)
    finally:
        x.flat[i] = saved
def numerical_gradient(f, x, h=1e-4):
    if not np.issubdtype(x.dtype, np.floating):
        x = x * 1.0
    slopes = [(_moved(f, x, i, h) - _moved(f, x, i, -h)) / (2 * h) for i in range(x.size)]
    return np.reshape(slopes, x.shape)
