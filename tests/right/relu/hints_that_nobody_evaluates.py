from __future__ import annotations

import numpy as np


class Relu:
    mask: Array[bool, "any shape"]

    def forward(self, x: Tuple(int, ...)) -> np.array(float):
        out: Tuple(int, ...) = x.copy()
        self.mask: np.bool8 = x <= 0
        out[self.mask] = 0
        return out

    def backward(self, dout: torch.Tensor) -> torch.Tensor:
        dx = dout.copy()
        dx[self.mask] = 0
        return dx
