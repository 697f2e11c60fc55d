"""Hidden suite for Relu (section 5.5.1), worth 20 points."""

import numpy as np

from grader.checks import assert_left_alone, assert_same, check

X = np.array([[1.0, -0.5], [-2.0, 3.0]])
DOUT = np.array([[35.0, 73.0], [92.0, 83.0]])
ZEROS = np.array([[0.0, 2.0, -0.0], [-1.0, 0.0, 0.5]])
INTEGERS = np.array([[3, -1, 8, 7], [-4, 2, 5, -6], [1, -8, -2, 9]])


@check(points=4)
def test_forward_zeroes_negative_inputs(new_layer, draw):
    """forward turns negative inputs into 0 and keeps the others"""
    x = draw.away_from_zero(3, 4)
    assert_same(new_layer().forward(X), [[1.0, 0.0], [0.0, 3.0]])
    assert_same(new_layer().forward(x), np.where(x > 0, x, 0.0))
    # Not a single one negative: a branch for these is not taken. And large: Relu has no ceiling.
    assert_same(new_layer().forward(np.abs(100 * x)), np.abs(100 * x))
    # Small, but not 0: from 0.0001 on.
    assert_same(new_layer().forward(x / 1000), np.where(x > 0, x / 1000, 0.0))


@check(points=2, after=test_forward_zeroes_negative_inputs)
def test_forward_keeps_any_shape(new_layer, draw):
    """forward takes inputs of any shape and returns the same shape"""
    row, images = draw.away_from_zero(1, 6), draw.away_from_zero(2, 3, 2, 4)
    assert_same(new_layer().forward(row), np.where(row > 0, row, 0.0))
    assert_same(new_layer().forward(images), np.where(images > 0, images, 0.0))


@check(points=1, after=test_forward_zeroes_negative_inputs)
def test_forward_accepts_integers(new_layer, draw):
    """forward takes arrays of integers too"""
    x = np.rint(draw.gradient(4, 3)).astype(int)
    assert_same(new_layer().forward(INTEGERS), [[3, 0, 8, 7], [0, 2, 5, 0], [1, 0, 0, 9]])
    assert_same(new_layer().forward(x), np.where(x > 0, x, 0))


@check(points=2, after=test_forward_zeroes_negative_inputs)
def test_forward_leaves_x_alone(new_layer, draw):
    """forward does not change x"""
    x = draw.away_from_zero(4, 3)
    call = new_layer().forward(x)
    assert_same(call, np.where(x > 0, x, 0.0))
    assert_left_alone(call, "x")


@check(points=4, about="backward", after=test_forward_zeroes_negative_inputs)
def test_backward_passes_dout_where_x_was_positive(new_layer, draw):
    """backward passes dout on where x was positive and returns 0 elsewhere"""
    x, dout = draw.input_and_gradient(3, 4)
    example = new_layer()
    example.forward(X)
    assert_same(example.backward(DOUT), [[35.0, 0.0], [0.0, 83.0]])
    layer = new_layer()
    layer.forward(x)
    assert_same(layer.backward(dout), np.where(x > 0, dout, 0.0))
    layer = new_layer()
    layer.forward(x / 1000)
    assert_same(layer.backward(dout), np.where(x > 0, dout, 0.0))


@check(points=2, about="backward", after=test_backward_passes_dout_where_x_was_positive)
def test_backward_is_zero_at_zero(new_layer, draw):
    """backward returns 0 where x was exactly 0"""
    dout = draw.gradient(2, 3)
    layer = new_layer()
    layer.forward(ZEROS)
    assert_same(layer.backward(dout), np.where(ZEROS > 0, dout, 0.0))


@check(points=1, about="backward", after=test_backward_passes_dout_where_x_was_positive)
def test_backward_keeps_fractions_after_integers(new_layer, draw):
    """backward keeps the fractions of dout when x was an array of integers"""
    dout = draw.gradient(3, 4)
    layer = new_layer()
    layer.forward(INTEGERS)
    assert_same(layer.backward(dout), np.where(INTEGERS > 0, dout, 0.0))


@check(points=2, about="backward", after=test_backward_passes_dout_where_x_was_positive)
def test_backward_leaves_dout_alone(new_layer, draw):
    """backward does not change dout"""
    x, dout = draw.input_and_gradient(4, 3)
    layer = new_layer()
    layer.forward(x)
    call = layer.backward(dout)
    assert_same(call, np.where(x > 0, dout, 0.0))
    assert_left_alone(call, "dout", as_the_book=True)
    assert_left_alone(call, "x")


@check(points=1, about="backward", after=test_backward_passes_dout_where_x_was_positive)
def test_backward_answers_the_latest_forward(new_layer, draw):
    """backward belongs to the latest forward when a layer is used again"""
    x, dout = draw.input_and_gradient(3, 4)
    images, images_dout = draw.input_and_gradient(2, 3, 2, 3)
    layer = new_layer()
    layer.forward(-x)
    layer.forward(x)
    assert_same(layer.backward(dout), np.where(x > 0, dout, 0.0))
    layer.forward(images)
    assert_same(layer.backward(images_dout), np.where(images > 0, images_dout, 0.0))
    # A batch of one, as the last of an epoch may be.
    layer.forward(x[:1])
    assert_same(layer.backward(dout[:1]), np.where(x[:1] > 0, dout[:1], 0.0))


@check(points=1, about="backward", after=test_backward_passes_dout_where_x_was_positive)
def test_two_layers_do_not_share(new_layer, draw):
    """two layers used in turn do not disturb each other"""
    x, dout = draw.input_and_gradient(4, 3)
    other_dout = draw.gradient(4, 3)
    layer, other = new_layer(), new_layer()
    layer.forward(x)
    other.forward(-x)
    assert_same(layer.backward(dout), np.where(x > 0, dout, 0.0))
    assert_same(other.backward(other_dout), np.where(x < 0, other_dout, 0.0))
