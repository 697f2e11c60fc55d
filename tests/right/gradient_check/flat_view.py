import numpy as np

def numerical_gradient(f, x):
    work = np.array(x, float)
    flat = work.ravel()          # a view of work
    out = []
    h = 1e-4
    for i in range(flat.size):
        old = flat[i]
        flat[i] = old + h; up = f(work)
        flat[i] = old - h; down = f(work)
        flat[i] = old
        out.append((up - down) / (2 * h))
    return np.array(out).reshape(work.shape)
