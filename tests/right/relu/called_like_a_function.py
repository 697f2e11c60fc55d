import numpy as np


class Function:
    def __call__(self, *inputs):
        outputs = self.compute(*inputs)
        self.inputs = inputs
        return outputs

    def forward(self, *inputs):
        return self(*inputs)

    def backward(self, dout):
        (x,) = self.inputs
        return dout * (x > 0)


class Relu(Function):
    def compute(self, x):
        return np.fmax(x, 0)
