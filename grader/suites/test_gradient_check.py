"""Hidden suite for numerical_gradient (section 4.4), worth 20 bonus points. Every slope is known in closed form.

A check takes the slopes of two functions where one alone has slopes that a formula in x gives, without asking f.
"""

import numpy as np

from grader.checks import assert_left_alone, assert_same, check, named

POINT = np.array([3.0, 4.0])


def weighted_slope(x):
    """The slope of weighted_squares."""
    return (1 + 2 * np.arange(x.size) / x.size).reshape(x.shape) * x


@check(points=4, about="numerical_gradient")
def test_each_number_gets_its_slope(new_layer, draw):
    """numerical_gradient returns the slope of f in each number of x"""
    x = draw.away_from_zero(7)
    assert_same(new_layer().numerical_gradient(named("sum_of_squares"), POINT), [6.0, 8.0])
    assert_same(new_layer().numerical_gradient(named("weighted_squares"), x), weighted_slope(x))


@check(points=2, about="numerical_gradient", after=test_each_number_gets_its_slope)
def test_one_number_moves_at_a_time(new_layer, draw):
    """the other numbers stay where they are while one moves"""
    x, [total] = draw.away_from_zero(5), draw.gradient(1)
    x[0] += total - x.sum()
    assert_same(new_layer().numerical_gradient(named("square_of_sum"), x), np.full(5, 2 * total))
    assert_same(new_layer().numerical_gradient(named("weighted_squares"), x), weighted_slope(x))


@check(points=3, about="numerical_gradient", after=test_each_number_gets_its_slope)
def test_a_matrix_keeps_its_shape(new_layer, draw):
    """f is given a matrix for a matrix x, and so is the result"""
    x = draw.away_from_zero(4, 3)
    weights = np.arange(1.0, 5.0)[:, None]
    others = np.stack([x[:, 1] * x[:, 2], x[:, 0] * x[:, 2], x[:, 0] * x[:, 1]], axis=1)
    assert_same(new_layer().numerical_gradient(named("row_products"), x), weights * others)


@check(points=2, about="numerical_gradient", after=test_a_matrix_keeps_its_shape)
def test_any_shape_will_do(new_layer, draw):
    """x may have three axes, or hold a single number"""
    x, single = draw.away_from_zero(2, 3, 4), draw.away_from_zero(1, 1)
    assert_same(new_layer().numerical_gradient(named("weighted_squares"), x), weighted_slope(x))
    assert_same(new_layer().numerical_gradient(named("sum_of_squares"), single), 2 * single)


@check(points=3, about="numerical_gradient", after=test_each_number_gets_its_slope)
def test_both_sides_count(new_layer, draw):
    """where f has a kink the result is the mean of both sides"""
    x = draw.away_from_zero(6)
    x[::2] = 0.0
    assert_same(new_layer().numerical_gradient(named("distance"), x), np.sign(x))
    assert_same(new_layer().numerical_gradient(named("weighted_squares"), x), weighted_slope(x))


@check(points=1, about="numerical_gradient", after=test_each_number_gets_its_slope)
def test_the_step_is_not_too_large(new_layer, draw):
    """the step is small beside the bends of f"""
    x = draw.away_from_zero(8)
    assert_same(new_layer().numerical_gradient(named("waves"), x), 3 * np.cos(3 * x))
    assert_same(new_layer().numerical_gradient(named("weighted_squares"), x), weighted_slope(x))


@check(points=1, about="numerical_gradient", after=test_each_number_gets_its_slope)
def test_the_step_is_not_too_small(new_layer, draw):
    """the step is large beside the rounding of f"""
    x = draw.away_from_zero(9)
    assert_same(new_layer().numerical_gradient(named("steep"), x), np.full(9, 1e6))
    assert_same(new_layer().numerical_gradient(named("far_from_zero"), x), 2 * x)


@check(points=3, about="numerical_gradient", after=test_each_number_gets_its_slope)
def test_x_is_as_it_was(new_layer, draw):
    """x holds the same numbers afterwards, bit for bit"""
    x = draw.away_from_zero(3, 2)
    call = new_layer().numerical_gradient(named("weighted_squares"), x)
    assert_same(call, weighted_slope(x))
    assert_left_alone(call, "x")


@check(points=1, about="numerical_gradient", after=test_each_number_gets_its_slope)
def test_integers_are_moved_by_fractions(new_layer, draw):
    """x may hold whole numbers; the result is not rounded to whole numbers"""
    x, drawn = np.array([[1, -2, 3], [0, 5, -4]]), np.rint(draw.gradient(3, 2)).astype(int)
    assert_same(new_layer().numerical_gradient(named("waves"), x), 3 * np.cos(3 * x))
    assert_same(new_layer().numerical_gradient(named("weighted_squares"), drawn), weighted_slope(drawn))
