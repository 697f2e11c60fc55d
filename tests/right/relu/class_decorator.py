import numpy as np

LAYERS = {}


def register(name):
    def wrap(cls):
        LAYERS[name] = cls
        cls.kind = name
        return cls

    return wrap


@register("activation")
class Relu:
    def forward(self, x):
        self.mask = x > 0
        return np.where(self.mask, x, 0)

    def backward(self, dout):
        return np.where(self.mask, dout, 0)
