"""Every word that a student reads, by key and language.

One TOML file a language beside this module; a third language is one more file. English lives here too, except
two kinds of text that are written where they belong: check titles (docstrings in the suites) and pitfall entries
(docstrings in `grader/pitfalls/`); other languages have those under `[check]` and `[pitfall]`.
"""

from __future__ import annotations

import functools
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
DEFAULT = "en"


def languages() -> tuple[str, ...]:
    """The languages there is a catalogue for."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def choose(asked: str | None = None) -> str:
    """The language to speak: what was asked for, then GRADE_LANG, the locale, English."""
    wishes = [asked, *(os.environ.get(name) for name in ("GRADE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))]
    known = languages()
    for wish in wishes:
        language = (wish or "").replace("-", "_").split("_")[0].split(".")[0].lower()
        if language in known:
            return language
    return DEFAULT


_included: dict[Path, None] = {}
"""Folders with further texts: those of an instructor's own exercises."""


def include(folders: Iterable[Path]) -> None:
    """Take the texts of these folders beside the kit's own, and no other folder's; a language may have no file."""
    _included.clear()
    _included.update(dict.fromkeys(folders))
    _catalogue.cache_clear()


@functools.cache
def _catalogue(language: str) -> dict[str, str]:
    """One language's texts, flattened: table names and key joined with dots."""

    def flatten(prefix: str, table: dict[str, Any]) -> dict[str, str]:
        flat: dict[str, str] = {}
        for key, value in table.items():
            name = f"{prefix}{key}"
            flat |= flatten(f"{name}.", value) if isinstance(value, dict) else {name: value.strip("\n")}
        return flat

    flat: dict[str, str] = {}
    theirs = (path for folder in _included for path in sorted(folder.glob(f"*.{language}.toml")))
    for path in (*theirs, _FOLDER / f"{language}.toml"):  # the kit's own words win
        flat |= flatten("", tomllib.loads(path.read_text(encoding="utf-8")))
    return flat


def text(key: str, language: str = DEFAULT, /, **fields: object) -> str:
    """The text of a key, its fields filled in; with a field `count`, `<key>.one` or `<key>.other` by number.

    Raises:
        KeyError: no catalogue has the key, or a field is missing.
    """
    catalogue = _catalogue(language)
    if "count" in fields:
        key += ".one" if fields["count"] == 1 and f"{key}.one" in catalogue else ".other"
    return (catalogue.get(key) or _catalogue(DEFAULT)[key]).format_map(fields)


def find(key: str, language: str = DEFAULT) -> str | None:
    """The raw text of a key in exactly this language, or None."""
    return _catalogue(language).get(key)


def keys(prefix: str) -> tuple[str, ...]:
    """The English keys that begin with a prefix, in the order of the catalogue."""
    return tuple(key for key in _catalogue(DEFAULT) if key.startswith(prefix))
