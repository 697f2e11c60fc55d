"""Every text exists in every language, with the same fields, and every key that the code speaks of is there."""

import ast
import re
import string
from pathlib import Path

import pytest

from grader import texts

GRADER = Path(texts.__file__).parent.parent
OTHERS = [language for language in texts.languages() if language != texts.DEFAULT]
# Titles of checks, texts of pitfalls and stubs are written in English where they belong: in suites, pitfalls and stubs.
ENGLISH_ELSEWHERE = ("check.", "pitfall.", "stub.")
SPEAKERS = {"text", "say", "find"}


def keys(language):
    """The catalogue of a language by key, plural forms under one key."""
    catalogue = texts._catalogue(language)
    return {key.removesuffix(".one").removesuffix(".other"): words for key, words in catalogue.items()}


def fields(words):
    """The names between braces."""
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def spoken():
    """Each key that is written out in a call of `text`, `say` or `find`, with the place of the call."""
    for path in sorted(GRADER.rglob("*.py")):
        if path.relative_to(GRADER).parts[0] in {"suites", "pitfalls", "worker"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in SPEAKERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, {part.arg for part in node.keywords}, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("language", OTHERS)
def test_languages_have_the_same_keys(language):
    """No text is missing, and none is left over."""
    english, other = (
        {key for key in keys(each) if not key.startswith(ENGLISH_ELSEWHERE)} for each in (texts.DEFAULT, language)
    )

    assert english ^ other == set()


@pytest.mark.parametrize("language", OTHERS)
def test_languages_have_the_same_fields(language):
    """A translation fills in what the English text fills in; a singular may spell its number out."""
    english, other = keys(texts.DEFAULT), keys(language)

    differing = {
        key: fields(english[key]) ^ fields(words)
        for key, words in other.items()
        if key in english and fields(english[key]) ^ fields(words)
    }

    assert differing == {}


@pytest.mark.parametrize("language", texts.languages())
def test_no_text_blames_or_belittles(language):
    """The words that the house does not use."""
    words = {"simply", "just", "invalid", "obviously", "you failed"}
    used = {key: word for key, text in keys(language).items() for word in words if f" {word} " in f" {text.lower()} "}

    assert used == {}


def test_korean_particles_fit_whatever_a_field_holds():
    """Which of two particles follows depends on a word's last sound; of methods alone it is known that it is open."""
    bare = re.compile(r"\{(?!method|first|last)\w+\}`(?:을|를|은|는|이|가|과|와|으로|로|라는|이라는)(?![가-힣(])")
    symbols = re.compile(r"`(?:==?|self\.)`(?:를|는|가|와)(?![가-힣(])")  # they end in consonants when read aloud
    assert {key: words for key, words in keys("ko").items() if bare.search(words) or symbols.search(words)} == {}


def test_every_key_that_is_spoken_of_exists():
    """A key that is written out in the code is in the catalogue, whole or below the speaker's own section."""
    known = {key for language in texts.languages() for key in keys(language)}
    endings = {key.split(".", depth)[-1] for key in known for depth in range(1, key.count(".") + 1)}

    missing = [(key, place) for key, _, place in spoken() if key not in known | endings]

    assert missing == []


def written_out():
    """Every string that stands in the code of the command line and the reports, docstrings left out, with its place."""
    for path in sorted([*(GRADER / "cli").glob("*.py"), *(GRADER / "reports").glob("*.py")]):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                yield node.value, f"{path.parent.name}/{path.name}:{node.lineno}"


def test_every_text_of_the_command_line_is_used():
    """What nobody says any more is deleted."""
    strings = {string for string, _ in written_out()}
    unused = [
        key
        for key in keys(texts.DEFAULT)
        if key.startswith(("cli.", "terminal.", "overview.", "summary."))
        and not key.startswith("cli.sandbox.")  # said by the name of a level
        and not {key, key.split(".", 1)[1], key.split(".")[-1]} & strings
    ]

    assert unused == []


def test_no_words_for_students_stand_outside_the_catalogues():
    """Two words in a row are a sentence, and sentences have a translation."""
    not_for_students = ("no format ", "; there are ", "grade ", "git ", "<?xml", "::")  # commands, and words of formats
    sentences = [
        (words, place)
        for words, place in written_out()
        if re.search(r"[A-Za-z]{2,} [a-z]{2,}|[가-힣]", words) and not words.startswith(not_for_students)
    ]

    assert sentences == []
