import numpy as np


class Relu:
    def forward(self, x):
        self.passes = passes(x)
        return keep(x, self.passes)

    def backward(self, dout):
        return keep(dout, self.passes)


def passes(x):
    return x > THRESHOLD


def keep(values, where):
    kept = np.zeros(values.shape, values.dtype)
    kept[where] = values[where]
    return kept


THRESHOLD = 0
