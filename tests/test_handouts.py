"""The files that students start from: the same code in every language, and every sentence translated."""

import ast

import pytest
from rich.cells import cell_len

from grader import catalogue, texts
from grader.catalogue import exercises
from grader.grading import grade
from grader.handouts import definitions, handout, is_fresh
from grader.model import Settings, SourceFile, Standing, Submission

OTHERS = [language for language in texts.languages() if language != texts.DEFAULT]


def silent(source):
    """The tree of a source without docstrings and without the words of its refusals."""
    tree = ast.parse(source)
    for _, definition in definitions(tree):
        if ast.get_docstring(definition) is not None:
            del definition.body[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise):
            node.exc.args.clear()
    return ast.dump(tree)


@pytest.mark.parametrize("id", exercises())
def test_english_is_the_stub_itself(id):
    """Byte for byte."""
    assert handout(exercises()[id], texts.DEFAULT) == exercises()[id].stub.read_bytes()


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("id", exercises())
def test_a_translated_stub_has_the_same_code_and_every_sentence(id, language):
    """Docstrings and TODOs; nothing is wider than the lines of the English one may be."""
    exercise = exercises()[id]
    source = exercise.stub.read_text(encoding="utf-8")
    wanted = set()
    for name, definition in definitions(ast.parse(source)):
        wanted |= {name} if ast.get_docstring(definition) is not None else set()
        body = "" if name == "module" else ast.get_source_segment(source, definition)
        wanted |= {f"{name}.todo"} if "# TODO" in body and not isinstance(definition, ast.ClassDef) else set()
    said = {key.removeprefix(f"stub.{id}.") for key in texts._catalogue(language) if key.startswith(f"stub.{id}.")}

    translated = handout(exercise, language).decode()

    assert said == wanted
    assert silent(translated) == silent(source)
    assert translated.count("# TODO: ") == source.count("# TODO: ")
    assert max(map(cell_len, translated.splitlines())) <= 120
    assert is_fresh(translated.encode(), exercise)


@pytest.mark.parametrize("language", OTHERS)
def test_an_untouched_stub_is_not_started_in_every_language(language):
    """Whoever hands it in gets no blame, and no points."""
    files = tuple(SourceFile(name=f"{id}.py", data=handout(exercises()[id], language)) for id in exercises())

    report = grade(Submission(name="mine", files=files), Settings(exercises=tuple(exercises()), language=language))

    assert {exercise.status for exercise in report.exercises} == {Standing.NOT_STARTED}


def test_an_exercise_without_translation_is_handed_out_in_english(tmp_path):
    """Those of an instructor's own may have none."""
    (tmp_path / "stub.py").write_text('"""Text."""\n')
    exercise = next(iter(catalogue.exercises().values()))

    class Own:
        id, stub = "batch_norm", tmp_path / "stub.py"

    assert handout(Own, "ko") == b'"""Text."""\n'
    assert not is_fresh(b"", exercise)
