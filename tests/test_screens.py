"""docs/screens.md shows what the command prints; `python tests/test_screens.py` writes its screens anew."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from rich.cells import cell_len

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "screens.md"
LANGUAGES = ("en", "ko")
SECTION = re.compile(r"(?ms)^## (?P<title>[^\n]+)\n.*?^`(?P<file>\w+\.py)`\n\n```python\n(?P<source>.*?)^```\n")
SCREENS = re.compile(r"\n```console\n.*?^```\n", re.DOTALL | re.MULTILINE)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def printed(file, source, language, **environment):
    """What `grade check` prints for one file, on 80 columns."""
    clean = {name: value for name, value in os.environ.items() if name not in {"GRADE_LANG", "NO_COLOR", "FORCE_COLOR"}}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / file).write_text(source, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "grader", "check", file, "--lang", language],
            cwd=folder,
            env={**clean, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environment},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 1, done.stderr
    return done.stdout


def screen(file, source, language):
    """The screen as a block of the page, the command that it answers first."""
    lines = printed(file, source, language).rstrip("\n")
    return f"\n```console\n$ grade check {file} --lang {language}\n{lines}\n```\n"


def written(page):
    """The page with its screens as they would be now."""

    def with_screens(section):
        screens = "".join(screen(section["file"], section["source"], language) for language in LANGUAGES)
        return section.group() + screens

    return SECTION.sub(with_screens, SCREENS.sub("", page))


def sections():
    """The failures on the page: title, file, source."""
    return [(found["title"], found["file"], found["source"]) for found in SECTION.finditer(PAGE.read_text("utf-8"))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("title", "file", "source"), sections(), ids=[title for title, *_ in sections()])
def test_the_page_shows_what_is_printed(title, file, source, language):
    """Word for word, in both languages."""
    assert screen(file, source, language) in PAGE.read_text("utf-8")


def test_there_are_five_screens_a_language():
    """Each section has its screens, and no other is left over."""
    assert len(sections()) == 5
    assert len(SCREENS.findall(PAGE.read_text("utf-8"))) == 5 * len(LANGUAGES)


def test_screens_fit_80_columns():
    """Hangul counted twice."""
    lines = [line for block in SCREENS.findall(PAGE.read_text("utf-8")) for line in block.splitlines()]

    assert max(map(cell_len, lines)) <= 80


@pytest.mark.parametrize("language", LANGUAGES)
def test_colour_says_nothing_that_words_do_not(language):
    """With colour the screen holds the same text."""
    _, file, source = sections()[0]
    plain, coloured = (printed(file, source, language, **more) for more in ({"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}))

    assert "\x1b[" not in plain
    assert coloured != plain
    assert COLOUR.sub("", coloured) == plain


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
