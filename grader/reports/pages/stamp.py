"""Tells by the first bytes of a feedback page whether it would come out the same again.

A class that is graded again after one more submission has a thousand pages that need not be written. The stamp is a
digest of the report, the language and all that pages are made from.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path

import jinja2

from grader import texts
from grader.model import Report

HEAD_BYTES = 200
"""The stamp stands within the first lines of a page."""
_DIGITS = 32


def stamp(report: Report, language: str) -> str:
    """What the page of this report in this language is marked with."""
    words = json.dumps([report.to_json(), language, _pages_digest()])
    return hashlib.sha256(words.encode()).hexdigest()[:_DIGITS]


def stamped(head: bytes, mark: str) -> bool:
    """Whether a page that begins like this is marked so."""
    return f'content="{mark}"'.encode() in head


@functools.cache
def _pages_digest() -> str:
    """Over the modules, the templates and the texts that pages are made from."""
    total = hashlib.sha256(jinja2.__version__.encode())
    files = [path for path in Path(__file__).parent.rglob("*") if path.suffix in {".py", ".html", ".css", ".js"}]
    for path in sorted(
        [*files, *Path(texts.__file__).parent.glob("*.toml"), *Path(__file__).parent.parent.glob("*.py")]
    ):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()
