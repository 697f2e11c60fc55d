import numpy as np


class Affine:
    count = 0

    def __init__(self, W, b):
        self.W = W
        self.b = b
        Affine.count += 1
        self.number = Affine.count

    def __repr__(self):
        return "Affine%d(%s)" % (self.number, "x".join(map(str, self.W.shape)))

    def __call__(self, x):
        return self.forward(x)

    def __len__(self):
        return self.W.size + self.b.size

    def forward(self, x):
        self.original_x_shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return np.dot(self.x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T).reshape(*self.original_x_shape)

    def update(self, learning_rate=0.1):
        self.W -= learning_rate * self.dW
        self.b -= learning_rate * self.db

    def save(self, path="params.npz"):
        np.savez(path, W=self.W, b=self.b)
