"""Pages are rendered from hand-built reports; what a browser makes of them is the business of test_pages_browser.py."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from grader import pitfalls, texts
from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Figure, Report, Standing, Status
from grader.reports.pages import HEAD_BYTES, Survey, class_page, feedback_page, stamp, stamped
from grader.reports.pages.excerpts import Line, excerpt
from grader.reports.pages.graph import graph
from grader.reports.pages.layers import LAYERS
from grader.reports.pages.numbers import Cell, panels
from grader.reports.pages.survey import TABLE_ROWS

LANGUAGES = texts.languages()
HOSTILE = (
    "</title></script><script>window.forged = 1</script><img src=x onerror='window.forged = 1'>=1+1 \x1b[31m\u202e`a`"
)


def check(name, status=Status.PASSED, points=4.0, message=""):
    """One check."""
    reached = {Status.PASSED: points, Status.BROKEN: None}.get(status, 0.0)
    return CheckOutcome(
        id=name, title=f"title of {name}", status=status, points=reached, max_points=points, message=message
    )


def exercise(id, status, *checks, diagnoses=()):
    """One exercise; its points follow from its checks."""
    reached = [each.points for each in checks]
    return ExerciseReport(
        id=id,
        status=status,
        score=None if None in reached else sum(reached),
        max_score=sum(each.max_points for each in checks),
        checks=checks,
        diagnoses=tuple(diagnoses),
    )


def report(name, *exercises, **fields):
    """The report of one submission."""
    scores = [each.score for each in exercises]
    values = {
        "score": None if None in scores else sum(scores),
        "max_score": sum(each.max_score for each in exercises),
        "needs_review": False,
        "seed": 0,
        "suite_digest": "",
        "grader_version": "0.1.0",
        "digest": "d1635t",
    }
    return Report(submission=name, **values | fields, exercises=exercises)


BIAS = Diagnosis(
    pitfall="affine/bias-axis",
    title="`db` is summed along the wrong axis",
    explanation="The same bias is added to every row.",
    hint="Compare the shapes.",
    file="affine.py",
    line=24,
    place="affine.py:24",
    source="self.db = np.sum(dout, axis=1)",
    excerpt=((23, "        self.dW = x.T @ dout"), (24, "        self.db = np.sum(dout, axis=1)"), (25, "")),
    details=("    layer.backward(dout=[[2, -3]])", "expected  [2, -3]", "got       [-1]"),
    figures=(Figure(name="self.db", got=(("-1", "9"),), expected=(), numerical=(("7", "9"),), example=("f(x)",)),),
    explains=("affine/backward_stores_db",),
)
LEAVES = Diagnosis(
    pitfall="relu/mutates-dout",
    title="`backward` changes its argument `dout`",
    explanation="Somebody else may need it.",
    source="dout[self.mask] = 0",
    place="relu.py:13",
    explains=("relu/backward_leaves_dout_alone",),
)
AFFINE = exercise(
    "affine",
    Standing.PARTIAL,
    check("affine/forward"),
    check("affine/backward_stores_db", Status.FAILED, message="affine.py in backward: `self.db` has shape (1,)"),
    diagnoses=[BIAS],
)
RELU = exercise(
    "relu",
    Standing.PARTIAL,
    check("relu/forward"),
    check("relu/backward_leaves_dout_alone", Status.FAILED, 2.0),
    diagnoses=[LEAVES],
)
RIGHT_RELU = exercise(
    "relu", Standing.PASSED, check("relu/forward"), check("relu/backward_leaves_dout_alone", points=2.0)
)
BROKEN_RELU = exercise(
    "relu", Standing.BROKEN, check("relu/forward", Status.BROKEN), check("relu/backward_leaves_dout_alone", points=2.0)
)
CLASS = (
    report("김서연", RELU, AFFINE),
    report("Ada", RIGHT_RELU, AFFINE),
    report("Bea", BROKEN_RELU, AFFINE, needs_review=True, flags=("relu: _exit (line 3)",)),
)


def hostile():
    """A report in which every text that a submission can reach is an attack."""
    found = replace(
        BIAS,
        **dict.fromkeys(("title", "explanation", "hint", "place", "file", "source"), HOSTILE),
        excerpt=((1, HOSTILE),),
        details=(HOSTILE, f"expected  {HOSTILE}"),
        figures=(Figure(name=HOSTILE, got=((HOSTILE,),), expected=((HOSTILE,),), example=(HOSTILE,)),),
    )
    checks = (check("affine/forward", Status.FAILED, message=HOSTILE), check("affine/backward_stores_db"))
    affine = exercise("affine", Standing.PARTIAL, *checks, diagnoses=[found])
    others = {"output": HOSTILE, "notes": (HOSTILE,), "flags": (HOSTILE,), "needs_review": True}
    return report(HOSTILE, affine, **others)


def survey(*reports):
    """A class, counted."""
    counted = Survey()
    for each in reports:
        counted.add(each, re.sub(r"\W", "_", each.submission))
    return counted


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def count(self, tag):
        """How many elements of a kind there are."""
        return sum(name == tag for name, _ in self.found)


# --- what no page may do ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_submission_says_is_text(language):
    """A hostile submission changes neither the elements of a page nor their attributes."""
    harmless = replace(hostile(), submission="x")
    pages = feedback_page(hostile(), language), class_page(survey(hostile(), harmless), language)

    for page in pages:
        elements = Elements(page)
        assert elements.count("script") == 1
        assert elements.count("img") == 0
        assert not [attribute for _, attributes in elements.found for attribute in attributes if attribute[:2] == "on"]
        assert "window.forged = 1" in elements.text
        assert "\x1b" not in page
        assert "\u202e" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_need_nothing_from_outside(language):
    """No address leads away, and the policy of the page allows no other script than its own."""
    for page in (feedback_page(CLASS[0], language), class_page(survey(*CLASS), language)):
        elements = Elements(page)
        addresses = [
            value for _, attributes in elements.found for name, value in attributes.items() if name in {"href", "src"}
        ]
        assert [address for address in addresses if not address.startswith(("#", "feedback/"))] == []
        assert "://" not in page
        policy = next(each["content"] for tag, each in elements.found if each.get("http-equiv"))
        assert policy.startswith("default-src 'none'; ")
        assert re.search(r"script-src 'sha256-[\w+/=]{44}'", policy)


def test_students_do_not_see_what_is_meant_for_the_teacher():
    """Flags stand on the page of the class alone."""
    assert "_exit" in class_page(survey(*CLASS), "en")
    assert "_exit" not in feedback_page(CLASS[2], "en")


def test_addresses_bear_any_name():
    """A name with characters that mean something in an address leads to its page all the same."""
    counted = Survey()
    counted.add(replace(CLASS[0], submission="a/b?c#d 100%"), "a_b?c#d 100%~1f2e3d4c")

    page = class_page(counted, "en")

    assert 'href="feedback/a_b%3Fc%23d%20100%25~1f2e3d4c.html"' in page


# --- feedback ---


def test_a_mistake_is_shown_with_the_lines_around_it():
    """The line is marked, and numbered as in the file."""
    page = feedback_page(CLASS[0], "en")

    assert '<span class="line hit"><b aria-hidden="true">24</b>self.db = np.sum(dout, axis=1)' in page
    assert "<code>db</code> is summed along the wrong axis" in page


def test_the_spot_in_a_line_is_marked():
    """Carets below the line in a detail become a mark in it, wherever it stands in the excerpt."""
    found = replace(
        LEAVES,
        line=8,
        source="self.maks = x",
        details=("    self.maks = x\n         ^^^^",),
        excerpt=((7, "    def forward(self, x):"), (8, "        self.maks = x")),
    )

    assert excerpt(found) == [
        Line(number=7, before="def forward(self, x):"),
        Line(number=8, before="    self.", marked="maks", after=" = x", hit=True),
    ]


def test_a_line_without_neighbours_stands_alone():
    """A report without an excerpt shows the line it has; one without a line shows none."""
    assert excerpt(replace(BIAS, excerpt=())) == [Line(number=24, before="self.db = np.sum(dout, axis=1)", hit=True)]
    assert excerpt(replace(BIAS, excerpt=(), file="hw.ipynb"))[0].number is None
    assert excerpt(replace(BIAS, excerpt=(), source="")) == []


def test_numbers_that_differ_are_marked():
    """Colour follows sign and size on one scale; what differs carries a mark besides."""
    figure = Figure(name="dx", got=(("2", "-1", "nan"), ("0", "1.00001", "x")), expected=(("2", "1", "4"), ("0", "1")))

    got, expected = panels(figure)

    assert got.rows == (
        (Cell(text="2", shade=2), Cell(text="-1", shade=-1, differs=True), Cell(text="nan", shade=0, differs=True)),
        (Cell(text="0", shade=0), Cell(text="1.00001", shade=1), Cell(text="x", shade=0, differs=True)),
    )
    assert expected.rows[0] == (Cell(text="2", shade=2), Cell(text="1", shade=1), Cell(text="4", shade=4))


def test_a_figure_of_another_example_keeps_the_numbers_of_the_first():
    """Only what a figure draws is left out of the words."""
    page = feedback_page(CLASS[0], "en")
    drawn = replace(BIAS.figures[0], example=(), expected=(("2", "-3"),), numerical=())
    without = feedback_page(report("x", replace(AFFINE, diagnoses=(replace(BIAS, figures=(drawn,)),))), "en")

    assert "<dd>[2, -3]</dd>" in page
    assert "<dd>[2, -3]</dd>" not in without
    assert "numerical gradient" in page


def test_the_graph_marks_the_box_a_mistake_is_about():
    """By the name of the pitfall where it has a place, else by the checks that it lost."""
    unnamed = replace(BIAS, pitfall="affine/never-heard-of")
    forward = replace(unnamed, explains=("affine/forward_flattens", "affine/backward_stores_dW"))
    backward = replace(unnamed, explains=("affine/backward_returns_dx",))

    marks = [
        [(each.box.id, each.numbers) for each in graph("affine", causes).marked]
        for causes in ([BIAS], [unnamed], [forward], [backward], [BIAS, unnamed])
    ]

    assert marks == [[("db", (1,))], [("db", (1,))], [("y", (1,))], [("dx", (1,))], [("db", (1, 2))]]
    assert graph("affine", [replace(unnamed, explains=())]) is None
    assert graph("some_bonus", [BIAS]) is None


@pytest.mark.parametrize("id", LAYERS)
def test_every_place_in_a_layer_exists(id):
    """Places name boxes that are drawn and mistakes that are known, and each box is explained in every language."""
    boxes = {box.id for box in LAYERS[id].boxes}
    known = {entry.partition("/")[2] for entry in pitfalls.entries(id)}
    symptoms = {slug for slug in LAYERS[id].places if texts.find(f"symptom.{slug}.title")}

    assert {box for places in LAYERS[id].places.values() for box in places} <= boxes
    assert {LAYERS[id].output, LAYERS[id].gradient} <= boxes
    assert set(LAYERS[id].places) - known - symptoms == set()
    assert [box for box in boxes for language in LANGUAGES if not texts.find(f"page.node.{id}.{box}", language)] == []


def test_whoever_has_not_begun_is_not_told_what_is_wrong():
    """An exercise that was not handed in is one sentence, whatever its checks say."""
    blocked = check("relu/forward", Status.BLOCKED, message="not there")
    page = feedback_page(report("x", exercise("relu", Standing.MISSING, blocked)), "en")

    assert "<code>relu.py</code> was not among the files" in page
    assert "These checks lost points" not in page


def test_texts_in_another_language_say_so():
    """Korean headings around English words: a screen reader changes its voice."""
    page = feedback_page(CLASS[0], "ko")

    assert '<html lang="ko">' in page
    assert '<span lang="en"><code>db</code> is summed' in page
    assert 'lang="' not in feedback_page(replace(CLASS[0], language="ko"), "ko").split("<body>")[1]


def test_a_page_that_would_be_the_same_is_known_by_its_stamp():
    """The stamp stands at the beginning, and changes with the report and the language."""
    head = feedback_page(CLASS[0], "en").encode()[:HEAD_BYTES]

    assert stamped(head, stamp(CLASS[0], "en"))
    assert not stamped(head, stamp(CLASS[0], "ko"))
    assert not stamped(head, stamp(replace(CLASS[0], output="x"), "en"))


# --- the class ---


def test_a_class_is_counted():
    """Scores that were not decided count as such, mistakes once a submission, pairs by both."""
    counted = survey(*CLASS)

    assert (counted.submissions, counted.total.undecided, dict(counted.total.scores)) == (3, 1, {8.0: 1, 10.0: 1})
    assert [(mistake.id, mistake.count, mistake.lost) for mistake in counted.ranked()] == [
        ("affine/bias-axis", 3, 12.0),
        ("relu/mutates-dout", 1, 2.0),
    ]
    assert counted.together("relu/mutates-dout", "affine/bias-axis") == 1
    assert counted.companions("affine/bias-axis") == []
    assert counted.checks["relu"]["relu/forward"].outcomes == Counter({Status.PASSED: 2, Status.BROKEN: 1})
    assert [review.handed.name for review in counted.reviews] == ["Bea"]


@pytest.mark.parametrize(
    ("file", "place", "usual"),
    [
        ("김서연_20261234.py", "김서연_20261234.py:24", "affine.py"),
        ("Ada Lovelace.ipynb", "Ada Lovelace.ipynb, cell 7, line 3", "affine.ipynb"),
        ("", "Bea.py:3", "affine.py"),
    ],
)
def test_what_is_said_of_a_class_names_nobody(file, place, usual):
    """A file may be called by its author's name, and a symptom's words name the file."""
    name = file or "Bea.py"
    words = {"title": f"`{name}` is empty", "explanation": f"See {place}.", "hint": f"The other one is at {place}."}
    found = replace(BIAS, file=file, place=place, **words)

    told = survey(report("x", replace(AFFINE, diagnoses=(found,)))).mistakes[BIAS.pitfall].words

    assert told == tuple(text.replace(name, usual) for text in words.values())


def test_scores_are_counted_in_tenths_and_full_marks_apart():
    """19 of 20 is no full mark, and 18 of 20 is in the last tenth but for rounding."""
    spread = survey(*(replace(CLASS[1], score=score, max_score=20.0) for score in (0.0, 2.0, 18.0, 19.0, 20.0))).total

    assert spread.steps() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2, 1]
    assert (spread.median, spread.mean, spread.full) == (18.0, 11.8, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_a_table_too(language):
    """What the bars show stands in a table below them, number by number."""
    page = class_page(survey(*CLASS), language)
    table = page[page.index('<table class="plain numbers">') :]
    table = table[: table.index("</table>")]

    counts = [[int(number) for number in re.findall(r"<td>(\d+)</td>", row)] for row in table.split("<tr>")[2:13]]

    assert [sum(column) for column in zip(*counts, strict=True)] == [2, 2, 3]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_class_has_a_page(language):
    """Nobody handed anything in, and everybody is perfect: neither is an error."""
    assert class_page(Survey(), language)
    assert texts.text("page.class.no_mistakes", language) in class_page(survey(report("x", RIGHT_RELU)), language)


def test_a_class_of_500_is_small_and_a_huge_one_is_cut():
    """Below a megabyte with three mistakes each; beyond the limit a sentence says where the rest is."""
    three = exercise("relu", Standing.PARTIAL, *RELU.checks, diagnoses=[LEAVES, replace(LEAVES, pitfall="relu/leaky")])
    names = [f"김서연 {number} assignsubmission_file" for number in range(TABLE_ROWS + 1)]

    class_of_500 = class_page(survey(*(report(name, three, AFFINE) for name in names[:500])), "ko")
    huge = class_page(survey(*(report(name, three, AFFINE) for name in names)), "en")

    assert len(class_of_500.encode()) < 500_000
    assert huge.count("<tr data-m") == TABLE_ROWS
    assert "<code>grades.csv</code> has them all" in huge
