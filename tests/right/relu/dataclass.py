from dataclasses import dataclass, field

import numpy as np


@dataclass
class Relu:
    mask: np.ndarray = field(default=None, repr=False)
    name: str = "relu"

    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask
