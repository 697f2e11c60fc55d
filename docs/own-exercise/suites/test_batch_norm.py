"""Hidden suite for BatchNorm (section 6.3), worth 20 points. Slopes are taken from the formula by central differences."""

import numpy as np

from grader.checks import assert_left_alone, assert_own, assert_same, assert_stored, check

N, D = 5, 3


def parameters(draw):
    """A gamma and a beta."""
    return draw.away_from_zero(D), draw.away_from_zero(D)


def normalised(x, gamma, beta):
    """What forward returns."""
    return gamma * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-7) + beta


def slopes(x, gamma, beta, dout):
    """The gradient for x, number by number."""
    found = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        step = np.zeros_like(x)
        step[index] = 1e-5
        rise = normalised(x + step, gamma, beta) - normalised(x - step, gamma, beta)
        found[index] = np.sum(rise * dout) / 2e-5
    return found


@check(points=5)
def test_forward_normalises_each_column(new_layer, draw):
    """forward normalises each column, scales it by gamma and shifts it by beta"""
    gamma, beta, x = *parameters(draw), draw.away_from_zero(N, D)
    assert_same(new_layer(gamma, beta).forward(x), normalised(x, gamma, beta))


@check(points=1, after=test_forward_normalises_each_column)
def test_forward_takes_a_constant_column(new_layer, draw):
    """forward returns beta where all numbers of a column are the same"""
    gamma, beta, x = *parameters(draw), draw.away_from_zero(N, D)
    x[:, 1] = 4.0
    assert_same(new_layer(gamma, beta).forward(x), normalised(x, gamma, beta))


@check(points=2, after=test_forward_normalises_each_column)
def test_forward_sees_updated_parameters(new_layer, draw):
    """forward sees gamma and beta after they were updated in place"""
    gamma, beta, x = *parameters(draw), draw.away_from_zero(N, D)
    layer = new_layer(gamma, beta)
    layer.forward(x)
    gamma -= draw.away_from_zero(D)
    assert_same(layer.forward(x), normalised(x, gamma, beta))
    beta -= draw.away_from_zero(D)
    assert_same(layer.forward(x), normalised(x, gamma, beta))


@check(points=5, about="backward", after=test_forward_normalises_each_column)
def test_backward_returns_dx(new_layer, draw):
    """backward returns the gradient for x, mean and variance included"""
    gamma, beta, x, dout = *parameters(draw), draw.away_from_zero(N, D), draw.gradient(N, D)
    layer = new_layer(gamma, beta)
    layer.forward(x)
    assert_same(layer.backward(dout), slopes(x, gamma, beta, dout))


@check(points=2, about="backward", after=test_forward_normalises_each_column)
def test_backward_stores_dgamma(new_layer, draw):
    """backward stores the gradient for gamma in dgamma"""
    gamma, beta, x, dout = *parameters(draw), draw.away_from_zero(N, D), draw.gradient(N, D)
    layer = new_layer(gamma, beta)
    layer.forward(x)
    assert_stored(layer.backward(dout), "dgamma", np.sum(dout * normalised(x, 1.0, 0.0), axis=0))


@check(points=2, about="backward", after=test_forward_normalises_each_column)
def test_backward_stores_dbeta(new_layer, draw):
    """backward stores the gradient for beta in dbeta"""
    gamma, beta, x, dout = *parameters(draw), draw.away_from_zero(N, D), draw.gradient(N, D)
    layer = new_layer(gamma, beta)
    layer.forward(x)
    assert_stored(layer.backward(dout), "dbeta", dout.T @ np.ones(N))


@check(points=1, about="backward", after=test_backward_returns_dx)
def test_backward_belongs_to_the_latest_forward(new_layer, draw):
    """backward belongs to the latest forward of its own layer, and stores nothing in another one"""
    gamma, beta, x, dout = *parameters(draw), draw.away_from_zero(N, D), draw.gradient(N, D)
    layer, other = new_layer(gamma, beta), new_layer(*parameters(draw))
    layer.forward(draw.away_from_zero(4, D))
    layer.backward(draw.gradient(4, D))
    layer.forward(x)
    other.forward(draw.away_from_zero(N, D))
    call = layer.backward(dout)
    assert_same(call, slopes(x, gamma, beta, dout))
    assert_stored(call, "dgamma", np.sum(dout * normalised(x, 1.0, 0.0), axis=0))
    assert_stored(call, "dbeta", dout.sum(axis=0))
    other_call = other.backward(draw.gradient(N, D))
    later = layer.forward(x)
    assert_same(later, normalised(x, gamma, beta))
    assert_own(later, "dgamma", other_call)
    assert_own(later, "dbeta", other_call)


@check(points=2, about="backward", after=test_backward_returns_dx)
def test_both_leave_their_arguments_alone(new_layer, draw):
    """neither forward nor backward changes x, dout, gamma or beta"""
    gamma, beta, x, dout = *parameters(draw), draw.away_from_zero(N, D), draw.gradient(N, D)
    layer = new_layer(gamma, beta)
    assert_left_alone(layer.forward(x), "x", "gamma", "beta")
    call = layer.backward(dout)
    assert_same(call, slopes(x, gamma, beta, dout))
    assert_left_alone(call, "dout", "x", "gamma", "beta")
