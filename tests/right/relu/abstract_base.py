from abc import ABC, abstractmethod

import numpy as np


class Layer(ABC):
    def __init__(self):
        self.params, self.grads = [], []

    @abstractmethod
    def forward(self, x):
        ...

    @abstractmethod
    def backward(self, dout):
        ...


class Relu(Layer):
    def __init__(self):
        super().__init__()
        self.mask = None

    def forward(self, x):
        self.mask = np.less_equal(x, 0)
        return np.where(self.mask, 0, x)

    def backward(self, dout):
        return np.where(self.mask, 0, dout)
