"""Reports are rendered from hand-built values: no grading is needed to know what a reader sees."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.cells import cell_len

from grader import reports
from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Report, Standing, Status
from grader.reports import github, gradescope, junit, overview, plain, table, terminal
from grader.reports.escaping import visible

LANGUAGES = ("en", "ko")
HOSTILE = "\x1b[31m[bold]red[/]\r\n::error::forged\n</text>&<script> ]]> `tick` | =1+1 \u202egnp.\u2028 \udcff 한글 %0A"


def outcome(id, status, max_points, message="", title="a title"):
    """One check."""
    points = {Status.PASSED: max_points, Status.BROKEN: None}.get(status, 0.0)
    return CheckOutcome(
        id=id, title=title, status=status, points=points, max_points=max_points, message=message, seconds=0.25
    )


def part(id, status, checks=(), diagnoses=(), **fields):
    """One exercise; its points follow from its checks."""
    points = [check.points for check in checks]
    return ExerciseReport(
        id=id,
        status=status,
        score=None if None in points else sum(points),
        max_score=sum(check.max_points for check in checks),
        checks=tuple(checks),
        diagnoses=tuple(diagnoses),
        **fields,
    )


def report(*exercises, **fields):
    """A submission's report; its score follows from its exercises."""
    scores = [exercise.score for exercise in exercises if not exercise.bonus]
    values = {
        "submission": "student-07",
        "score": None if None in scores else sum(scores),
        "max_score": sum(exercise.max_score for exercise in exercises if not exercise.bonus),
        "needs_review": False,
        "seed": 0,
        "suite_digest": "5u173",
        "grader_version": "0.1.0",
        "digest": "d1635t",
        "sandbox": "full",
    }
    return Report(**values | fields, exercises=exercises)


TYPO = Diagnosis(
    pitfall="relu/attribute-typo",
    title="`self.maks` is set, but `self.mask` stays None",
    explanation="With None as the mask, `out[self.mask] = 0` sets every element to 0",
    hint="did you mean `self.mask`?",
    file="relu.py",
    line=8,
    column=14,
    place="relu.py:8:14",
    source="self.maks = (x <= 0)",
    details=("    self.maks = (x <= 0)\n         ^^^^", "got       0.0", "expected  1.0"),
    explains=("relu/zeroes", "relu/masks"),
)
RELU = part(
    "relu",
    Standing.PARTIAL,
    [
        outcome("relu/shape", Status.PASSED, 8.0),
        outcome("relu/zeroes", Status.FAILED, 6.0, "relu.py:9: returned zeros", title="forward keeps positive inputs"),
        outcome("relu/masks", Status.BLOCKED, 4.0, "relu.py: returned zeros"),
        outcome("relu/leaves", Status.FAILED, 2.0, "the argument dout was changed", title="backward leaves dout alone"),
    ],
    [TYPO],
)
SIGMOID = part("sigmoid", Standing.PASSED, [outcome("sigmoid/forward", Status.PASSED, 20.0)])
AFFINE = part("affine", Standing.NOT_STARTED, [outcome("affine/forward", Status.BLOCKED, 30.0, "not written yet")])
MIXED = report(RELU, SIGMOID, AFFINE, output="x = 1\n", notes=("`relu.py` was read as cp949",))
PERFECT = report(SIGMOID)


def hostile():
    """A report in which every text that a submission can reach is an attack."""
    found = replace(TYPO, title=HOSTILE, explanation=HOSTILE, hint=HOSTILE, source=HOSTILE, place=HOSTILE, file=HOSTILE)
    checks = [outcome("relu/zeroes", Status.FAILED, 6.0, HOSTILE), outcome("relu/other", Status.FAILED, 6.0, HOSTILE)]
    relu = part("relu", Standing.FAILED, checks, [replace(found, details=(HOSTILE,))])
    return report(relu, submission=HOSTILE, output=HOSTILE, notes=(HOSTILE,), flags=(HOSTILE,))


# --- the terminal ---


def test_the_terminal_shows_bars_then_the_cause_then_what_to_do_next():
    """The order of the page is the order in which a student needs it."""
    page = terminal.as_text(MIXED, "en", terminal.View(files={"relu.py": "exercises/relu.py"}))

    assert page == (
        "\n"
        "  relu     ██████░░░░░░░░░░     8 / 20\n"
        "  sigmoid  ████████████████    20 / 20\n"
        "  affine   ░░░░░░░░░░░░░░░░     0 / 30    not started\n"
        "  total    ██████░░░░░░░░░░    28 / 70\n"
        "\n"
        "relu: `self.maks` is set, but `self.mask` stays None\n"
        "  relu.py:8:14\n"
        "      self.maks = (x <= 0)\n"
        "           ^^^^\n"
        "  With None as the mask, `out[self.mask] = 0` sets every element to 0\n"
        "  got       0.0\n"
        "  expected  1.0\n"
        "  This explains 2 of 3 lost checks (10 points)\n"
        "\n"
        "  hint: did you mean `self.mask`?\n"
        "\n"
        "Besides:\n"
        "  ✗ backward leaves dout alone (0 of 2)\n"
        "      the argument dout was changed\n"
        "\n"
        "note: `relu.py` was read as cp949\n"
        "\n"
        "What your code printed:\n"
        "  | x = 1\n"
        "\n"
        "Next: open `exercises/relu.py` at line 8, correct it and save. Then run again:\n"
        "    grade check\n"
    )


def test_full_marks_are_short():
    """Who has nothing to fix has little to read."""
    page = terminal.as_text(PERFECT, "en", terminal.View())

    assert page == "\n  sigmoid  ████████████████    20 / 20\n\nEverything passes. Well done!\n"


def test_a_beginner_is_told_where_to_start():
    """Untouched stubs get one line each and the name of the first file."""
    stubs = [replace(AFFINE, id=id) for id in ("relu", "sigmoid")]

    page = terminal.as_text(report(*stubs), "en", terminal.View(files={"relu.py": "exercises/relu.py"}))

    assert page == (
        "\n"
        "  relu     ░░░░░░░░░░░░░░░░     0 / 30    not started\n"
        "  sigmoid  ░░░░░░░░░░░░░░░░     0 / 30    not started\n"
        "  total    ░░░░░░░░░░░░░░░░     0 / 60\n"
        "\n"
        "Start with `exercises/relu.py`: replace the TODOs by your own code and save.\n"
        "Then run again:\n"
        "    grade check\n"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_is_wider_than_the_screen(language, verbose, width):
    """Hangul takes two cells; the table alone needs more than 40."""
    wide = replace(
        TYPO,
        source="    x = '한글 주석과 아주 긴 줄 " * 6,
        column=60,
        explanation="한글 설명과 " * 30,
        details=("가" * 100,),
    )
    relu = replace(RELU, diagnoses=(wide,))
    page = replace(MIXED, exercises=(relu, SIGMOID, AFFINE), output="출력 " * 60)

    lines = terminal.as_text(page, language, terminal.View(width=width, verbose=verbose)).splitlines()

    table_lines = 5
    assert max(cell_len(line) for line in lines[table_lines:]) <= width
    assert max(cell_len(line) for line in lines[:table_lines]) <= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_notebook_misses_belongs_into_a_cell(language):
    """Nobody who works in a notebook is sent to a file."""
    affine = replace(AFFINE, status=Standing.MISSING)
    page = terminal.as_text(report(SIGMOID, affine), language, terminal.View(files={"hw.ipynb": "class/hw.ipynb"}))

    assert "`class/hw.ipynb`" in page
    assert "affine.py" not in page


@pytest.mark.parametrize(
    ("diagnoses", "files", "advice"),
    [
        ((), {"affine.py": "work/affine.py", "relu.py": "work/relu.py"}, "`grade start`"),
        ((), {"affine.py": "work/affine.py"}, "open `work/affine.py`, correct it"),
        ((replace(TYPO, explains=()),), {"relu.py": "work/relu.py", "affine.py": ""}, "open `work/relu.py` at line 8"),
    ],
    ids=["no file", "the file that was named", "a class with nearly the name"],
)
def test_a_class_that_is_missing_is_written_where_it_belongs(diagnoses, files, advice):
    """Nobody is told to make a file that is there."""
    affine = replace(AFFINE, status=Standing.MISSING, diagnoses=diagnoses)
    page = terminal.as_text(report(affine), "en", terminal.View(files=files))

    assert advice in " ".join(page.split())


@pytest.mark.parametrize("form", ["text", "github", "gradescope", "junit"])
def test_the_mark_stands_below_its_letter_after_hangul(form):
    """A Hangul letter takes two cells of the screen, and a full-width colon is marked whole."""
    line = 'print("안녕" + “하이”)\uff1a'
    spots = {"“": line.index("“"), "\uff1a": line.index("\uff1a")}
    shown = {}
    for letter, spot in spots.items():
        detail = f"    {line}\n    {' ' * spot}^"
        relu = replace(RELU, diagnoses=(replace(TYPO, source=line, details=(detail,)),))
        document = reports.render(report(relu), form, "ko", {})
        if form == "gradescope":
            document = json.loads(document)["output"]
        lines = document.replace("%0A", "\n").splitlines()
        place = next(number for number, each in enumerate(lines) if line in each)
        shown[letter] = lines[place : place + 2]

    for letter, (above, below) in shown.items():
        indent = above.index(line)
        assert below == " " * (indent + cell_len(line[: spots[letter]])) + "^" * cell_len(letter)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_exercise_leaves_no_room_for_a_total(language):
    """The bar stands two cells behind the name in every language."""
    assert "\n  relu  ██" in terminal.as_text(report(RELU), language, terminal.View())


def test_a_line_without_a_known_spot_is_shown_alone():
    """Not every diagnosis knows a column."""
    found = replace(TYPO, details=())

    lines = terminal.as_text(report(replace(RELU, diagnoses=(found,))), "en", terminal.View()).splitlines()
    source = lines.index("      self.maks = (x <= 0)")

    assert lines[source + 1].startswith("  With None")


def test_a_lost_point_is_seen_in_the_bar():
    """A bar is full at full marks only, and empty at zero only."""
    nearly = part("relu", Standing.PARTIAL, [outcome("a", Status.PASSED, 999.0), outcome("b", Status.FAILED, 1.0)])
    barely = part("relu", Standing.PARTIAL, [outcome("a", Status.PASSED, 1.0), outcome("b", Status.FAILED, 999.0)])

    pages = [terminal.as_text(report(exercise), "en", terminal.View()).splitlines()[1] for exercise in (nearly, barely)]

    assert [(line.count("█"), line.count("░")) for line in pages] == [(15, 1), (1, 15)]


def test_a_console_without_block_characters_gets_ascii():
    """A Windows console in an old code page still shows bars."""
    page = terminal.as_text(MIXED, "en", terminal.View(plain=True, verbose=True))

    assert page.isascii()


def test_where_the_grader_broke_no_points_are_shown():
    """A fault of ours is a question mark, never a zero, and is said to be ours."""
    broken = part("relu", Standing.BROKEN, [outcome("relu/zeroes", Status.BROKEN, 20.0, "failed")])

    page = terminal.as_text(report(broken, SIGMOID, needs_review=True), "en", terminal.View())

    assert "? / 20" in page
    assert "? / 40" in page
    assert "not your mistake" in " ".join(page.split())


def test_a_bonus_is_called_that_wherever_points_are_listed():
    """The listed points would not add up to the score otherwise."""
    net = part("two_layer_net", Standing.FAILED, [outcome("two_layer_net/a", Status.FAILED, 30.0)], bonus=True)
    one = report(SIGMOID, net)
    tally = overview.Tally()
    tally.add(one)
    table = overview.render(tally, "en", width=80, reports=Path("reports"), grades=Path("grades.csv"))
    for page in (
        terminal.as_text(one, "en", terminal.View()), terminal.one_line(one, "en").plain, github.render(one, "en", {}),
        github.summary(one, "en"), "\n".join(line.plain for line in table),
    ):  # fmt: skip
        marked = [line for line in page.splitlines() if "(bonus)" in line]
        assert marked
        assert all("two_layer_net" in line for line in marked)


def test_one_line_names_every_exercise():
    """`-q` is one line."""
    line = terminal.one_line(MIXED, "en").plain

    assert line == "28 of 70 points: relu 8/20, sigmoid 20/20, affine 0/30"


def test_many_unexplained_checks_are_counted_and_not_all_shown():
    """A wall of messages tells nothing; `-v` has it."""
    checks = [outcome(f"relu/{number}", Status.FAILED, 1.0, f"message {number}") for number in range(9)]
    page = terminal.as_text(report(part("relu", Standing.FAILED, checks)), "en", terminal.View())

    assert [f"message {number}" in page for number in (0, 2, 3, 8)] == [True, True, False, False]
    assert "6 more checks" in page


def test_a_candidate_is_shown_as_a_guess_and_an_unknown_mistake_is_not():
    """Only what may be something else is a guess; that we do not know a mistake is certain."""

    def page(**changes):
        return terminal.as_text(
            report(replace(RELU, diagnoses=(replace(TYPO, certain=False, **changes),))), "en", terminal.View()
        )

    assert "relu, perhaps: `self.maks`" in page()
    assert "relu: `self.maks`" in page(pitfall="relu/unknown")


def test_a_second_mistake_is_named_in_short():
    """Both are there, the first one in full."""
    second = replace(TYPO, title="backward returns None", hint="end with `return dx`", explanation="not now")

    page = terminal.as_text(report(replace(RELU, diagnoses=(TYPO, second))), "en", terminal.View())

    assert "relu: backward returns None" in page
    assert "hint: end with `return dx`" in page
    assert "not now" not in page


# --- hostile text ---


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", reports.FORMATS)
def test_no_format_lets_a_submission_speak_to_the_screen(form, language):
    """No escape sequence, no bidirectional switch and no lone surrogate reaches any output."""
    document = reports.render(hostile(), form, language, {})

    assert not {"\x1b", "\u202e", "\u2028", "\r"} & set(document) or form == "json"
    assert document.encode("utf-8")


def test_hostile_text_is_taken_literally_in_the_terminal():
    """Markup of rich in a student's text is text."""
    page = terminal.as_text(hostile(), "en", terminal.View(verbose=True))

    assert "\\x1b[31m[bold]red[/]" in page


def test_a_submission_cannot_give_github_a_command():
    """Every line that begins with `::` is one of ours."""
    lines = github.render(hostile(), "en", {}).splitlines()

    assert [line.split(" ", 1)[0] for line in lines] == ["::error", "::error", "::notice"]


def test_a_job_summary_keeps_a_submission_inside_its_block():
    """A fence is longer than any run of backticks inside it, and headings hold no markup."""
    nasty = replace(TYPO, title="<img src=x> [link](http://example.org)", explanation="```\n# forged\n```` and more")
    page = github.summary(report(replace(RELU, diagnoses=(nasty,))), "en")

    assert "`````text" in page
    assert "<img" not in page
    assert "[link]" not in page


def test_a_summary_that_github_would_refuse_is_cut_to_its_table():
    """GitHub drops a page of more than a mebibyte as a whole."""
    page = github.summary(report(replace(RELU, diagnoses=(replace(TYPO, explanation="x" * (1 << 20)),))), "en")

    assert len(page) < 1000
    assert "| relu | 8 / 20 |" in page


def test_json_keeps_every_character_of_a_name():
    """Whatever the name holds, it comes back."""
    nasty = hostile()

    assert Report.from_json(json.loads(plain.render(nasty))) == nasty


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\uff1d1"])
def test_no_cell_is_a_formula(name):
    """Spreadsheets see text; the JSON keeps the name."""
    cells = table.row(replace(PERFECT, submission=name), ["sigmoid"])

    assert cells[0] == "'" + name


def test_visible_leaves_ordinary_text_alone():
    """Names of people are not escaped."""
    names = '김철수 Ærøskøbing 👩‍🔬 O\'Neil, "x"'

    assert visible(names) == names


# --- the other formats ---


def test_the_table_has_one_row_a_submission():
    """Columns as promised; a score that was not decided stays empty; Excel's mark only where a name needs it."""
    broken = report(part("relu", Standing.BROKEN, [outcome("relu/x", Status.BROKEN, 20.0)]), needs_review=True)
    rows = [replace(MIXED, submission='Kim, "C"\nD'), replace(broken, submission="z")]

    text = "".join(table.lines(rows, ["relu", "sigmoid", "affine"], ["Kim", "z"]))

    assert list(csv.reader(io.StringIO(text))) == [
        ["submission", "score", "max_score", "relu", "sigmoid", "affine", "needs_review", "pitfalls"],
        ['Kim, "C"\\nD', "28", "70", "8", "20", "0", "false", "relu/attribute-typo"],
        ["z", "", "20", "", "", "", "true", ""],
    ]
    assert "".join(table.lines(rows, ["relu"], ["김철수"])).startswith("\ufeffsubmission,")


def test_junit_counts_mistakes_as_failures_and_consequences_as_skipped():
    """The number of failures is the number of checks that failed for themselves."""
    root = ET.fromstring(junit.render([MIXED], "en"))  # noqa: S314 - our own text
    suites = [
        (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("skipped"), suite.get("errors"))
        for suite in root
    ]

    assert suites == [
        ("student-07.relu", "4", "2", "1", "0"),
        ("student-07.sigmoid", "1", "0", "0", "0"),
        ("student-07.affine", "1", "0", "1", "0"),
    ]
    assert "did you mean `self.mask`?" in root.find(".//failure").text


@pytest.mark.parametrize("status", [Standing.MISSING, Standing.FAILED, Standing.UNREADABLE])
def test_junit_is_not_green_where_something_is_wrong(status):
    """A file that cannot be read has no failed check, only consequences: the first stands for the cause."""
    checks = [outcome(f"affine/{name}", Status.BLOCKED, 10.0, "not there") for name in ("one", "two")]
    (suite,) = ET.fromstring(junit.render([report(part("affine", status, checks))], "en"))  # noqa: S314 - our own text

    assert (suite.get("failures"), suite.get("skipped"), suite.get("tests")) == ("1", "1", "2")
    assert [[tag.tag for tag in case] for case in suite.iter("testcase")] == [["failure"], ["skipped"]]


def test_junit_calls_the_graders_fault_an_error():
    """A broken check is neither a failure nor a pass."""
    broken = report(part("relu", Standing.BROKEN, [outcome("relu/x", Status.BROKEN, 20.0, "the grader failed")]))

    root = ET.fromstring(junit.render([broken], "en"))  # noqa: S314 - our own text

    assert root.find(".//error").get("message") == "the grader failed"


def test_gradescope_gets_one_visible_test_a_check():
    """Fields as Gradescope publishes them."""
    document = json.loads(gradescope.render(MIXED, "en"))

    assert document["score"] == 28.0
    assert [test["number"] for test in document["tests"]] == ["1.1", "1.2", "1.3", "1.4", "2.1", "3.1"]
    assert sum(test["score"] for test in document["tests"]) == document["score"]
    assert {test["visibility"] for test in document["tests"]} == {"visible"}
    assert document["tests"][1]["name"] == "relu: forward keeps positive inputs"
    assert "did you mean" in document["tests"][1]["output"]


def test_gradescope_gets_no_points_for_what_was_not_decided():
    """A report with a broken exercise carries no score at all: a sum of the rest would pass for a grade."""
    broken = report(part("relu", Standing.BROKEN, [outcome("relu/x", Status.BROKEN, 20.0)]), SIGMOID)

    document = json.loads(gradescope.render(broken, "en"))

    assert ["score" in entry for entry in (document, *document["tests"])] == [False, False, False]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("level", "told"), [("full", False), ("partial", True), ("none", True), ("", False)])
def test_every_format_carries_the_level_of_the_sandbox(level, told, language):
    """Whoever relies on the points sees how they came about; a full sandbox is nothing to talk about."""
    graded = report(RELU, SIGMOID, sandbox=level)
    forms = {form: reports.render(graded, form, language, {}) for form in ("json", "junit", "github", "gradescope")}
    suites = ET.fromstring(forms["junit"])  # noqa: S314 - our own document
    levels = [each.get("value") for each in suites.iter("property") if each.get("name") == "sandbox"]

    assert json.loads(forms["json"])["sandbox"] == level
    assert json.loads(forms["gradescope"])["extra_data"]["sandbox"] == level
    assert levels == [level, level][: 2 * bool(level)]
    assert ("::warning title=grade::" in forms["github"]) == told
    assert (f"({level})" in forms["github"]) == told
    assert (f"&#40;{level}&#41;" in github.summary(graded, language)) == told


def test_github_points_to_the_line_in_the_repository():
    """Annotations need the path from the repository's root, not from the submission's."""
    lines = github.render(MIXED, "en", {"relu.py": "exercises/relu.py"}).splitlines()

    assert lines[0].startswith("::error file=exercises/relu.py,line=8,title=relu%3A `self.maks` is set%2C but")
    assert lines[-1] == "::notice title=grade::28 of 70 points: relu 8/20, sigmoid 20/20, affine 0/30"


# --- the overview of a class ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_counts_scores_mistakes_and_reviews(language):
    """A class at a glance, without keeping its reports."""
    tally = overview.Tally()
    for number in range(12):
        tally.add(
            replace(
                MIXED if number % 3 else PERFECT,
                submission=f"student-{number}",
                needs_review=number == 4,
                flags=("relu: _exit (line 3)",),
            )
        )

    page = [line.plain for line in overview.render(tally, language, width=80, reports=Path("r"), grades=Path("g"))]

    assert (tally.mean, tally.median, tally.review) == ((8 * 28 + 4 * 20) / 12, 28.0, 1)
    assert any("    8  relu/attribute-typo" in line for line in page)
    assert "  student-4  relu: _exit (line 3)" in page
    assert all(cell_len(line) <= 80 for line in page)
