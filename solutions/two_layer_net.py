"""A network of two layers (section 5.7): replace the four TODOs. A bonus exercise.

The layers are your own: `affine.py`, `relu.py` and `softmax_with_loss.py` beside this file. When this exercise is
graded, right ones stand in their place, so that a mistake in one of them costs nothing here.
"""

import numpy as np
from affine import Affine
from relu import Relu
from softmax_with_loss import SoftmaxWithLoss


class TwoLayerNet:
    """Affine, Relu, Affine, and SoftmaxWithLoss on top.

    N stands for the number of inputs in the batch, D for the numbers in each, H for the hidden ones, C for the classes.
    """

    def __init__(self, W1, b1, W2, b2):
        """Make the layers.

        - `W1` has the shape (D, H), `b1` the shape (H,), `W2` the shape (H, C), `b2` the shape (C,).
        - Hand the layers the very arrays, not copies: when an optimizer later changes one of them in place,
          `predict`, `loss` and `gradient` calculate with the new numbers.
        - Each network has layers of its own: two networks used in turn do not disturb each other.
        """
        # TODO: make the four layers and keep them
        # --- solution
        self.first = Affine(W1, b1)
        self.relu = Relu()
        self.second = Affine(W2, b2)
        self.last = SoftmaxWithLoss()
        # --- end of solution

    def predict(self, x):
        """Return the scores for the inputs `x`, of shape (N, C).

        - `x` has the shape (N, D). It goes through Affine, Relu and Affine, each fed with what the one before returned.
        - Scores are what the second Affine returns: neither Relu nor softmax follows.
        - `x` and the parameters stay as they are.
        """
        # TODO: hand x from layer to layer, and return the scores
        # --- solution
        activations = self.relu.forward(self.first.forward(x))
        return self.second.forward(activations)
        # --- end of solution

    def loss(self, x, t):
        """Return the loss of the scores for `x`, one number.

        - `t` says which class is right, as in SoftmaxWithLoss: one-hot, shape (N, C), or labels, shape (N,).
        - `x`, `t` and the parameters stay as they are.
        """
        # TODO: return what the last layer says of the scores and t
        # --- solution
        return self.last.forward(self.predict(x), t)
        # --- end of solution

    def gradient(self, x, t):
        """Return the gradients of the loss for the parameters, by backpropagation.

        - The result is a dictionary with the keys "W1", "b1", "W2" and "b2"; each gradient has its parameter's shape.
        - It works by itself: nobody has to call `loss` before.
        - Each call gives the gradients for its own `x` and `t`; nothing is added to those of earlier calls.
        - `x`, `t` and the parameters stay as they are.
        """
        # TODO: run forward, then backward in reverse order, and return the gradients
        # --- solution
        self.loss(x, t)
        dout = self.last.backward()
        dout = self.second.backward(dout)
        dout = self.relu.backward(dout)
        self.first.backward(dout)
        return {"W1": self.first.dW, "b1": self.first.db, "W2": self.second.dW, "b2": self.second.db}
        # --- end of solution
