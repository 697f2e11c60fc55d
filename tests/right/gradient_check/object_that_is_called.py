import numpy as np


class NumericalGradient:
    def __init__(self, h=1e-4):
        self.h = h

    def __call__(self, f, x):
        gradient = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            step = np.zeros(x.shape)
            step[index] = self.h
            gradient[index] = (f(x + step) - f(x - step)) / (2 * self.h)
        return gradient


numerical_gradient = NumericalGradient()
