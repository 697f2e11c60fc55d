import numpy as np


class Softmax:
    def forward(self, x):
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        self.y = e / np.sum(e, axis=1, keepdims=True)
        return self.y

    def backward(self, dout):
        inner = np.sum(dout * self.y, axis=1, keepdims=True)
        return self.y * (dout - inner)


class CrossEntropy:
    def forward(self, y, t):
        self.y, self.t = y, t
        return -np.sum(t * np.log(y + 1e-7)) / len(y)

    def backward(self, dout):
        return -dout * self.t / (self.y + 1e-7) / len(self.y)


class SoftmaxWithLoss:
    def __init__(self):
        self.softmax = Softmax()
        self.loss_layer = CrossEntropy()

    def forward(self, x, t):
        if t.ndim == 1:
            t = np.eye(x.shape[1])[t]
        return self.loss_layer.forward(self.softmax.forward(x), t)

    def backward(self, dout=1):
        return self.softmax.backward(self.loss_layer.backward(dout))
