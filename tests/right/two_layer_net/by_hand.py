import numpy as np


class TwoLayerNet:
    """Without any layer."""

    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def _forward(self, x):
        a = x @ self.W1 + self.b1
        z = np.where(a > 0, a, 0)
        return a, z, z @ self.W2 + self.b2

    def predict(self, x):
        return self._forward(x)[2]

    def _softmax(self, s):
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, x, t):
        y = self._softmax(self.predict(x))
        if t.ndim == 1:
            t = np.eye(y.shape[1])[t]
        return -np.sum(t * np.log(y + 1e-7)) / len(x)

    def gradient(self, x, t):
        a, z, s = self._forward(x)
        d = self._softmax(s)
        d = (d - (np.eye(d.shape[1])[t] if t.ndim == 1 else t)) / len(x)
        back = (d @ self.W2.T) * (a > 0)
        return {"W2": z.T @ d, "b2": d.sum(0), "W1": x.T @ back, "b1": back.sum(0)}
