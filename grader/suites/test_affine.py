"""Hidden suite for Affine (section 5.6), worth 30 points. No two of N, D and C are equal in a drawn input."""

import numpy as np

from grader.checks import assert_left_alone, assert_own, assert_same, assert_stored, check

W = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
B = np.array([7.0, 8.0, 9.0])
X = np.array([[1.0, 1.0], [2.0, 3.0]])
DOUT = np.array([[2.0, 1.0, -1.0], [1.0, 1.0, 1.0]])


def parameters(draw, d, c):
    """A W and a b."""
    return draw.away_from_zero(d, c), draw.away_from_zero(c)


def batch(draw, n, d, c):
    """An x and a dout."""
    return draw.away_from_zero(n, d), draw.gradient(n, c)


def product(x, w, b):
    """What forward returns, term by term."""
    return np.einsum("nd,dc->nc", x, w) + b


def slope_in_x(w, dout):
    """What backward returns, term by term."""
    return np.einsum("nc,dc->nd", dout, w)


def slope_in_w(x, dout):
    """What backward stores in dW, term by term."""
    return np.einsum("nd,nc->dc", x, dout)


@check(points=4)
def test_forward_multiplies_and_adds(new_layer, draw):
    """forward returns x @ W + b"""
    (w, b), (x, _) = parameters(draw, 3, 5), batch(draw, 4, 3, 5)
    assert_same(new_layer(W, B).forward(X), [[12.0, 15.0, 18.0], [21.0, 27.0, 33.0]])
    assert_same(new_layer(w, b).forward(x), product(x, w, b))


@check(points=1, after=test_forward_multiplies_and_adds)
def test_forward_takes_one_row(new_layer, draw):
    """forward takes a batch of one"""
    (w, b), (x, _) = parameters(draw, 4, 11), batch(draw, 1, 4, 11)
    assert_same(new_layer(w, b).forward(x), product(x, w, b))


@check(points=1, after=test_forward_multiplies_and_adds)
def test_forward_flattens_each_input(new_layer, draw):
    """forward flattens inputs of shape (N, d1, d2, ...) to (N, D)"""
    (w, b), images = parameters(draw, 6, 5), draw.away_from_zero(4, 2, 1, 3)
    call = new_layer(w, b).forward(images)
    assert_same(call, np.einsum("nijk,ijkc->nc", images, w.reshape(2, 1, 3, 5)) + b)
    assert_left_alone(call, "x")


@check(points=1, after=test_forward_multiplies_and_adds)
def test_forward_sees_updated_parameters(new_layer, draw):
    """forward sees W and b after they were updated in place"""
    (w, b), (x, _) = parameters(draw, 3, 2), batch(draw, 4, 3, 2)
    layer = new_layer(w, b)
    assert_same(layer.forward(x), product(x, w, b))
    w -= draw.away_from_zero(3, 2)
    assert_same(layer.forward(x), product(x, w, b))
    b -= draw.away_from_zero(2)
    assert_same(layer.forward(x), product(x, w, b))


@check(points=1, after=test_forward_multiplies_and_adds)
def test_forward_is_the_same_after_a_backward(new_layer, draw):
    """forward returns the same after a backward, and beside another layer"""
    (w, b), (x, dout) = parameters(draw, 3, 2), batch(draw, 4, 3, 2)
    layer, other = new_layer(w, b), new_layer(*parameters(draw, 3, 2))
    layer.forward(x)
    layer.backward(dout)
    other.forward(x)
    assert_same(layer.forward(x), product(x, w, b))


@check(points=2, after=test_forward_multiplies_and_adds)
def test_forward_leaves_its_arguments_alone(new_layer, draw):
    """forward does not change x, W or b"""
    (w, b), (x, _) = parameters(draw, 2, 3), batch(draw, 5, 2, 3)
    call = new_layer(w, b).forward(x)
    assert_same(call, product(x, w, b))
    assert_left_alone(call, "x", "W", "b")


@check(points=4, about="backward", after=test_forward_multiplies_and_adds)
def test_backward_returns_dx(new_layer, draw):
    """backward returns the gradient for x, dout @ W.T"""
    (w, b), (x, dout) = parameters(draw, 3, 5), batch(draw, 4, 3, 5)
    example = new_layer(W, B)
    example.forward(X)
    assert_same(example.backward(DOUT), [[1.0, 7.0], [6.0, 15.0]])
    layer = new_layer(w, b)
    layer.forward(x)
    assert_same(layer.backward(dout), slope_in_x(w, dout))


@check(points=2, about="backward", after=test_backward_returns_dx)
def test_backward_returns_dx_in_the_shape_of_x(new_layer, draw):
    """backward returns dx in the shape that x had, (N, d1, d2, ...) too"""
    (w, b), dout = parameters(draw, 6, 5), draw.gradient(4, 5)
    layer = new_layer(w, b)
    layer.forward(draw.away_from_zero(4, 3, 2))
    layer.forward(draw.away_from_zero(4, 2, 1, 3))
    assert_same(layer.backward(dout), np.einsum("nc,ijkc->nijk", dout, w.reshape(2, 1, 3, 5)))
    other = new_layer(w, b)
    other.forward(draw.away_from_zero(4, 2, 1, 3))
    other.forward(draw.away_from_zero(4, 6))
    assert_same(other.backward(dout), slope_in_x(w, dout))
    # A batch of one, as the last of an epoch may be.
    other = new_layer(w, b)
    other.forward(draw.away_from_zero(1, 6))
    assert_same(other.backward(dout[:1]), slope_in_x(w, dout[:1]))


@check(points=4, about="backward", after=test_forward_multiplies_and_adds)
def test_backward_stores_dW(new_layer, draw):
    """backward stores the gradient for W in dW"""
    (w, b), (x, dout) = parameters(draw, 3, 5), batch(draw, 4, 3, 5)
    example = new_layer(W, B)
    example.forward(X)
    assert_stored(example.backward(DOUT), "dW", [[4.0, 3.0, 1.0], [5.0, 4.0, 2.0]])
    layer = new_layer(w, b)
    layer.forward(x)
    assert_stored(layer.backward(dout), "dW", slope_in_w(x, dout))


@check(points=1, about="backward", after=test_backward_stores_dW)
def test_backward_stores_dW_of_flattened_inputs(new_layer, draw):
    """backward stores dW in the shape of W when x had the shape (N, d1, d2, ...)"""
    (w, b), images, dout = parameters(draw, 6, 5), draw.away_from_zero(4, 2, 1, 3), draw.gradient(4, 5)
    layer = new_layer(w, b)
    layer.forward(draw.away_from_zero(4, 2, 1, 3))
    layer.forward(images)
    assert_stored(layer.backward(dout), "dW", np.einsum("nijk,nc->ijkc", images, dout).reshape(6, 5))


@check(points=3, about="backward", after=test_forward_multiplies_and_adds)
def test_backward_stores_db(new_layer, draw):
    """backward stores the gradient for b, summed over the batch, in db"""
    (w, b), (x, dout) = parameters(draw, 3, 5), batch(draw, 4, 3, 5)
    example = new_layer(W, B)
    example.forward(X)
    assert_stored(example.backward(DOUT), "db", [3.0, 2.0, 0.0])
    layer = new_layer(w, b)
    layer.forward(x)
    assert_stored(layer.backward(dout), "db", dout.T @ np.ones(4))


@check(points=2, about="backward", after=test_backward_stores_dW)
def test_backward_replaces_the_gradients(new_layer, draw):
    """each backward replaces dW and db; nothing is added to the ones before"""
    (w, b), (x, dout), (later, later_dout) = parameters(draw, 3, 5), batch(draw, 4, 3, 5), batch(draw, 6, 3, 5)
    layer = new_layer(w, b)
    layer.forward(x)
    layer.backward(dout)
    layer.forward(later)
    call = layer.backward(later_dout)
    assert_stored(call, "dW", slope_in_w(later, later_dout))
    assert_stored(call, "db", later_dout.T @ np.ones(6))
    # A batch of one, as the last of an epoch may be.
    other = new_layer(w, b)
    other.forward(x[:1])
    assert_stored(other.backward(dout[:1]), "db", dout[0])


@check(points=1, about="backward", after=test_backward_returns_dx)
def test_backward_sees_updated_W(new_layer, draw):
    """backward sees W after it was updated in place and forward ran again"""
    (w, b), (x, dout) = parameters(draw, 3, 2), batch(draw, 4, 3, 2)
    layer = new_layer(w, b)
    layer.forward(x)
    layer.backward(dout)
    w -= draw.away_from_zero(3, 2)
    layer.forward(x)
    assert_same(layer.backward(dout), slope_in_x(w, dout))


@check(points=1, about="backward", after=test_backward_returns_dx)
def test_backward_leaves_its_arguments_alone(new_layer, draw):
    """backward does not change dout, x, W or b"""
    (w, b), (x, dout) = parameters(draw, 2, 3), batch(draw, 5, 2, 3)
    layer = new_layer(w, b)
    layer.forward(x)
    call = layer.backward(dout)
    assert_same(call, slope_in_x(w, dout))
    assert_left_alone(call, "dout", "x", "W", "b")


@check(points=1, about="backward", after=test_backward_stores_dW)
def test_backward_answers_the_latest_forward(new_layer, draw):
    """backward belongs to the latest forward when a layer is used again"""
    (w, b), (x, dout) = parameters(draw, 3, 5), batch(draw, 4, 3, 5)
    layer = new_layer(w, b)
    layer.forward(draw.away_from_zero(4, 3))
    layer.forward(x)
    assert_stored(layer.backward(dout), "dW", slope_in_w(x, dout))


@check(points=1, about="backward", after=test_backward_returns_dx)
def test_two_layers_do_not_share(new_layer, draw):
    """two layers used in turn do not disturb each other"""
    (w, b), (x, dout) = parameters(draw, 3, 5), batch(draw, 4, 3, 5)
    (other_w, other_b), (other_x, other_dout) = parameters(draw, 3, 5), batch(draw, 6, 3, 5)
    layer, other = new_layer(w, b), new_layer(other_w, other_b)
    layer.forward(x)
    other.forward(other_x)
    call, other_call = layer.backward(dout), other.backward(other_dout)
    assert_same(call, slope_in_x(w, dout))
    assert_stored(call, "dW", slope_in_w(x, dout))
    assert_same(other_call, slope_in_x(other_w, other_dout))
    assert_stored(other_call, "dW", slope_in_w(other_x, other_dout))
    later = layer.forward(x)
    assert_own(later, "dW", other_call)
    assert_own(later, "db", other_call)
