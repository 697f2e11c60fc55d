"""Hidden suite for Sigmoid (section 5.5.2), worth 20 points.

Expected values come from tanh and from its differences, so that they share no formula with the solution.
"""

import numpy as np

from grader.checks import assert_left_alone, assert_same, check

X = np.array([[1.0, -0.5], [-2.0, 3.0]])
DOUT = np.array([[35.0, 73.0], [92.0, 83.0]])
# No large positive numbers: exp(x) / (1 + exp(x)) is a right formula too.
FAR = np.array([[-1000.0, -1.2, 20.0, -50.0], [0.7, -710.0, 4.0, -300.0]])
STEP = 1e-5


def curve(x):
    """The curve that forward follows."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def slope(x):
    """Its slope, from a point on either side."""
    return (curve(x + STEP) - curve(x - STEP)) / (2 * STEP)


@check(points=5)
def test_forward_follows_the_formula(new_layer, draw):
    """forward returns 1 / (1 + exp(-x))"""
    x = draw.away_from_zero(3, 4)
    assert_same(new_layer().forward(X), [[0.7310586, 0.3775407], [0.1192029, 0.9525741]])
    assert_same(new_layer().forward(x), curve(x))
    # Not a single one negative: a branch for these is not taken.
    assert_same(new_layer().forward(np.abs(x)), curve(np.abs(x)))


@check(points=1, after=test_forward_follows_the_formula)
def test_forward_keeps_any_shape(new_layer, draw):
    """forward takes inputs of any shape and returns the same shape"""
    row, images = draw.away_from_zero(1, 6), draw.away_from_zero(2, 3, 2, 4)
    assert_same(new_layer().forward(row), curve(row))
    assert_same(new_layer().forward(images), curve(images))


@check(points=2, after=test_forward_follows_the_formula)
def test_forward_takes_very_negative_inputs(new_layer, draw):
    """forward returns 0 for very negative inputs, down to -1000"""
    x = draw.away_from_zero(2, 4)
    assert_same(new_layer().forward(FAR), curve(FAR))
    assert_same(new_layer().forward(FAR + x), curve(FAR + x))


@check(points=2, after=test_forward_follows_the_formula)
def test_forward_leaves_x_alone(new_layer, draw):
    """forward does not change x"""
    x = draw.away_from_zero(4, 3)
    call = new_layer().forward(x)
    assert_same(call, curve(x))
    assert_left_alone(call, "x")


@check(points=5, about="backward", after=test_forward_follows_the_formula)
def test_backward_multiplies_dout_by_the_slope(new_layer, draw):
    """backward returns dout * y * (1 - y)"""
    x, dout = draw.input_and_gradient(3, 4)
    example = new_layer()
    example.forward(X)
    assert_same(example.backward(DOUT), [[6.881418, 17.155271], [9.659433, 3.749685]])
    layer = new_layer()
    layer.forward(x)
    assert_same(layer.backward(dout), dout * slope(x))


@check(points=1, about="backward", after=test_backward_multiplies_dout_by_the_slope)
def test_backward_keeps_any_shape(new_layer, draw):
    """backward takes the shape that x had, whatever it is"""
    x, dout = draw.input_and_gradient(2, 3, 2, 4)
    layer = new_layer()
    layer.forward(x)
    assert_same(layer.backward(dout), dout * slope(x))


@check(points=2, about="backward", after=test_backward_multiplies_dout_by_the_slope)
def test_backward_leaves_dout_alone(new_layer, draw):
    """backward does not change dout"""
    x, dout = draw.input_and_gradient(4, 3)
    layer = new_layer()
    layer.forward(x)
    call = layer.backward(dout)
    assert_same(call, dout * slope(x))
    assert_left_alone(call, "dout", "x")


@check(points=1, about="backward", after=test_backward_multiplies_dout_by_the_slope)
def test_backward_answers_the_latest_forward(new_layer, draw):
    """backward belongs to the latest forward when a layer is used again"""
    x, dout = draw.input_and_gradient(3, 4)
    later, later_dout = draw.input_and_gradient(5, 2)
    layer = new_layer()
    layer.forward(draw.away_from_zero(3, 4))
    layer.forward(x)
    assert_same(layer.backward(dout), dout * slope(x))
    layer.forward(later)
    assert_same(layer.backward(later_dout), later_dout * slope(later))
    # A batch of one, as the last of an epoch may be.
    layer.forward(later[:1])
    assert_same(layer.backward(later_dout[:1]), later_dout[:1] * slope(later[:1]))


@check(points=1, about="backward", after=test_backward_multiplies_dout_by_the_slope)
def test_two_layers_do_not_share(new_layer, draw):
    """two layers used in turn do not disturb each other"""
    x, dout = draw.input_and_gradient(4, 3)
    other_x, other_dout = draw.input_and_gradient(4, 3)
    layer, other = new_layer(), new_layer()
    layer.forward(x)
    other.forward(other_x)
    assert_same(layer.backward(dout), dout * slope(x))
    assert_same(other.backward(other_dout), other_dout * slope(other_x))
