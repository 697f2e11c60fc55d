"""The catalogue of known mistakes: complete wrong layers, one file each, with the explanation as docstring.

The diagnosis replays these layers and quotes their texts; `grade explain` prints them. A file is
`<exercise>/<slug_with_underscores>.py`; `<slug>__<variant>.py` is the same mistake with other numbers. English is the
docstring, other languages are `[pitfall]` in `grader/texts`. Knows nothing of suites, submissions and workers.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import tokenize
from dataclasses import dataclass, replace
from pathlib import Path

from grader import catalogue

SECTIONS = ("title", "why", "hint", "book")
"""What the docstring of an entry holds, in this order."""
SECTIONS_OF_TWO = ("title", "both", "book")
"""What it holds when the layer makes two mistakes that have entries of their own."""
_SECTION = re.compile(r"^(\w+):[ \t]+(.*(?:\n[ \t]+.*)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pitfall:
    """One known mistake, or one more way to write it."""

    id: str
    """`<exercise>/<slug>`; variants share it."""
    name: str
    """Unique: the id, and for a variant `<id>__<variant>`. Texts of other languages are found by it, then by the id."""
    title: str
    """What the code does."""
    why: str
    """How that bites; empty when there are two mistakes."""
    hint: str
    """One action; empty when there are two mistakes."""
    book: str
    """The section to read again."""
    both: tuple[str, ...] = ()
    """The ids of the two mistakes that this layer combines in one method."""
    source: Path
    class_name: str
    own_text: bool = True
    """Whether the file has a title of its own; a variant without one speaks with the words of the entry."""
    variants: tuple[Pitfall, ...] = ()
    """The same mistake written so that the numbers differ."""

    @property
    def all_layers(self) -> tuple[Pitfall, ...]:
        """This entry and its variants."""
        return (self, *self.variants)

    def load(self) -> type:
        """Run the file and return its layer class; a new one each time, so that class attributes start afresh."""
        from grader import provided  # noqa: PLC0415 - texts alone are read without NumPy

        layer: type = provided.load(self.source, self.id.split("/")[0], self.class_name)
        return layer


class EntryError(Exception):
    """A file of the catalogue lacks a section, or is a variant of nothing; names the file."""


@catalogue.follow
@functools.cache
def entries(exercise: str) -> dict[str, Pitfall]:
    """All pitfalls of an exercise by id, sorted; variants hang below the entry that they belong to.

    Raises:
        EntryError: a file is incomplete.
    """
    facts = catalogue.exercises()[exercise]
    return read(facts.pitfalls, exercise, facts.class_name)


def read(folder: Path, exercise: str, class_name: str) -> dict[str, Pitfall]:
    """The pitfalls in a folder by id.

    Raises:
        EntryError: a file is incomplete.
    """
    found: dict[str, Pitfall] = {}
    # "affine.py" sorts before "affine__one.py": "." comes before "_", so an entry is there before its variants.
    for path in sorted(folder.glob("*.py")):
        stem, _, variant = path.stem.partition("__")
        id = f"{exercise}/{stem.replace('_', '-')}"
        if not variant:
            found[id] = _entry(id, path, class_name)
        elif id in found:
            found[id] = replace(found[id], variants=(*found[id].variants, _variant(found[id], variant, path)))
        else:
            msg = f"{path.name}: there is no `{stem}.py` that it could be a variant of"
            raise EntryError(msg)
    return found


def sections(path: Path) -> dict[str, str]:
    """The sections of a file's docstring, each on one line."""
    return {name: " ".join(words.split()) for name, words in _SECTION.findall(_docstring(path))}


def _entry(id: str, path: Path, class_name: str) -> Pitfall:
    told = sections(path)
    wanted = SECTIONS_OF_TWO if "both" in told else SECTIONS
    if tuple(told) != wanted:
        msg = f"{path.name}: the docstring has the sections {', '.join(told) or 'none'}; expected {', '.join(wanted)}"
        raise EntryError(msg)
    return Pitfall(
        id=id,
        name=id,
        title=told["title"],
        why=told.get("why", ""),
        hint=told.get("hint", ""),
        book=told["book"],
        both=tuple(part.strip() for part in told.get("both", "").split(",") if part),
        source=path,
        class_name=class_name,
    )


def _variant(entry: Pitfall, variant: str, path: Path) -> Pitfall:
    told = sections(path)
    if told and tuple(told) != SECTIONS:
        msg = f"{path.name}: a variant states all of {', '.join(SECTIONS)}, or nothing"
        raise EntryError(msg)
    alike = replace(
        entry, name=f"{entry.id}__{variant.replace('_', '-')}", source=path, own_text=bool(told), variants=()
    )
    if not told:
        return alike
    return replace(alike, title=told["title"], why=told["why"], hint=told["hint"], book=told["book"])


def _docstring(path: Path) -> str:
    """What a file begins with; the rest of it is not read: of an exercise, a first diagnosis needs sixty of them."""
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            if token.type == tokenize.STRING:
                return inspect.cleandoc(ast.literal_eval(token.string))
            if token.type not in (tokenize.COMMENT, tokenize.NL):
                break
    return ""
