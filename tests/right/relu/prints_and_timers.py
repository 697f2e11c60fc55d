import time

import numpy as np


class Relu:
    def __init__(self):
        print("Relu 계층 생성")
        self.mask = None

    def forward(self, x):
        start = time.time()
        self.mask = (x <= 0)
        print("mask:\n", self.mask)
        out = x.copy()
        out[self.mask] = 0
        print("forward", out.shape, "%.3f sec" % (time.time() - start))
        return out

    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        print(f"backward {dx=}")
        return dx
