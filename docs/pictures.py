"""Brings the READMEs up to date: their console examples, and the pictures of `grade check docs/first-try`.

    python docs/pictures.py

All of it is real output. The drawings load nothing: a reader's own fonts do.
"""

import html
import io
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from grader import submissions, texts
from grader.cli.check import located
from grader.grading import grade
from grader.model import Settings
from grader.reports import terminal

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path("docs/first-try")
COMMAND = f"grade check {FOLDER.as_posix()}"
WIDTH = 80
# How wide rich draws a cell of the terminal.
CELL = 12.2
THEME = TerminalTheme(
    (24, 27, 33),
    (220, 223, 228),
    [(40, 44, 52), (240, 113, 120), (126, 200, 145), (229, 192, 123),
     (97, 175, 239), (198, 146, 233), (86, 194, 214), (220, 223, 228)],
)  # fmt: skip
# Fonts that have Hangul, and are as wide as two letters there.
FONTS = "'SFMono-Regular', Menlo, Consolas, 'D2Coding', 'DejaVu Sans Mono', 'Noto Sans Mono CJK KR', monospace"
DRAWING = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" \
role="img" aria-label="TITLE">
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px FONTS; white-space: pre; }}
.{unique_id}-title {{ font: 16px FONTS; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def drawing(language: str) -> str:
    """The report on the folder in one language, as an SVG."""
    submission = submissions.read([ROOT / FOLDER], language)
    report = grade(submission, Settings(language=language))
    places = {
        name: f"{FOLDER.as_posix()}/{Path(place).name}" for name, place in located((ROOT / FOLDER,), submission).items()
    }
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False, color_system="truecolor")
    for line in terminal.render(report, language, terminal.View(width=WIDTH, files=places, again=COMMAND)):
        console.print(line, soft_wrap=True)
    format = DRAWING.replace("FONTS", FONTS).replace("TITLE", COMMAND)
    svg = console.export_svg(title=f"$ {COMMAND}", theme=THEME, code_format=format, unique_id="screen")
    svg = re.sub(
        r'<text (class="[^"]*") x="([^"]*)" (y="[^"]*") textLength="[^"]*"([^>]*)>(.*?)</text>', _in_cells, svg
    )
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


def _in_cells(found: re.Match[str]) -> str:
    """One run of text cut where the width of its letters changes: rich gives Hangul the room of Latin letters."""
    style, left, top, rest, words = found.groups()
    x, drawn = float(left), []
    for width, letters in itertools.groupby(html.unescape(words), cell_len):
        run = "".join(letters)
        length = round(len(run) * width * CELL, 1)
        text = html.escape(run).replace(" ", "&#160;")
        fitted = ' lengthAdjust="spacingAndGlyphs" font-size="22px"' if width > 1 else ""
        spot = f'x="{round(x, 1):g}" {top} textLength="{length:g}"{fitted}{rest}'
        drawn += [f"<text {style} {spot}>{text}</text>"] if run.strip() else []
        x += length
    return "".join(drawn)


def place(language: str) -> Path:
    """Where the picture of a language lies."""
    return ROOT / "docs" / f"screen.{language}.svg"


def printed(command: str) -> str:
    """What a `grade` command prints in a terminal of 80 columns, wherever it is run."""
    environment = {name: value for name, value in os.environ.items() if name not in {"GRADE_LANG", "LC_ALL", "LANG"}}
    words = [sys.executable, "-m", "grader", *command.split()[1:]]
    done = subprocess.run(words, cwd=ROOT, env=environment | {"COLUMNS": str(WIDTH)}, capture_output=True, check=False)  # noqa: S603 - the READMEs' own
    return done.stdout.decode().strip("\n")


def page(text: str) -> str:
    """A page with what its console examples print now."""
    return re.sub(
        r"^```console\n\$ (.*?)\n.*?^```",
        lambda found: f"```console\n$ {found[1]}\n\n{printed(found[1])}\n```",
        text,
        flags=re.DOTALL | re.MULTILINE,
    )


if __name__ == "__main__":
    files = {place(language): drawing(language) for language in texts.languages()}
    files |= {file: page(file.read_text(encoding="utf-8")) for file in sorted(ROOT.glob("README*.md"))}
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
        print(file.relative_to(ROOT))
