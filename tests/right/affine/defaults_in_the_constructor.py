import numpy as np


class Affine:
    def __init__(self, W=None, b=None, *, weight_decay=0.0, name=None, **kwargs):
        self.W = W if W is not None else np.random.randn(784, 50)
        self.b = b if b is not None else np.zeros(50)
        self.weight_decay = weight_decay
        self.name = name or "affine"

    def forward(self, x, train_flg=True):
        self.original_x_shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return np.dot(self.x, self.W) + self.b

    def backward(self, dout, *args):
        self.dW = np.dot(self.x.T, dout) + self.weight_decay * self.W
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T).reshape(self.original_x_shape)
