"""Hidden suite for SoftmaxWithLoss (section 5.6.3), worth 30 points.

Expected losses come from the logarithm of a sum, expected gradients from differences of such losses.
"""

import numpy as np

from grader.checks import assert_hopeless_loss, assert_left_alone, assert_loss, assert_same, check

X = np.array([[0.3, 0.9, -0.2], [1.0, 0.1, 0.4]])
LABELS = np.array([1, 2])
# Nobody is of the last class: how many there are, the scores say, not the labels.
FEW_LABELS = np.array([1, 0])
STEP = 1e-5


def one_hot(labels, columns):
    """The rows of the identity that the labels choose."""
    return np.eye(columns)[labels]


def loss(x, labels):
    """The mean cross-entropy of a batch, or of each of a stack of batches, without a softmax."""
    rows = np.log(np.exp(x).sum(axis=-1)) - x[..., np.arange(len(labels)), labels]
    return rows.mean(axis=-1)


def gradient(x, labels):
    """The slope of the loss in each entry of x, from a point on either side."""
    steps = STEP * np.eye(x.size).reshape(x.size, *x.shape)
    return ((loss(x + steps, labels) - loss(x - steps, labels)) / (2 * STEP)).reshape(x.shape)


def raised_in_one_row(x):
    """The same scores with 1000 added in the second row, which changes neither loss nor gradient."""
    return x + np.array([0.0, 1000.0] + [0.0] * (len(x) - 2))[:, None]


@check(points=4)
def test_forward_returns_the_mean_loss(new_layer, draw):
    """forward returns the mean cross-entropy for one-hot t"""
    x, labels = draw.scores_and_labels(5, 3)
    assert_loss(new_layer().forward(X, one_hot(LABELS, 3)), 0.951376)
    assert_loss(new_layer().forward(x, one_hot(labels, 3)), loss(x, labels))


@check(points=3, after=test_forward_returns_the_mean_loss)
def test_forward_takes_labels(new_layer, draw):
    """forward takes t as labels and returns the same loss"""
    x, labels = draw.scores_and_labels(5, 3)
    assert_loss(new_layer().forward(X, LABELS), 0.951376)
    assert_loss(new_layer().forward(x, labels), loss(x, labels))
    assert_loss(new_layer().forward(X, FEW_LABELS), loss(X, FEW_LABELS))
    # As many inputs as classes: labels are as long as a one-hot row then.
    square, square_labels = draw.scores_and_labels(3, 3)
    assert_loss(new_layer().forward(square, square_labels), loss(square, square_labels))


@check(points=1, after=test_forward_returns_the_mean_loss)
def test_forward_takes_one_row(new_layer, draw):
    """forward takes a batch of one"""
    x, labels = draw.scores_and_labels(1, 4)
    assert_loss(new_layer().forward(x, one_hot(labels, 4)), loss(x, labels))


@check(points=3, after=test_forward_returns_the_mean_loss)
def test_forward_treats_each_row_by_itself(new_layer, draw):
    """forward returns the right loss when the scores of one row are about 1000"""
    x, labels = draw.scores_and_labels(4, 3)
    assert_loss(new_layer().forward(raised_in_one_row(x), one_hot(labels, 3)), loss(x, labels))


@check(points=2, after=test_forward_returns_the_mean_loss)
def test_forward_is_finite_for_a_hopeless_row(new_layer, draw):
    """forward returns a finite loss when the right class has no chance at all"""
    # With fewer classes, 1000 less the mean of its row is small enough for exp.
    x, labels = draw.scores_and_labels(5, 4)
    hopeless = x + 1000 * one_hot((labels + 1) % 4, 4)
    # Any large number is a right loss there; the number of the same batch with a chance tells whether it was computed.
    assert_loss(new_layer().forward(x, one_hot(labels, 4)), loss(x, labels))
    assert_hopeless_loss(new_layer().forward(hopeless, one_hot(labels, 4)))


@check(points=1, after=test_forward_returns_the_mean_loss)
def test_forward_starts_afresh(new_layer, draw):
    """forward returns the loss of its own batch when a layer is used again"""
    (x, labels), (earlier, earlier_labels) = draw.scores_and_labels(5, 3), draw.scores_and_labels(4, 3)
    layer = new_layer()
    layer.forward(earlier, one_hot(earlier_labels, 3))
    assert_loss(layer.forward(x, one_hot(labels, 3)), loss(x, labels))


@check(points=2, after=test_forward_returns_the_mean_loss)
def test_forward_leaves_its_arguments_alone(new_layer, draw):
    """forward does not change x or t"""
    x, labels = draw.scores_and_labels(4, 3)
    call = new_layer().forward(x, one_hot(labels, 3))
    assert_loss(call, loss(x, labels))
    assert_left_alone(call, "x", "t")


@check(points=4, about="backward", after=test_forward_returns_the_mean_loss)
def test_backward_returns_the_gradient(new_layer, draw):
    """backward returns (y - t) / N for one-hot t"""
    x, labels = draw.scores_and_labels(5, 3)
    layer = new_layer()
    layer.forward(x, one_hot(labels, 3))
    assert_same(layer.backward(np.array(1)), gradient(x, labels))


@check(points=2, about="backward", after=test_backward_returns_the_gradient)
def test_backward_takes_labels(new_layer, draw):
    """backward returns the same gradient when t was given as labels"""
    x, labels = draw.scores_and_labels(5, 3)
    layer = new_layer()
    layer.forward(x, labels)
    assert_same(layer.backward(np.array(1)), gradient(x, labels))
    layer = new_layer()
    layer.forward(X, FEW_LABELS)
    assert_same(layer.backward(np.array(1)), gradient(X, FEW_LABELS))


@check(points=1, about="backward", after=test_backward_returns_the_gradient)
def test_backward_works_without_dout(new_layer, draw):
    """backward() is the same as backward(1)"""
    x, labels = draw.scores_and_labels(5, 3)
    layer = new_layer()
    layer.forward(x, one_hot(labels, 3))
    assert_same(layer.backward(), gradient(x, labels))


@check(points=1, about="backward", after=test_backward_returns_the_gradient)
def test_backward_gives_the_same_answer_twice(new_layer, draw):
    """a second backward gives the same gradient again"""
    x, labels = draw.scores_and_labels(4, 3)
    layer = new_layer()
    layer.forward(x, one_hot(labels, 3))
    assert_same(layer.backward(np.array(1)), gradient(x, labels))
    assert_same(layer.backward(np.array(1)), gradient(x, labels))


@check(points=1, about="backward", after=test_backward_takes_labels)
def test_backward_gives_the_same_answer_twice_for_labels(new_layer, draw):
    """with labels too, backward belongs to the latest forward and gives the same gradient twice"""
    x, labels = draw.scores_and_labels(4, 3)
    layer = new_layer()
    layer.forward(-x, (labels + 1) % 3)
    layer.forward(x, labels)
    assert_same(layer.backward(np.array(1)), gradient(x, labels))
    assert_same(layer.backward(np.array(1)), gradient(x, labels))
    # As many inputs as classes: labels are as long as a one-hot row then.
    square, square_labels = draw.scores_and_labels(3, 3)
    layer.forward(square, square_labels)
    assert_same(layer.backward(np.array(1)), gradient(square, square_labels))


@check(points=2, about="backward", after=test_backward_returns_the_gradient)
def test_backward_treats_each_row_by_itself(new_layer, draw):
    """backward returns the right gradient when some scores are about 1000"""
    x, labels = draw.scores_and_labels(5, 4)
    layer, sure = new_layer(), new_layer()
    layer.forward(raised_in_one_row(x), one_hot(labels, 4))
    assert_same(layer.backward(np.array(1)), gradient(x, labels))
    sure.forward(x + 1000 * one_hot(labels, 4), one_hot(labels, 4))
    assert_same(sure.backward(np.array(1)), np.zeros((5, 4)))


@check(points=1, about="backward", after=test_backward_returns_the_gradient)
def test_backward_leaves_x_and_t_alone(new_layer, draw):
    """backward does not change x or t"""
    x, labels = draw.scores_and_labels(4, 3)
    layer = new_layer()
    layer.forward(x, one_hot(labels, 3))
    call = layer.backward(np.array(1))
    assert_same(call, gradient(x, labels))
    assert_left_alone(call, "x", "t")


@check(points=1, about="backward", after=test_backward_returns_the_gradient)
def test_backward_answers_the_latest_forward(new_layer, draw):
    """backward belongs to the latest forward when a layer is used again"""
    (x, labels), (earlier, _) = draw.scores_and_labels(4, 3), draw.scores_and_labels(4, 3)
    later, later_labels = draw.scores_and_labels(5, 4)
    layer = new_layer()
    layer.forward(earlier, one_hot((labels + 1) % 3, 3))
    layer.forward(x, one_hot(labels, 3))
    assert_same(layer.backward(np.array(1)), gradient(x, labels))
    layer.forward(later, one_hot(later_labels, 4))
    assert_same(layer.backward(np.array(1)), gradient(later, later_labels))
    # A batch of one, as the last of an epoch may be.
    layer.forward(later[:1], one_hot(later_labels[:1], 4))
    assert_same(layer.backward(np.array(1)), gradient(later[:1], later_labels[:1]))


@check(points=1, about="backward", after=test_backward_returns_the_gradient)
def test_two_layers_do_not_share(new_layer, draw):
    """two layers used in turn do not disturb each other"""
    (x, labels), (other_x, _) = draw.scores_and_labels(4, 3), draw.scores_and_labels(4, 3)
    other_labels = (labels + 1) % 3
    layer, other = new_layer(), new_layer()
    layer.forward(x, one_hot(labels, 3))
    other.forward(other_x, one_hot(other_labels, 3))
    assert_same(layer.backward(np.array(1)), gradient(x, labels))
    assert_same(other.backward(np.array(1)), gradient(other_x, other_labels))
