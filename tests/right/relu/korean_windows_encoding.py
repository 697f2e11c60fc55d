# -*- coding: cp949 -*-
import numpy as np


# 렐루 계층: 0 이하의 신호는 흘려보내지 않는다
class Relu:
    def __init__(self):
        self.mask = None  # 순전파 때 0 이하였던 위치

    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dx = dout.copy()  # 원본은 그대로 둔다
        dx[self.mask] = 0
        return dx
