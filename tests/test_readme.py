"""What README.md shows is what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def examples(page):
    """The console blocks of a page: the command, and what it is said to print."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n\$ (.*?)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [pytest.param(command, output, id=f"{page}: {command}") for command, output in blocks]


@pytest.mark.parametrize(("command", "output"), examples("README.md"))
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
