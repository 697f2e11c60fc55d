"""The hidden suites against layers that we know: the solutions, the stubs, the book's, wrong ones."""

import importlib.util
import tomllib

import numpy as np
import pytest

from grader import catalogue, checks, texts

EXERCISES = ("relu", "sigmoid", "affine", "softmax_with_loss")
POINTS = {"relu": 20, "sigmoid": 20, "affine": 30, "softmax_with_loss": 30}


def load(path):
    """A file of the kit as a module of its own."""
    spec = importlib.util.spec_from_file_location(f"loaded_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def suite(id):
    """The checks of an exercise in the order of its suite."""
    members = vars(load(catalogue.exercises()[id].suite))
    return [member for name, member in members.items() if name.startswith("test_")]


def lost(id, layer_class, seed=0):
    """The checks that a class does not pass, without the exercise in front, and what each one says."""
    worker = checks.LocalWorker(layer_class, catalogue.exercises()[id])
    failures = {function.check.id: checks.run(function, worker, seed) for function in suite(id)}
    return {name.removeprefix(f"{id}/"): failure for name, failure in failures.items() if failure is not None}


def shipped(id, kind):
    """The class in the solution or the stub."""
    exercise = catalogue.exercises()[id]
    return getattr(load(getattr(exercise, kind)), exercise.class_name)


@pytest.mark.parametrize("id", EXERCISES)
@pytest.mark.parametrize("seed", [0, 1, 2, 123456789])
def test_solutions_pass_every_check(id, seed):
    """Whatever the seed draws, the reference is right."""
    assert lost(id, shipped(id, "solution"), seed) == {}


@pytest.mark.parametrize("id", EXERCISES)
def test_stubs_pass_no_check(id):
    """An untouched stub gets nothing and is told so in words of its own."""
    failures = lost(id, shipped(id, "stub"))
    assert len(failures) == len(suite(id))
    assert {failure.kind for failure in failures.values()} == {"not_implemented"}


# Answers that take no work: of what is given now (`x`), was given before (`before`) or first (`first`).
EFFORTLESS = (
    "None", "0.0", "1.0", "100.0", "np.log(3)", "x", "2 * x", "-x", "x ** 2", "x > 0", "before", "first", "x.sum()",
    "0 * x", "0 * x + 1", "0 * x + 0.5", "0 * x + 8", "0 * x + 1e6", "0 * x + 2 * x.sum()", "np.sign(x)", "np.nan * x",
    "3 * np.cos(3 * x)", "x[:0]", "np.abs(x)",
)  # fmt: skip


@pytest.mark.parametrize("id", catalogue.exercises())
@pytest.mark.parametrize("answer", EFFORTLESS)
def test_an_effortless_answer_passes_no_check(id, answer):
    """Not even the checks that ask for something easy: a finite number, an argument that stays as it is."""
    exercise = catalogue.exercises()[id]
    answered = eval(f"lambda x, before, first: {answer}", {"np": np})  # noqa: S307 - written above

    class Effortless:
        before = first = dW = db = np.zeros(2)  # noqa: N815 - the book's

        def __init__(self, *_):
            pass

        def __getattr__(self, method):
            if method not in exercise.methods:
                raise AttributeError(method)
            return self.called

        def called(self, *given):
            x = np.array((given or (1.0,))[-1 if exercise.is_function else 0])
            self.before, before, self.first = x, self.before, x if self.first.shape == (2,) else self.first
            with np.errstate(all="ignore"):
                return answered(x, before, self.first)

    def function(*given):
        return Effortless().called(*given)

    failures = lost(id, function if exercise.is_function else Effortless, seed=3)
    assert len(failures) == len(suite(id))


@pytest.mark.parametrize("id", EXERCISES)
def test_answers_that_were_learned_by_heart_are_worth_nothing_with_another_seed(id):
    """Every check has an input that the seed decides."""
    learned = {}
    exercise = catalogue.exercises()[id]

    def recording(right, *, learns):
        class Recording:
            def __init__(self, *given):
                self.layer = right(*given)
                self.past = tuple(array.tobytes() for array in given)

            def __getattr__(self, name):
                if name not in exercise.methods:
                    raise AttributeError(name)
                return lambda *given: self.called(name, given)

            def called(self, name, given):
                self.past += (name, *(np.asarray(one).tobytes() for one in given))
                answer = getattr(self.layer, name)(*given)
                if learns:
                    stored = {one: np.copy(getattr(self.layer, one, 0.0)) for one in exercise.attributes}
                    learned[self.past] = stored | {"answer": np.copy(answer)}
                known = learned.get(self.past, dict.fromkeys(("answer", *exercise.attributes), np.zeros(1)))
                vars(self).update(known)
                return known["answer"]

        return Recording

    right = shipped(id, "solution")
    assert lost(id, recording(right, learns=True), seed=0) == {}
    assert len(lost(id, recording(right, learns=False), seed=0)) < 3  # that is all it takes where the seed is known
    assert len(lost(id, recording(right, learns=False), seed=1)) == len(suite(id))


@pytest.mark.parametrize("id", EXERCISES)
def test_points_of_an_exercise_add_up(id):
    """The points are those that the book's chapter is divided into."""
    assert sum(function.check.points for function in suite(id)) == POINTS[id]


@pytest.mark.parametrize("id", EXERCISES)
def test_only_the_first_check_builds_on_nothing(id):
    """A check names one that stands before it, so that a consequence never comes before its cause."""
    specs = [function.check for function in suite(id)]
    seen = [spec.id for spec in specs]
    assert [spec.id for spec in specs if spec.after is None] == seen[:1]
    assert all(spec.after in seen[:place] for place, spec in enumerate(specs) if place)


def test_every_check_has_a_korean_title_and_no_title_is_stray():
    """Titles are translated by id; a renamed check takes its title along."""
    ids = {function.check.id for id in EXERCISES for function in suite(id)}
    table = tomllib.loads((texts._FOLDER / "ko.toml").read_text(encoding="utf-8"))["check"]
    ours = {key for key in table if key.split("/")[0] in EXERCISES}
    assert ours == ids


class BookRelu:
    """Its backward writes into the gradient it was given."""

    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        result = x.copy()
        result[self.mask] = 0
        return result

    def backward(self, dout):
        dout[self.mask] = 0
        return dout


class BookSigmoid:
    """Keeps and returns one and the same array."""

    def __init__(self):
        self.out = None

    def forward(self, x):
        self.out = 1 / (1 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * (1.0 - self.out) * self.out


class BookAffine:
    """Remembers the shape of x and restores it."""

    def __init__(self, W, b):
        self.W, self.b = W, b
        self.dW = self.db = None

    def forward(self, x):
        self.original_x_shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return np.dot(self.x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx.reshape(*self.original_x_shape)


def book_softmax(x):
    """Column by column, by way of the transpose."""
    shifted = x.T - np.max(x.T, axis=0)
    return (np.exp(shifted) / np.sum(np.exp(shifted), axis=0)).T


class BookSoftmaxWithLoss:
    """Turns one-hot into labels for the loss and subtracts 1 in the labels' places of a copy."""

    def forward(self, x, t):
        self.t, self.y = t, book_softmax(x)
        labels = t.argmax(axis=1) if t.size == self.y.size else t
        self.loss = -np.sum(np.log(self.y[np.arange(len(x)), labels] + 1e-7)) / len(x)
        return self.loss

    def backward(self, dout=1):
        if self.t.size == self.y.size:
            return (self.y - self.t) / self.t.shape[0]
        dx = self.y.copy()
        dx[np.arange(len(dx)), self.t] -= 1
        return dx / len(dx)


BOOK = {"relu": BookRelu, "sigmoid": BookSigmoid, "affine": BookAffine, "softmax_with_loss": BookSoftmaxWithLoss}


@pytest.mark.parametrize("id", EXERCISES)
def test_the_books_layers_lose_one_named_check(id):
    """The 2 points for dout, with a message that names the book; nothing else."""
    failures = lost(id, BOOK[id])
    assert list(failures) == (["backward_leaves_dout_alone"] if id == "relu" else [])
    assert all("book" in failure.message("en") and "책" in failure.message("ko") for failure in failures.values())


class MisspeltMask(BookRelu):
    """Writes a name that nobody reads: out[None] = 0 clears everything without an exception."""

    def forward(self, x):
        self.maks = x <= 0
        result = x.copy()
        result[self.mask] = 0
        return result


class MaskFromGradient(BookRelu):
    """Looks at the sign of the gradient."""

    def backward(self, dout):
        return np.where(dout > 0, dout, 0.0)


class ZeroLetThrough(BookRelu):
    """Counts 0 as positive."""

    def backward(self, dout):
        return np.where(self.mask, 0.0, dout)

    def forward(self, x):
        self.mask = x < 0
        return np.where(self.mask, 0.0, x)


class SmallCountsAsNothing(BookRelu):
    """Lets only what is larger than a thousandth pass."""

    def forward(self, x):
        self.mask = x <= 1e-3
        return np.where(self.mask, 0.0, x)

    def backward(self, dout):
        return np.where(self.mask, 0.0, dout)


class ReluOfOneRow(BookRelu):
    """Loses the batch axis of a batch of one on the way back."""

    def backward(self, dout):
        return np.squeeze(np.where(self.mask, 0.0, dout))


class LimitedAbove(BookRelu):
    """Lets nothing above 100 pass."""

    def forward(self, x):
        return np.minimum(super().forward(x), 100.0)

    def backward(self, dout):
        return np.where(self.mask, 0.0, dout)


class TruncatingRelu(BookRelu):
    """Its gradient inherits the dtype of x."""

    def forward(self, x):
        self.x = x
        return super().forward(x)

    def backward(self, dout):
        result = np.zeros_like(self.x)
        result[~self.mask] = dout[~self.mask]
        return result


class SharedMask(BookRelu):
    """Keeps the mask with the class."""

    def forward(self, x):
        SharedMask.shared = x > 0
        return np.where(x > 0, x, 0.0)

    def backward(self, dout):
        return np.where(self.shared, dout, 0.0)


class RemembersTheFirst(BookSigmoid):
    """Sets its state only once."""

    def forward(self, x):
        y = 1 / (1 + np.exp(-x))
        if self.out is None:
            self.out = y
        return y


class WritesIntoItsInput(BookSigmoid):
    """Computes in place, and caches what was x."""

    def forward(self, x):
        np.exp(-x, out=x)
        x += 1
        np.reciprocal(x, out=x)
        self.out = x
        return x


class SigmoidOfOneRow(BookSigmoid):
    """Loses the batch axis of a batch of one on the way back."""

    def backward(self, dout):
        return np.squeeze(super().backward(dout))


class OtherBranch(BookSigmoid):
    """Has the sign wrong where no input is negative."""

    def forward(self, x):
        self.out = np.exp(x) / (1 + np.exp(x)) if (x < 0).any() else 1 / (1 + np.exp(x))
        return self.out


class NoReturn(BookSigmoid):
    """Computes the gradient and keeps it to itself."""

    def backward(self, dout):
        self.dx = dout * (1.0 - self.out) * self.out


class RemembersTheImages(BookAffine):
    """Keeps the shape of images only, and for ever."""

    original_x_shape = None

    def forward(self, x):
        if x.ndim > 2:
            self.original_x_shape = x.shape
        self.x = x.reshape(x.shape[0], -1)
        return np.dot(self.x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW, self.db = np.dot(self.x.T, dout), np.sum(dout, axis=0)
        return dx if self.original_x_shape is None else dx.reshape(self.original_x_shape)


class SqueezesOneRow(BookAffine):
    """Loses the batch axis of a batch of one."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.db = np.squeeze(dout).sum(axis=0)
        return dx


class Accumulating(BookAffine):
    """Adds to the gradients of the calls before."""

    def __init__(self, W, b):
        super().__init__(W, b)
        self.dW, self.db = 0, 0

    def backward(self, dout):
        self.dW = self.dW + self.x.T @ dout
        self.db = self.db + dout.sum(axis=0)
        return (dout @ self.W.T).reshape(self.original_x_shape)


class CopiedParameters(BookAffine):
    """Never sees what an optimizer does."""

    def __init__(self, W, b):
        super().__init__(W.copy(), b.copy())


class TwoDimensionsOnly(BookAffine):
    """The first version in the book."""

    def forward(self, x):
        self.original_x_shape, self.x = x.shape, x
        return np.dot(x, self.W) + self.b


class LocalGradients(BookAffine):
    """Computes dW and db into local variables."""

    def backward(self, dout):
        return (dout @ self.W.T).reshape(self.original_x_shape)


class OverwritesBias(BookAffine):
    """Puts the gradient where the bias was."""

    def backward(self, dout):
        dx = super().backward(dout)
        self.b = self.db
        return dx


class SharedWeights(BookAffine):
    """Keeps the weights with the class."""

    def __init__(self, W, b):
        super().__init__(W, b)
        SharedWeights.shared = W

    def backward(self, dout):
        self.W = self.shared
        return super().backward(dout)


class SummingLosses(BookSoftmaxWithLoss):
    """Adds each loss to the ones before."""

    total = 0

    def forward(self, x, t):
        self.total += super().forward(x, t)
        return self.total


class BatchSoftmax(BookSoftmaxWithLoss):
    """Takes one maximum for all rows."""

    def forward(self, x, t):
        loss = super().forward(x, t)
        scores = np.exp(x - x.max())
        self.y = scores / scores.sum(axis=1, keepdims=True)
        chosen = self.y[np.arange(len(x)), t.argmax(axis=1) if t.ndim > 1 else t]
        return loss * 0 - np.log(chosen + 1e-7).mean()


class OneHotOnly(BookSoftmaxWithLoss):
    """Broadcasts labels against probabilities."""

    def backward(self, dout=1):
        return (self.y - self.t) / len(self.y)


class WritesIntoItsProbabilities(BookSoftmaxWithLoss):
    """A second backward starts from the first one's result."""

    def backward(self, dout=1):
        self.y -= self.t if self.t.ndim > 1 else np.eye(self.y.shape[1])[self.t]
        return self.y / len(self.y)


class ComparesLastAxes(BookSoftmaxWithLoss):
    """Takes labels for one-hot where there are as many inputs as classes."""

    def backward(self, dout=1):
        if self.t.shape[-1] == self.y.shape[-1]:
            return (self.y - self.t) / len(self.y)
        return super().backward(dout)


class GivesOneRowAsAVector(BookSoftmaxWithLoss):
    """Loses the batch axis of a batch of one."""

    def backward(self, dout=1):
        return np.squeeze(super().backward(dout))


class CountsTheClassesInLabels(BookSoftmaxWithLoss):
    """Takes the largest label for the last class."""

    def forward(self, x, t):
        return super().forward(x, np.eye(t.max() + 1)[t] if t.ndim == 1 else t)


class AssignsInsteadOfSubtracting(BookSoftmaxWithLoss):
    """Chains an assignment where a difference belongs."""

    def backward(self, dout=1):
        self.y = self.t
        return self.y / len(self.y)


MISTAKES = [
    ("relu", MaskFromGradient, "passes zero fractions latest two dout"),
    ("relu", ZeroLetThrough, "zero"),
    ("relu", SmallCountsAsNothing, "zeroes passes"),
    ("relu", ReluOfOneRow, "latest"),
    ("relu", LimitedAbove, "zeroes"),
    ("relu", TruncatingRelu, "fractions"),
    ("relu", SharedMask, "two"),
    ("sigmoid", RemembersTheFirst, "latest"),
    ("sigmoid", SigmoidOfOneRow, "latest"),
    ("sigmoid", OtherBranch, "formula"),
    ("sigmoid", WritesIntoItsInput, "forward_leaves"),
    ("sigmoid", NoReturn, "slope backward_keeps dout latest two"),
    ("affine", Accumulating, "replaces"),
    ("affine", SqueezesOneRow, "replaces"),
    ("affine", RemembersTheImages, "shape_of_x"),
    ("affine", CopiedParameters, "sees_updated_parameters sees_updated_W"),
    ("affine", TwoDimensionsOnly, "flattens shape_of_x flattened"),
    ("affine", LocalGradients, "stores_dW stores_db replaces latest two"),
    ("affine", OverwritesBias, "same_after"),
    ("affine", SharedWeights, "two same_after"),
    ("softmax_with_loss", SummingLosses, "afresh"),
    ("softmax_with_loss", BatchSoftmax, "forward_treats backward_treats"),
    ("softmax_with_loss", OneHotOnly, "backward_takes_labels twice_for_labels"),
    ("softmax_with_loss", WritesIntoItsProbabilities, "twice"),
    ("softmax_with_loss", ComparesLastAxes, "twice_for_labels"),
    ("softmax_with_loss", GivesOneRowAsAVector, "latest"),
    ("softmax_with_loss", CountsTheClassesInLabels, "takes_labels"),
    ("softmax_with_loss", AssignsInsteadOfSubtracting, "gradient labels without twice treats x_and_t latest two"),
]


@pytest.mark.parametrize(("id", "layer_class", "parts"), MISTAKES, ids=[entry[1].__name__ for entry in MISTAKES])
@pytest.mark.parametrize("seed", [0, 7])
def test_a_mistake_costs_its_own_checks(id, layer_class, parts, seed):
    """Each check that fails is one of those named, and each one named fails, whatever the seed."""
    failed = lost(id, layer_class, seed)
    assert all(any(part in name for part in parts.split()) for name in failed), list(failed)
    assert all(any(part in name for name in failed) for part in parts.split()), list(failed)


def test_a_misspelt_attribute_costs_every_check():
    """Nothing is raised, and yet no number is right."""
    assert len(lost("relu", MisspeltMask)) == len(suite("relu"))


def test_a_right_backward_counts_below_a_wrong_forward():
    """A forward that returns nothing takes no point from backward."""

    class SilentForward(BookSigmoid):
        def forward(self, x):
            super().forward(x)

    assert all(name.startswith("forward_") for name in lost("sigmoid", SilentForward))


def test_a_forward_that_raises_blocks_the_checks_of_backward():
    """What never ran is not called wrong."""

    class Raising(BookSigmoid):
        def forward(self, x):
            return x + self.missing

    failures = lost("sigmoid", Raising)
    assert len(failures) == len(suite("sigmoid"))
    assert {name for name, failure in failures.items() if failure.blocked} == {
        function.check.id.removeprefix("sigmoid/")
        for function in suite("sigmoid")
        if function.check.about == "backward"
    }


def test_every_failure_can_be_said_in_every_language():
    """No message lacks a key or a field, and none holds an expected value."""
    for id, layer_class, _ in MISTAKES:
        for failure in lost(id, layer_class).values():
            assert failure.message("en")
            assert failure.message("ko")
            assert failure == checks.Failure.from_json(failure.to_json())
