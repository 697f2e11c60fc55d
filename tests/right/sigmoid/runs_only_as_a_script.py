import numpy as np


class Sigmoid:
    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


if __name__ == "__main__":
    layer = Sigmoid()
    print(layer.forward(np.array([[1.0, 2.0]])))
    while True:
        layer.backward(np.ones((1, 2)))
