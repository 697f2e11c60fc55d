from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating[Any]]
BATCH_AXIS: Final[int] = 0


class Affine:
    W: FloatArray
    b: FloatArray
    dW: FloatArray
    db: FloatArray

    def __init__(self, W: FloatArray, b: FloatArray) -> None:
        self.W = W
        self.b = b

    def forward(self, x: FloatArray) -> FloatArray:
        self.shape: tuple[int, ...] = x.shape
        self.x: FloatArray = x.reshape(x.shape[BATCH_AXIS], -1)
        out: FloatArray = self.x @ self.W + self.b
        return out

    def backward(self, dout: FloatArray) -> FloatArray:
        dx: FloatArray = dout @ self.W.T
        self.dW = self.x.T @ dout
        self.db = np.asarray(dout).sum(axis=BATCH_AXIS)
        return dx.reshape(self.shape)
