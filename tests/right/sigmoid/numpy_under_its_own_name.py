import numpy


class Sigmoid(object):
    def forward(self, x):
        self.out = 1 / (1 + numpy.e ** (-x))
        return self.out.copy()

    def backward(self, dout):
        return dout * self.out * (1 - self.out)
