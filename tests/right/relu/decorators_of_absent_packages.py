import numpy as np
from beartype import beartype
from numba import njit
from typing_extensions import override


class Base:
    def forward(self, x): ...


@njit(cache=True)
def positive(x):
    return x > 0


@beartype
class Relu(Base):
    @override
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, dout):
        return dout * positive(self.x)
