import numpy as np


class Activation:
    def __init__(self, name="activation"):
        self.name = name
        self.out = None

    def function(self, x):
        raise NotImplementedError

    def derivative(self):
        raise NotImplementedError

    def forward(self, x):
        self.out = self.function(x)
        return self.out

    def backward(self, dout):
        return dout * self.derivative()


class Sigmoid(Activation):
    def __init__(self):
        super().__init__("sigmoid")

    def function(self, x):
        return 1 / (1 + np.exp(-x))

    def derivative(self):
        return (1 - self.out) * self.out
