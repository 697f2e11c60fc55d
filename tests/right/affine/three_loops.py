import numpy as np


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.dW = None
        self.db = None

    def forward(self, x):
        self.shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        N, D = self.x.shape
        M = self.W.shape[1]
        out = np.zeros((N, M))
        for n in range(N):
            for m in range(M):
                total = self.b[m]
                for d in range(D):
                    total = total + self.x[n, d] * self.W[d, m]
                out[n, m] = total
        return out

    def backward(self, dout):
        N, D = self.x.shape
        M = self.W.shape[1]
        dx = np.zeros((N, D))
        self.dW = np.zeros((D, M))
        self.db = np.zeros(M)
        for n in range(N):
            for m in range(M):
                self.db[m] += dout[n, m]
                for d in range(D):
                    dx[n, d] += dout[n, m] * self.W[d, m]
                    self.dW[d, m] += dout[n, m] * self.x[n, d]
        return dx.reshape(self.shape)
