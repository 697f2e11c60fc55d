# ゼロから作るディープラーニング 第5章
import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)  # ０以下の要素は真
        out = x.copy()
        out[self.mask] = 0
        return out

    """逆伝播"""
    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
