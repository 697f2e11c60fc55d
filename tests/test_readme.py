"""What the READMEs show is what happens. `python docs/pictures.py` renews their examples and pictures."""

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader import texts

ROOT = Path(__file__).parents[1]


def examples(page):
    """The console blocks of a page: the command, and what it is said to print."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [pytest.param(command, output, id=f"{page}: {command}") for command, output in blocks]


@pytest.mark.parametrize(("command", "output"), [*examples("README.md"), *examples("README.ko.md")])
def test_examples_print_what_the_page_shows(command, output):
    """Each console example of the README is real output."""
    program, *words = command.split()
    assert program == "grade"
    environment = {name: value for name, value in os.environ.items() if name not in ("GRADE_LANG", "LC_ALL", "LANG")}

    done = subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=ROOT, env=environment | {"COLUMNS": "80"}, capture_output=True, check=False, timeout=60,
    )  # fmt: skip

    assert done.stdout.decode().strip("\n") == output.strip("\n")


def outline(page):
    """What a page has in any language: its headings' levels, its code but for what was printed, its links."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return {
        "headings": re.findall(r"^#+(?= )", prose, re.MULTILINE),
        "blocks": [(kind, code if kind != "console" else "") for kind, code in blocks],
        "steps": re.findall(r"^\d+(?=\. )", prose, re.MULTILINE),
        "links": [link for link in re.findall(r"\]\(([^)]+)\)", prose) if not re.search(r"README|screen", link)],
    }


def test_the_korean_page_has_all_that_the_english_one_has():
    """A change to one of them is a change to both."""
    assert outline("README.md") == outline("README.ko.md")


@pytest.mark.parametrize("language", texts.languages())
def test_a_picture_shows_what_is_printed(language):
    """Letter by letter; colours and places are the drawing's own."""
    drawn = (ROOT / "docs" / f"screen.{language}.svg").read_text(encoding="utf-8")
    words = html.unescape("".join(re.findall(r'<text class="screen-r\d+"[^>]*>(.*?)</text>', drawn)))
    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", "docs/first-try"],
        cwd=ROOT, env=os.environ | {"COLUMNS": "80", "GRADE_LANG": language}, capture_output=True, check=False,
        timeout=60,
    )  # fmt: skip

    assert "".join(words.split()) == "".join(done.stdout.decode().split())


def test_every_picture_and_page_that_is_linked_is_there():
    """Nothing was renamed without its readers."""
    for page in ("README.md", "README.ko.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        missing = [link for link in re.findall(r"\]\(([^):#]+)\)", text) if not (ROOT / link).exists()]

        assert missing == []
