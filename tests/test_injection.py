"""Output that bites: every text that a submission can reach, in every place where it is shown.

One table of hostile texts, one of places; what a place must not contain is the same for all of its kind.
"""

import csv
import io
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from grader.cli import hint as hint_command
from grader.cli import people, regrade, sandbox, screen
from grader.cli.speech import speaker
from grader.exports import feedback
from grader.exports import table as export_table
from grader.model import CheckOutcome, Diagnosis, ExerciseReport, Figure, Report, Standing, Status
from grader.moves import CheckMove, Move
from grader.reports import cell, github, gradescope, junit, overview, plain, table, terminal
from grader.reports.pages import Survey, class_page, feedback_page
from grader.store import Sender
from grader.submissions import Student
from grader.workshop.probing import Probe, Trial

HARMLESS = "some words"
TEXTS = {
    "colours": "\x1b[31mred\x1b[0m",
    "a title for the window": "\x1b]0;owned\x07",
    "a link of the terminal's": "\x1b]8;;http://example.org\x1b\\here\x1b]8;;\x1b\\",
    "a clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "controls of one byte": "\x9b31mred\x9d0;owned\x9c",
    "rubbing out": "100\b\b\b\x7f\r0",
    "a null byte": "a\0b",
    "a wiped screen": "\x1bc\x1b[2J\x1b[H",
    "markup of rich": "[bold red]100[/] [link=http://example.org]here[/link] :smile: [/]",
    "a script": "</script></title></pre></textarea><script>window.forged = 1</script>",
    "an image": "<img src=x onerror='window.forged = 1'><svg/onload=alert(1)>",
    "an attribute": "\" onmouseover=\"alert(1)\" x='",
    "the end of a comment": "--> ]]> */ -->",
    "an entity": "&lt;b&gt;&#60;b&#62; &amp;",
    "a template": "{{ 7 * 7 }}{% raw %}${7*7}",
    "a link of an address": "javascript:alert(1)",
    "a formula": '=HYPERLINK("http://example.org", "here")',
    "a formula in wide letters": "\uff1d1+1",
    "a command for a spreadsheet": "+cmd|' /C calc'!A0",
    "a negative one": "-1+1",
    "an old one": "@SUM(1+1)",
    "a formula behind a tab": "\t=1+1",
    "a formula behind a return": "\r=1+1",
    "cells": 'a,b;c\t"d"\n=1+1,100,100',
    "lines": "first\nsecond\r\nthird",
    "a command for GitHub": "x\n::error file=a,line=1::forged\r\n::set-output name=score::100",
    "an annotation's end": "a,line=9,title=forged::b%0A::notice::c",
    "Markdown": "# forged\n| a | b |\n```\n~~~\n[here](http://example.org) ![](x) **b** <b>",
    "text turned round": "\u202e001\u202c \u2066x\u2069 \u200f",
    "line breaks of Unicode": "a\u2028b\u2029c\x85d",
    "half a character": "a\ud800b\udcff",
    "no characters": "a\ufffe\uffffb",
    "a path": "../../../etc/passwd",
    "nothing": "",
    "blanks": " \t \n ",
    "one very long word": "x" * 5000,
    "Korean": "한글 이름.py",
}  # fmt: skip
# What acts on a screen, or has no spelling in a file: C0 and C1, directions, line breaks of Unicode, no characters.
ACTIVE = re.compile(
    "[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)


def report(text):
    """A report in which everything that may come from a submission is one text."""
    lost = CheckOutcome(id="affine/forward", title=text, status=Status.FAILED, points=0.0, max_points=4.0, message=text)
    other = CheckOutcome(id="affine/stores", title=text, status=Status.FAILED, points=0.0, max_points=4.0, message=text)
    found = Diagnosis(
        pitfall="affine/bias-axis", title=text, explanation=text, hint=text, file=text, line=24, place=text,
        source=text, excerpt=((23, text), (24, text)), details=(text, f"expected  {text}"),
        figures=(Figure(name=text, got=((text,),), expected=((text,),), example=(text,)),),
        explains=("affine/forward",),
    )  # fmt: skip
    affine = ExerciseReport(
        id="affine", status=Standing.FAILED, score=0.0, max_score=8.0, checks=(lost, other), diagnoses=(found,)
    )
    return Report(
        submission=text, score=0.0, max_score=8.0, needs_review=True, seed=0, suite_digest="", grader_version="0",
        digest="", sandbox="full", exercises=(affine,), output=text, notes=(text,), flags=(text,),
    )  # fmt: skip


# --- the places; `screen` is what the test reads from both streams


def on_a_console(text, _):
    """As `grade check` prints it on a terminal with colours, the grader's own colours taken away again."""
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=True, color_system="standard", width=80, highlight=False, emoji=False,
        markup=False, soft_wrap=True,
    )  # fmt: skip
    for line in terminal.render(report(text), "en", terminal.View(verbose=True)):
        console.print(line)
    return re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue())


def in_the_overview(text, _):
    """What an instructor sees at the end of a batch."""
    tally = overview.Tally()
    tally.add(report(text))
    where = Path(text.replace("\0", "") or ".")
    return "\n".join(line.plain for line in overview.render(tally, "en", width=80, reports=where, grades=where))


def on_the_class_page(text, _):
    """Beside a harmless submission."""
    counted = Survey()
    counted.add(report(text), "one")
    counted.add(report(HARMLESS), "two")
    return class_page(counted, "en")


def said(action):
    """A place that prints: what stands on its two streams afterwards."""

    def place(text, streams):
        action(text)
        captured = streams.readouterr()
        return captured.out + captured.err

    return place


def moved(text):
    """`grade diff`."""
    move = Move(submission=text, before=8.0, after=0.0, checks=(CheckMove(id="affine/forward", before=4, after=0),))
    lines = regrade.lines(regrade.Moves(compared=1, moved=[move]), speaker("en"))
    sys.stdout.write("\n".join(lines))


def tried(text):
    """`grade sandbox`, whose worker may be replaced by anything, too."""
    trial = Trial(name="read_a_file", held=True, seen=text)
    found = Probe(level="partial", missing=(f"seccomp: {text}",), system=text, landlock=0, forked=True, trials=(trial,))
    sys.stdout.write("\n".join(sandbox.page(found, speaker("en"))))


def exported(text):
    """`grade export --format csv`, with what a learning platform says about the senders."""
    student = Student(name=text, id=text, login=text)
    return "".join(export_table.lines([report(text)], ["affine"], {text: Sender(students=(student,))}))


SCREENS = {
    "check": lambda text, _: terminal.as_text(report(text), "en", terminal.View()),
    "check -v": lambda text, _: terminal.as_text(report(text), "ko", terminal.View(verbose=True)),
    "check in colours": on_a_console,
    "check --format line": lambda text, _: terminal.one_line(report(text), "en").plain,
    "batch": in_the_overview,
    "hint": said(lambda text: hint_command.show(report(text).exercises[0], 5, [], "en")),
    "diff": said(moved),
    "export": said(lambda text: people.tell(text, [text], speaker("en"))),
    "errors": said(screen.remark),
    "sandbox": said(tried),
    "a notebook without HTML": lambda text, _: "\n".join(cell.plain_refusal(text, text, "en")),
}
PAGES = {
    "feedback page": lambda text, _: feedback_page(report(text), "en"),
    "class page": on_the_class_page,
    "cell of a notebook": lambda text, _: cell.render(report(text), "en", "check(Affine)", in_cells=True),
    "refusal in a notebook": lambda text, _: cell.refusal(text, text, "en"),
    "comment for Moodle": lambda text, _: feedback.comment(report(text), "en"),
}
TABLES = {
    "grades.csv": lambda text: "".join(table.lines([report(text)], ["affine"], [text])),
    "export --format csv": exported,
    "missing.csv": lambda text: "".join(people._table([["name", "id", "login"], [text, text, text]])),
}
DOCUMENTS = {
    "json": lambda text: plain.render(report(text)),
    "gradescope": lambda text: gradescope.render(report(text), "en"),
}


def shown(place, text, streams=None):
    """What a place makes of a text."""
    return place(text, streams)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("place", SCREENS.values(), ids=SCREENS)
def test_a_screen_shows_it_and_does_not_obey(place, text, capsys):
    """No character that acts on a terminal, and markup stands there as it was written."""
    page = shown(place, text, capsys)

    assert ACTIVE.findall(page) == []
    if "[bold red]" in text:
        assert "[bold red]" in page or page == shown(place, HARMLESS, capsys)


class Elements(HTMLParser):
    """What a browser would act on: elements and their attributes."""

    def __init__(self, page):
        super().__init__()
        self.kinds, self.attributes = set(), []
        self.scripts = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.kinds.add(tag)
        self.scripts += tag == "script"
        self.attributes += attrs


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("place", PAGES.values(), ids=PAGES)
def test_a_page_holds_no_element_of_a_submissions(place, text):
    """No script, image, handler or address that is not ours; nothing that a reader does not see."""
    page = shown(place, text)
    found, ours = Elements(page), Elements(shown(place, HARMLESS))

    # A text of several lines, or between backticks, is set as one: as code.
    assert found.kinds - ours.kinds <= {"br", "code", "span", "p", "pre", "mark"}
    assert found.scripts == ours.scripts
    assert [name for name, _ in found.attributes if name.startswith("on") or name == "srcdoc"] == []
    addresses = [value for name, value in found.attributes if name in {"href", "src", "action", "xlink:href"}]
    assert [value for value in addresses if not value.startswith(("#", "feedback/"))] == []
    assert ACTIVE.findall(page) == []
    assert "49" not in page or "7 * 7" not in text or "7 * 7" in page


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("place", TABLES.values(), ids=TABLES)
def test_a_table_keeps_its_shape_and_holds_no_formula(place, text):
    """As many rows and cells as for a harmless name, whatever separates cells somewhere; no cell is calculated."""
    rows, ours = (list(csv.reader(io.StringIO(place(one).removeprefix("\ufeff")))) for one in (text, HARMLESS))

    assert [len(row) for row in rows] == [len(row) for row in ours]
    assert [one for row in rows for one in row if one.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))] == []
    assert ACTIVE.findall("".join(one for row in rows for one in row)) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("place", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_json_document_is_neutral_as_it_stands(place, text):
    """Somebody looks at it with `cat`; a program still reads every letter."""
    document = place(text)
    data = json.loads(document)

    assert ACTIVE.findall(document) == []
    assert document.encode("utf-8")
    if "submission" in data:
        assert report(text) == Report.from_json(data)
    else:
        strings = [value for test in data["tests"] for value in test.values() if isinstance(value, str)]
        assert ACTIVE.findall("".join([data["output"], *strings])) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_junit_stays_the_same_tree(text):
    """Elements and attributes are ours, and any XML parser reads it."""
    document, ours = (junit.render([report(one)], "en") for one in (text, HARMLESS))

    def tree(xml):
        return [(element.tag, sorted(element.attrib)) for element in ET.fromstring(xml).iter()]  # noqa: S314 - ours

    assert tree(document) == tree(ours)
    assert ACTIVE.findall(document) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_github_gets_our_commands_and_no_others(text):
    """As many lines as for a harmless submission, each with the properties that ours has."""
    lines, ours = (github.render(report(one), "en", {}).splitlines() for one in (text, HARMLESS))
    commands = [re.match(r"::(\w+) ((?:\w+=[^,:]*,)*\w+=[^,:]*)::", line) for line in lines]
    properties = [re.findall(r"(?:^|,)(\w+)=", command[2]) for command in commands]

    assert [command[1] for command in commands] == [line[2:].partition(" ")[0] for line in ours]
    assert all([name for name in ("file", "line", "title") if name in one] == one for one in properties)
    assert ACTIVE.findall("".join(lines)) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_job_summary_has_our_headings_and_no_others(text):
    """Outside its fenced blocks, nothing of a submission's is Markdown."""
    page, ours = (github.summary(report(one), "en") for one in (text, HARMLESS))

    def outside(markdown):
        return re.sub(r"^(`{3,})text\n.*?^\1$", "", markdown, flags=re.DOTALL | re.MULTILINE)

    def kinds(markdown):
        return [line.partition(" ")[0] for line in outside(markdown).splitlines() if line.startswith(("#", "|", "-"))]

    assert kinds(page) == kinds(ours)
    assert re.findall(r"<\w|\]\(|\*\*|^```", outside(page), re.MULTILINE) == []
    assert ACTIVE.findall(page) == []
