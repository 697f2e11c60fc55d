from dataclasses import dataclass
from typing import Optional

import numpy as np


@dataclass(eq=False)
class Affine:
    W: np.ndarray
    b: np.ndarray
    x: Optional[np.ndarray] = None
    dW: Optional[np.ndarray] = None
    db: Optional[np.ndarray] = None
    original_x_shape: Optional[tuple] = None

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.original_x_shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return self.x @ self.W + self.b

    def backward(self, dout: np.ndarray) -> np.ndarray:
        self.dW = self.x.T @ dout
        self.db = dout.sum(axis=0)
        return (dout @ self.W.T).reshape(*self.original_x_shape)
