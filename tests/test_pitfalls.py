"""The catalogue of wrong layers is complete, and no right layer of ours is taken for a wrong one."""

import io
import itertools
import re
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest

from grader import catalogue, checks, pitfalls, provided, texts
from grader.calls import LocalWorker, Raised
from grader.diagnosis.rehearsal import Chorus, reference, suite
from grader.grading import grade
from grader.model import Settings, SourceFile, Submission

EXERCISES = catalogue.exercises()
ENTRIES = {entry.id: entry for exercise in EXERCISES for entry in pitfalls.entries(exercise).values()}
LAYERS = {layer.name: layer for entry in ENTRIES.values() for layer in entry.all_layers}
RIGHT = Path(__file__).parent / "right"
BOOK_RELU_LOSES = "relu/backward_leaves_dout_alone"
SEED = 20

INDISTINGUISHABLE = {
    # Both leave None in self.mask; whether another name was stored instead is in the source, not in the numbers.
    frozenset({"relu/attribute-typo", "relu/mask-not-stored"}),
    # Either way f is asked twice about the same numbers: nothing was moved, or by less than a float can hold.
    frozenset({"gradient_check/flatten-copies", "gradient_check/step-too-small"}),
}
"""Pairs of ids that share a layer that no input of the suites tells apart, each with its reason."""

NEEDS_THE_GRADER = {
    "affine/case_of_the_name",  # AFFINE
    "affine/training_loop_below",  # trains on MNIST when imported
    "relu/another_case",  # ReLU
    "relu/base_of_an_absent_package",  # torch.nn.Module
    "relu/decorators_of_absent_packages",
    "relu/demo_that_raises",
    "relu/imports_torch",
    "relu/names_of_an_older_numpy",
    "sigmoid/plots_at_the_end",
    "softmax_with_loss/from_the_books_folder",
    "softmax_with_loss/helpers_below_and_demo",
    "two_layer_net/imports_from_folders",
    "two_layer_net/imports_with_a_dot",
    "two_layer_net/ordered_dict",  # from common.layers import *
}
"""Right layers in files that Python alone cannot import, or under another name: what the worker is there for."""

LANGUAGES = [language for language in texts.languages() if language != texts.DEFAULT]


def right_files():
    """Every right but different implementation: its id, the exercise, the file."""
    for path in sorted(RIGHT.glob("*/*.py")):
        yield f"{path.parent.name}/{path.stem}", path.parent.name.removesuffix("_book"), path


def layer_class(path, id):
    """The class of a file that Python can import, with the layers that the exercise is provided with."""
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return provided.load(path, id, EXERCISES[id].class_name)


def lost_checks(layer, exercise, seed=SEED):
    """The ids of the checks that a layer class fails."""
    worker = LocalWorker(layer, exercise)
    return [function.check.id for function in suite(exercise.suite) if checks.run(function, worker, seed) is not None]


def answers_of(layers, exercise):
    """What every layer answers, changes and stores at each call of the suite, while the reference leads."""
    workers = {name: LocalWorker(layer.load(), exercise) for name, layer in layers.items()}
    chorus = Chorus(LocalWorker(reference(exercise), exercise), list(workers.values()))
    for function in suite(exercise.suite):
        assert checks.run(function, chorus, SEED) is None
    return {
        name: [
            answer
            for call in worker.transcript
            for answer in (call.answer, sorted(call.changed), *call.changed.values(), *call.attributes.values())
        ]
        for name, worker in workers.items()
    }


def alike(one, other):
    """Whether two answers cannot be told apart: numbers within the tolerance of the suites, the same complaint."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        close = {"rtol": checks.RELATIVE_TOLERANCE, "atol": checks.ABSOLUTE_TOLERANCE, "equal_nan": True}
        return one.shape == other.shape and np.allclose(one, other, **close)
    if isinstance(one, Raised) and isinstance(other, Raised):
        return (one.type_name, one.message) == (other.type_name, other.message)
    return type(one) is type(other) and one == other


def exercise_of(id):
    """The exercise that an entry belongs to."""
    return EXERCISES[id.split("/")[0]]


def test_there_are_enough_entries_for_every_exercise():
    """Each exercise has at least 18 single mistakes, a bonus 12, and all together at least 85."""
    single = {id: [e for e in pitfalls.entries(id).values() if not e.both] for id in EXERCISES}
    assert all(len(entries) >= (12 if EXERCISES[id].bonus else 18) for id, entries in single.items())
    assert sum(map(len, single.values())) >= 85


@pytest.mark.parametrize("name", LAYERS)
def test_an_entry_is_short_and_plain(name):
    """The texts of an entry fit a report: one line of title, no full stop at its end, no blame, no empty words."""
    layer = LAYERS[name]
    assert 0 < len(layer.title) <= 110
    assert not layer.title.endswith(".")
    assert re.fullmatch(r"\d\.\d(\.\d)?|A\.\d", layer.book)
    told = f"{layer.title} {layer.why} {layer.hint}"
    assert not re.search(r"\b(you failed|simply|just|invalid|wrongly|mistake|error of yours)\b", told)
    assert layer.both or (layer.why.endswith(".") and layer.hint.endswith((".", "?")))
    assert told.count("`") % 2 == 0
    assert "{" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_exists_in_every_language(language):
    """Each file that states a text of its own has the same sections in each other language, and none is left over."""
    wanted = {
        f"pitfall.{layer.name}.{section}"
        for layer in LAYERS.values()
        if layer.own_text
        for section in (("title",) if layer.both else ("title", "why", "hint"))
    }
    catalogue_of_language = texts._catalogue(language)
    assert {key for key in catalogue_of_language if key.startswith("pitfall.")} == wanted
    for key in wanted:
        told = texts.find(key, language)
        assert told.count("`") % 2 == 0, key
        assert "{" not in told, key


@pytest.mark.parametrize("name", LAYERS)
def test_a_title_quotes_no_name_that_a_student_chooses(name):
    """Of what is kept on `self`, only the parameters and the attributes that the contract names."""
    exercise = exercise_of(LAYERS[name].id)
    titles = [LAYERS[name].title, *(texts.find(f"pitfall.{name}.title", language) or "" for language in LANGUAGES)]

    assert set(re.findall(r"self\.(\w+)", " ".join(titles))) <= {*exercise.parameters, *exercise.attributes}


@pytest.mark.parametrize("id", ["softmax_with_loss/labels-unsupported", "affine/averaged"])
def test_words_are_true_for_every_file_with_the_mistake(id):
    """No helper function that a file need not have, no count of the gradients that it concerns."""
    for layer in ENTRIES[id].all_layers:
        assert "cross_entropy_error" not in layer.why
        assert "gradients" not in layer.title


@pytest.mark.parametrize("id", [entry.id for entry in ENTRIES.values() if entry.both])
def test_two_mistakes_name_two_entries(id):
    """An entry for two mistakes at once names two single entries of the same exercise."""
    entry = ENTRIES[id]
    assert len(entry.both) == 2
    for one in entry.both:
        assert exercise_of(one) == exercise_of(id)
        assert not ENTRIES[one].both


@pytest.mark.parametrize(
    ("name", "docstring", "complaint"),
    [
        (
            "no_hint",
            "title: a\nwhy: b\nbook: 5.5.1",
            "has the sections title, why, book; expected title, why, hint, book",
        ),
        ("nothing", "A layer.", "has the sections none; expected title, why, hint, book"),
        ("whole__part", "title: a", "a variant states all of title, why, hint, book, or nothing"),
        ("orphan__other", "", "there is no `orphan.py` that it could be a variant of"),
    ],
)
def test_an_incomplete_file_is_refused(tmp_path, name, docstring, complaint):
    """A file that forgets a section, or belongs to no entry, is named in the error."""
    (tmp_path / "whole.py").write_text('"""\ntitle: a\nwhy: b\nhint: c\nbook: 5.5.1\n"""\n')
    (tmp_path / f"{name}.py").write_text(f'"""\n{docstring}\n"""\n')
    with pytest.raises(pitfalls.EntryError) as caught:
        pitfalls.read(tmp_path, "relu", "Relu")
    assert f"{name}.py: " in str(caught.value)
    assert str(caught.value).endswith(complaint)


def test_sections_may_run_over_several_lines(tmp_path):
    """Continued lines are joined, whatever the alignment."""
    path = tmp_path / "long.py"
    path.write_text('"""\ntitle: one\n       two\nwhy: `a: b` stays\n"""\n')
    assert pitfalls.sections(path) == {"title": "one two", "why": "`a: b` stays"}


def test_a_layer_is_loaded_afresh():
    """What a layer stores on its class does not reach the next one that asks for it."""
    entry = ENTRIES["relu/shared-state"]
    entry.load().mask = "left behind"
    assert entry.load().mask is None


@pytest.mark.parametrize("name", LAYERS)
def test_every_wrong_layer_loses_points(name):
    """A pitfall fails at least one check."""
    layer = LAYERS[name]
    assert lost_checks(layer.load(), exercise_of(name)), f"no check of the suite notices {name}"


@pytest.mark.parametrize("name", LAYERS)
def test_every_wrong_layer_can_be_made_and_called(name):
    """A pitfall is a layer, not a broken file: it is made without an exception, and its methods exist."""
    exercise, worker = exercise_of(name), LocalWorker(LAYERS[name].load(), exercise_of(name))
    checks.run(suite(exercise.suite)[0], worker, SEED)
    assert worker.transcript
    assert not any(isinstance(call.answer, Raised) for call in worker.transcript if call.method == "__init__")
    assert not any(
        call.answer.type_name in ("AttributeError", "NameError", "NotImplementedError")
        for call in worker.transcript
        if isinstance(call.answer, Raised)
    )


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_no_two_mistakes_look_alike(exercise):
    """Some call of the suite tells every wrong layer from every layer of another id."""
    layers = {name: layer for name, layer in LAYERS.items() if exercise_of(name) == exercise}
    heard = answers_of(layers, exercise)
    pairs = {
        frozenset({layers[one].id, layers[other].id})
        for one, other in itertools.combinations(layers, 2)
        if layers[one].id != layers[other].id and all(map(alike, heard[one], heard[other]))
    }
    assert pairs == {pair for pair in INDISTINGUISHABLE if exercise_of(min(pair)) == exercise}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_the_solution_loses_nothing(exercise):
    """The reference passes every check, so that a lost check is the wrong layer's doing."""
    assert lost_checks(reference(exercise), exercise) == []


def test_there_are_enough_right_layers():
    """Each exercise has at least 22 right implementations, a bonus 6, different from each other."""
    for id in EXERCISES:
        sources = [path.read_bytes() for _, exercise, path in right_files() if exercise == id]
        assert len(set(sources)) == len(sources) >= (6 if EXERCISES[id].bonus else 22)


@pytest.mark.parametrize(
    ("name", "id", "path"),
    [right for right in right_files() if right[0] not in NEEDS_THE_GRADER],
    ids=lambda value: value if isinstance(value, str) and "/" in value else "",
)
def test_right_but_different_layers_lose_nothing(name, id, path):
    """A right layer passes every check whatever it looks like; the book's own Relu loses the one that is about dout."""
    lost = lost_checks(layer_class(path, id), EXERCISES[id])
    assert lost == ([BOOK_RELU_LOSES] if name.startswith("relu_book/") else [])


@pytest.mark.parametrize("name", sorted(NEEDS_THE_GRADER))
def test_right_layers_that_python_cannot_import_lose_nothing_either(name):
    """Demo code that raises, imports that are missing, another case: the worker finds the layer all the same."""
    id, path = name.split("/")[0], RIGHT / f"{name}.py"
    with pytest.raises((Exception, SystemExit)):  # a missing package, a name, a failed assert
        assert not lost_checks(layer_class(path, id), EXERCISES[id])
    submission = Submission(name=name, files=(SourceFile(name=f"{id}.py", data=path.read_bytes()),))
    (exercise,) = grade(submission, Settings(exercises=(id,))).exercises
    assert exercise.score == exercise.max_score, [check.message for check in exercise.checks if check.message]
