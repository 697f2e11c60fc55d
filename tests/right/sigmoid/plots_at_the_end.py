import numpy as np
import matplotlib.pyplot as plt
import seaborn as sns


class Sigmoid:
    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


x = np.arange(-5, 5, 0.1)
plt.plot(x, Sigmoid().forward(x))
plt.ylim(-0.1, 1.1)
plt.show()
