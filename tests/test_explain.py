"""`grade explain`: the collection of mistakes as a list, a search and pages."""

import pytest
from rich.cells import cell_len

from grader import catalogue, pitfalls, texts
from grader.cli import FULL_MARKS, WRONG_USAGE, app, explain

ENTRIES = [entry for id in catalogue.exercises() for entry in pitfalls.entries(id).values()]


@pytest.fixture
def grade(tmp_path, monkeypatch, capfd):
    """The command line in this process: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADE_LANG", "en")

    def run(*words):
        code = app.run(["explain", *words])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def test_the_list_has_every_single_mistake_and_every_symptom(grade):
    """By exercise, ids and titles; combinations of two are left to the search."""
    code, out, _ = grade()
    lines = out.splitlines()

    assert code == FULL_MARKS
    assert {f"  {entry.id}" for entry in ENTRIES if not entry.both} <= set(lines)
    assert not {f"  {entry.id}" for entry in ENTRIES if entry.both} & set(lines)
    assert {"  syntax-error", "  missing-return", "  too-slow"} <= set(lines)
    assert [line for line in lines if line in catalogue.exercises()] == list(catalogue.exercises())


def test_an_exercise_lists_its_own(grade):
    """Nothing of another one, no symptom."""
    _, out, _ = grade("relu")

    ids = [line for line in out.splitlines() if line.startswith("  ") and not line.startswith("   ")]
    assert ids
    assert all(id.startswith("  relu/") for id in ids)


def test_a_page_says_what_why_and_how_and_shows_it(grade):
    """Title, reason, hint, section, and what comes out on small numbers, expected beside got."""
    code, out, _ = grade("relu/boundary-at-zero")
    entry = pitfalls.entries("relu")["relu/boundary-at-zero"]

    assert code == FULL_MARKS
    assert out.startswith(f"relu/boundary-at-zero\n\n  {entry.title}\n")
    for part in (f"hint: {entry.hint}", "section 5.5.1 of the book", "layer.forward(x=[[0]])", "expected  [[0]]"):
        assert part in out


def test_an_example_that_raises_promises_no_error(grade):
    """Another layer with the same mistake may raise another exception."""
    _, out, _ = grade("relu/matrices-only")

    assert "  got       an error like ValueError: " in out


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("entry", ENTRIES, ids=[entry.id for entry in ENTRIES])
def test_every_page_is_whole_and_fits(entry, language):
    """Each entry in each language: title, reason, hint, section; no line is wider than 80 cells; no answer is given."""
    words = next(words for words in explain.known_mistakes(language) if words.id == entry.id)
    lines = list(explain.page(words, language))

    assert words.title
    assert words.book
    assert words.both or (words.why and words.hint)
    assert max(map(cell_len, lines)) <= 80


@pytest.mark.parametrize("language", texts.languages())
def test_most_pages_show_an_example(language):
    """A worked example is missing only where none of our small inputs shows the mistake."""
    exercises = [id for id, exercise in catalogue.exercises().items() if not exercise.bonus]
    without = [words.id for words in explain.known_mistakes(language) if words.id.split("/")[0] in exercises]
    without = [id for id in without if not list(explain._example(id, language))]

    assert set(without) <= WITHOUT_EXAMPLE


WITHOUT_EXAMPLE = {
    "affine/accumulates",  # two pairs of calls
    "affine/copies-parameters",  # an update between two calls
    "affine/drops-batch-axis",  # one row
    "affine/shared-state",  # two layers with parameters of their own
    "sigmoid/overflow",  # numbers of about -1000
    "softmax_with_loss/log-of-zero",  # a row without a chance
}
"""Mistakes that show on none of the small inputs that examples are made of, each with what it would take."""


@pytest.mark.parametrize("language", texts.languages())
def test_symptoms_have_pages_with_blanks(language):
    """What a diagnosis would name is a blank; no brace is left."""
    for words in explain.symptoms(language):
        text = "\n".join(explain.page(words, language))
        assert words.title
        assert "{" not in text.replace("{}", "")


def test_a_report_s_id_of_a_symptom_finds_its_page(grade):
    """Reports put the exercise before every id."""
    assert grade("relu/syntax-error")[1].startswith("syntax-error\n")
    assert grade("syntax-error")[1].startswith("syntax-error\n")


def test_words_are_searched_in_ids_and_titles(grade):
    """All of them have to be there; one hit is shown as a page, several as a list."""
    _, several, _ = grade("batch", "size")
    _, one, _ = grade("bias", "mean")

    assert "softmax_with_loss/not-divided-by-batch" in several
    assert one.startswith("affine/bias-mean\n")


def test_korean_words_are_searched_in_korean(grade):
    """Titles are searched in the language that is spoken."""
    code, out, _ = grade("배치", "크기", "--lang", "ko")

    assert code == FULL_MARKS
    assert "softmax_with_loss/not-divided-by-batch" in out


def test_the_same_slug_in_several_exercises_is_listed(grade):
    """A slug alone names all of them."""
    _, out, _ = grade("mutates-dout")

    assert {"  relu/mutates-dout", "  sigmoid/mutates-dout", "  affine/mutates-dout"} <= set(out.splitlines())


def test_underscores_and_variants_lead_to_the_entry(grade):
    """File names are accepted as they are spelt."""
    assert grade("relu/boundary_at_zero")[1].startswith("relu/boundary-at-zero\n")
    assert grade("relu/leaky__tenth")[1].startswith("relu/leaky\n")


def test_two_mistakes_at_once_name_their_two_pages(grade):
    """A combination points to the single mistakes."""
    _, out, _ = grade("softmax_with_loss/sign-and-not-divided-by-batch")

    assert "    softmax_with_loss/sign\n    softmax_with_loss/not-divided-by-batch\n" in out


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("relu/bondary-at-zero", "relu/boundary-at-zero"),
        ("boundry", "relu/boundary-at-zero"),
        ("sintax eror", "syntax-error"),
    ],
)
def test_an_unknown_name_offers_the_nearest(grade, seen, meant):
    """Exit code 2, and the next command to type."""
    code, out, err = grade(seen)

    assert (code, out) == (WRONG_USAGE, "")
    assert f"hint: `grade explain {meant}`" in err


def test_what_is_near_to_nothing_leads_to_the_list(grade):
    """No far-fetched offer."""
    assert "hint: `grade explain`\n" in grade("qqq")[2]
