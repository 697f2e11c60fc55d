import numpy as np


class Sigmoid:
    def forward(self, x):
        self.x = x
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, dout):
        # dL/dy * y^2 * exp(-x), 식을 정리하기 전의 모양
        return dout * self.y**2 * np.exp(-self.x)
