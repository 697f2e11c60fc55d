"""Hidden suite for TwoLayerNet (section 5.7), worth 30 bonus points. No two of N, D, H and C are equal.

Weights are small enough for every probability to stay above 0.05, and half of what reaches Relu is negative.
"""

import numpy as np

from grader.checks import assert_item, assert_left_alone, assert_loss, assert_same, check

N, D, H, C = 6, 4, 5, 3
# With inputs up to 2.5 in size, five hidden numbers of up to 5 and weights up to 2.5, scores differ by less than 2.
FIRST, SECOND = 0.4, 0.08


def parameters(draw):
    """W1, b1, W2 and b2."""
    w1, b1 = FIRST * draw.away_from_zero(D, H), FIRST * draw.away_from_zero(H)
    return w1, b1, SECOND * draw.away_from_zero(H, C), SECOND * draw.away_from_zero(C)


def batch(draw, n=N):
    """An x, and the right classes as labels."""
    return draw.away_from_zero(n, D), draw.scores_and_labels(n, C)[1]


def hidden(x, w1, b1):
    """What reaches Relu."""
    return np.einsum("nd,dh->nh", x, w1) + b1


def scores(x, w1, b1, w2, b2):
    """What predict returns."""
    return np.einsum("nh,hc->nc", np.maximum(hidden(x, w1, b1), 0), w2) + b2


def logarithms(x, *given):
    """The logarithms of the probabilities."""
    found = scores(x, *given)
    return found - np.log(np.exp(found).sum(axis=1, keepdims=True))


def mean_loss(x, t, *given):
    """What loss returns for labels."""
    return -logarithms(x, *given)[np.arange(len(x)), t].mean()


def slopes(x, t, w1, b1, w2, b2):
    """What gradient returns for labels."""
    at_scores = (np.exp(logarithms(x, w1, b1, w2, b2)) - np.eye(C)[t]) / len(x)
    before = hidden(x, w1, b1)
    at_hidden = np.einsum("nc,hc->nh", at_scores, w2) * (before > 0)
    return {
        "W1": np.einsum("nd,nh->dh", x, at_hidden),
        "b1": at_hidden.sum(axis=0),
        "W2": np.einsum("nh,nc->hc", np.maximum(before, 0), at_scores),
        "b2": at_scores.sum(axis=0),
    }


@check(points=5, about="predict")
def test_predict_returns_the_scores(new_layer, draw):
    """predict hands x through Affine, Relu and Affine"""
    given, (x, _) = parameters(draw), batch(draw)
    assert_same(new_layer(*given).predict(x), scores(x, *given))


@check(points=1, about="predict", after=test_predict_returns_the_scores)
def test_predict_sees_updated_parameters(new_layer, draw):
    """predict sees W1, b1, W2 and b2 after they were updated in place"""
    given, (x, _) = parameters(draw), batch(draw)
    net = new_layer(*given)
    for array in given:
        array -= 0.1 * draw.away_from_zero(*array.shape)
        assert_same(net.predict(x), scores(x, *given))


@check(points=4, about="loss", after=test_predict_returns_the_scores)
def test_loss_is_the_mean_cross_entropy(new_layer, draw):
    """loss returns the mean cross-entropy of the scores, for one-hot t"""
    given, (x, t) = parameters(draw), batch(draw)
    assert_loss(new_layer(*given).loss(x, np.eye(C)[t]), mean_loss(x, t, *given))


@check(points=1, about="loss", after=test_loss_is_the_mean_cross_entropy)
def test_loss_takes_labels(new_layer, draw):
    """loss returns the same when t holds labels"""
    given, (x, t) = parameters(draw), batch(draw)
    assert_loss(new_layer(*given).loss(x, t), mean_loss(x, t, *given))


@check(points=4, about="gradient", after=test_loss_is_the_mean_cross_entropy)
def test_gradient_of_the_second_layer(new_layer, draw):
    """gradient returns those for W2 and b2"""
    given, (x, t) = parameters(draw), batch(draw)
    call, right = new_layer(*given).gradient(x, np.eye(C)[t]), slopes(x, t, *given)
    assert_item(call, "W2", right["W2"])
    assert_item(call, "b2", right["b2"])


@check(points=6, about="gradient", after=test_gradient_of_the_second_layer)
def test_gradient_of_the_first_layer(new_layer, draw):
    """gradient returns those for W1 and b1, which came back through Relu"""
    given, (x, t) = parameters(draw), batch(draw)
    call, right = new_layer(*given).gradient(x, np.eye(C)[t]), slopes(x, t, *given)
    assert_item(call, "W1", right["W1"])
    assert_item(call, "b1", right["b1"])


@check(points=1, about="gradient", after=test_gradient_of_the_first_layer)
def test_gradient_takes_labels(new_layer, draw):
    """gradient returns the same when t holds labels"""
    given, (x, t) = parameters(draw), batch(draw)
    call, right = new_layer(*given).gradient(x, t), slopes(x, t, *given)
    for key, wanted in right.items():
        assert_item(call, key, wanted)


@check(points=2, about="gradient", after=test_gradient_of_the_first_layer)
def test_gradient_belongs_to_its_own_batch(new_layer, draw):
    """gradient belongs to the x and t that it is given, whatever was asked before"""
    given, (x, t), (other, other_t) = parameters(draw), batch(draw), batch(draw, 7)
    net = new_layer(*given)
    net.gradient(other, np.eye(C)[other_t])
    net.loss(other, np.eye(C)[other_t])
    call = net.gradient(x, np.eye(C)[t])
    for key, wanted in slopes(x, t, *given).items():
        assert_item(call, key, wanted)


@check(points=2, about="gradient", after=test_gradient_of_the_first_layer)
def test_gradient_sees_updated_parameters(new_layer, draw):
    """gradient sees the parameters after an optimizer has updated them in place"""
    given, (x, t) = parameters(draw), batch(draw)
    net = new_layer(*given)
    net.gradient(x, np.eye(C)[t])
    for array in given:
        # Not along the slopes: they are what the call before was asked for, and the network sees where it is taken.
        array -= 0.05 * draw.away_from_zero(*array.shape)
        call = net.gradient(x, np.eye(C)[t])
        for key, wanted in slopes(x, t, *given).items():
            assert_item(call, key, wanted)


@check(points=2, about="gradient", after=test_gradient_of_the_first_layer)
def test_gradient_leaves_everything_alone(new_layer, draw):
    """gradient changes neither x and t nor the parameters"""
    given, (x, t) = parameters(draw), batch(draw)
    call = new_layer(*given).gradient(x, np.eye(C)[t])
    assert_item(call, "W1", slopes(x, t, *given)["W1"])
    assert_left_alone(call, "x", "t", "W1", "b1", "W2", "b2")


@check(points=2, about="gradient", after=test_gradient_of_the_first_layer)
def test_two_networks_do_not_share(new_layer, draw):
    """two networks used in turn do not disturb each other"""
    given, others, (x, t), (other, other_t) = parameters(draw), parameters(draw), batch(draw), batch(draw)
    net, second = new_layer(*given), new_layer(*others)
    assert_same(net.predict(x), scores(x, *given))
    assert_same(second.predict(other), scores(other, *others))
    call, other_call = net.gradient(x, t), second.gradient(other, other_t)
    for key, wanted in slopes(x, t, *given).items():
        assert_item(call, key, wanted)
    for key, wanted in slopes(other, other_t, *others).items():
        assert_item(other_call, key, wanted)
