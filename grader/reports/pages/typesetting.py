"""Turns words and numbers into HTML: the one Jinja environment of the pages, and how a stranger's text is set in it.

Every page renders through `page`. Whatever comes out of a report is plain text here; it becomes markup only by being
escaped, and characters that cannot be seen are written out first.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from grader.reports.escaping import visible, visible_block, visible_lines
from grader.reports.findings import points
from grader.texts import text

_TEMPLATES = Path(__file__).parent / "templates"
_CODE = re.compile(r"`([^`]+)`")
_QUOTED = 4
"""Lines of a message that begin with as many blanks are code."""


def page(template: str, language: str, said: str, **values: object) -> str:
    """A template filled in, its own texts in one language; `said` is the language of the reports on it."""

    def say(key: str, /, **fields: object) -> Markup:
        return inline(text(f"page.{key}", language, **fields))

    def plainly(key: str, /, **fields: object) -> str:
        return visible(text(f"page.{key}", language, **fields))

    return (
        _environment()
        .get_template(template)
        .render(
            say=say,
            plainly=plainly,
            language=language,
            lang_said=_spoken(said) if said != language else "",
            lang_own=_spoken(language) if said != language else "",
            **values,
        )
    )


def _spoken(language: str) -> Markup:
    """What tells a screen reader to change its voice."""
    return Markup(' lang="{}"').format(language)


# A class shares its titles and most of its messages.
@functools.lru_cache(maxsize=4096)
def inline(words: str) -> Markup:
    """Words on one line, `code` between backticks set as such."""
    pieces = _CODE.split(visible(words))
    return Markup("").join(
        Markup("<code>%s</code>") % piece if number % 2 else piece for number, piece in enumerate(pieces)
    )


@functools.lru_cache(maxsize=4096)
def prose(words: str) -> Markup:
    """Lines as paragraphs; those that are indented stay as they are typed, in one block."""
    blocks: list[Markup] = []
    quoted: list[str] = []
    for line in [*visible_lines(words), ""]:
        if line.startswith(" " * _QUOTED):
            quoted.append(line[_QUOTED:])
            continue
        if quoted:
            blocks.append(Markup('<pre tabindex="0">{}</pre>').format("\n".join(quoted)))
            quoted = []
        if line.strip():
            blocks.append(Markup("<p>{}</p>").format(inline(line)))
    return Markup("\n").join(blocks)


def parted(name: str) -> Markup:
    """The name of a class, which a narrow column may break between its words: `SoftmaxWithLoss` is three."""
    return Markup("<wbr>").join(re.split(r"(?<=[a-z])(?=[A-Z])", visible(name)))


def share(part: float | None, whole: float) -> float:
    """A part in per cent, between 0 and 100; 0 where nothing is known."""
    return max(0.0, min(100.0, 100 * (part or 0.0) / whole)) if whole else 0.0


def _rounded(number: float) -> str:
    """A length in a drawing: two digits are finer than any screen."""
    return f"{round(number, 2):g}"


def _link(parts: Iterable[str]) -> str:
    """A relative address of a file whose name may hold anything."""
    return "/".join(quote(part.encode("utf-8", "backslashreplace"), safe="~") for part in parts)


def _fingerprint(script: str) -> str:
    """What a policy names to let this very script run, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _tight(style: str) -> str:
    """A style sheet without comments and indentation: every page carries a copy."""
    without = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return "\n".join(line.strip() for line in without.splitlines() if line.strip())


# Rows of passed checks and drawings with the same mark are alike on most pages: half of the time goes into them.
@functools.lru_cache(maxsize=4096)
def _piece(macro: str, *values: object) -> Markup:
    """A piece of `parts.html` that depends on nothing but its values."""
    return Markup(getattr(_environment().get_template("parts.html").module, macro)(*values))  # noqa: S704 - escaped there


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "inline": inline,
        "prose": prose,
        "visible": visible,
        "visible_block": visible_block,
        "parted": parted,
        "points": points,
        "length": _rounded,
        "link": _link,
        "fingerprint": _fingerprint,
    }
    environment.globals |= {"share": share, "style": _style, "script": _script, "piece": _piece}
    return environment


@functools.cache
def _style(*names: str) -> Markup:
    """Style sheets of ours, one after the other."""
    return Markup("\n").join(Markup(_tight(_read(name))) for name in names)  # noqa: S704 - a file of ours


@functools.cache
def _script(*names: str) -> Markup:
    """Scripts of ours, one after the other."""
    return Markup("\n").join(Markup(_read(name)) for name in names)  # noqa: S704 - a file of ours


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
