# 밑바닥부터 시작하는 딥러닝 5장: 렐루
import numpy as np


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)  # 0 이하인 원소는 참
        out = x.copy()
        out[self.mask] = 0
        return out

    """역전파"""
    def backward(self, dout):
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
