"""Classes to be graded: right layers in many styles, known mistakes, renamed attributes; no two submissions alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.catalogue import exercises

ROOT = Path(__file__).parents[2]
IDS = ("relu", "sigmoid", "affine", "softmax_with_loss")
# What a student may call as they like: everything that a layer keeps, but for the gradients that the contract names.
_KEPT = re.compile(r"\bself\.(mask|out|x|y|t|loss|original_x_shape)\b")


def write_class(folder: Path, count: int) -> list[Path]:
    """Write submissions: a third right, the others with one or two of the catalogue's mistakes; the same every time."""
    right = {
        id: _sources(id, [ROOT / "solutions" / f"{id}.py", *(ROOT / "tests" / "right" / id).glob("*.py")]) for id in IDS
    }
    wrong = {id: _sources(id, (ROOT / "grader" / "pitfalls" / id).glob("*.py")) for id in IDS}
    folders = []
    for number in range(count):
        target = folder / f"student-{number:05}"
        target.mkdir(parents=True)
        for place, id in enumerate(IDS):
            spoilt = number % 3 and (number + place) % 3 == 0
            pool = wrong[id] if spoilt else right[id]
            (target / f"{id}.py").write_text("".join(_own(pool[number % len(pool)], number)), encoding="utf-8")
        folders.append(target)
    return folders


def _sources(id: str, files: Iterable[Path]) -> list[str]:
    """Sources that the plain way can load as well: UTF-8, and the class under its own name."""
    named = re.compile(rf"^class {exercises()[id].class_name}\b", re.MULTILINE)
    sources = [file.read_bytes().decode("utf-8", "replace") for file in sorted(files)]
    return [source for source in sources if named.search(source) and "\N{REPLACEMENT CHARACTER}" not in source]


def _own(source: str, number: int) -> Iterator[str]:
    """A source as another student would have written it."""
    renamed = number % 2 and "getattr" not in source and "__slots__" not in source and "@dataclass" not in source
    yield _KEPT.sub(rf"self.\1_{number}", source) if renamed else source
    yield f"\n# student {number}\n"
