"""The numerical gradient (section 4.4), which checks all others: replace the TODO. A bonus exercise."""

import numpy as np


def numerical_gradient(f, x):
    """Return the gradient of `f` at `x`, by central differences.

    - `f` is a function that takes an array of the shape of `x` and returns one number.
    - `x` is an array of any shape, of floats or of integers; the result holds floats in the same shape.
    - Each number of the result is `(f(x + h) - f(x - h)) / (2 * h)`, where `h` is added to that one number of `x`
      alone; all the others stay where they are. So both sides count.
    - `h` is about 1e-4: with 1e-6 and 1e-3 the result is near enough, too, with 1e-10 or 1e-2 it is not.
    - You may change `x` on the way. At the end it is as it was.
    """
    # TODO: move one number of x after the other by h, up and down, and compare what f says
    raise NotImplementedError("move one number of x after the other by h, up and down, and compare what f says")
