"""Makes files of what a student has written: a folder, one file, a notebook or an archive, in odd encodings too."""

from __future__ import annotations

import ast
import io
import json
import random
import zipfile
from dataclasses import dataclass

from grader.sample_class.slips import renamed
from grader.sample_class.work import Homework


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a class: a folder's files by their names, or one file under the empty name."""

    name: str
    files: dict[str, bytes]


_FORMS = {"folder": 60, "notebook": 18, "archive": 10, "file": 12}
# The first students again see to it that a dozen has one of each; see `work`.
_CERTAIN = ("folder", "notebook", "folder", "archive", "folder", "folder", "file", "folder", "notebook", "folder")
_ENCODINGS = {"utf-8": 78, "cp949": 10, "utf-8-sig": 9, "utf-16": 3}
_CERTAIN_ENCODINGS = {0: "cp949", 2: "utf-8-sig", 7: "utf-16"}
_WINDOWS_LINES, _DEMO, _REMARK = 0.15, 0.3, 0.5
"""How often a file ends its lines like Windows, shows itself off at its end, begins with a remark."""

_REMARKS = (
    "# 5장 과제",
    "# 오차역전파법 구현",
    "# chapter 5",
    "# TODO: 나중에 다시 보기",
    "# 계산 그래프 참고해서 작성",
)
_DEMOS = {
    "relu": "layer = Relu()\nprint(layer.forward(np.array([[1.0, -0.5], [-2.0, 3.0]])))\n",
    "sigmoid": "layer = Sigmoid()\nprint(layer.forward(np.array([0.0, 2.0])))\n",
    "affine": "layer = Affine(np.ones((2, 3)), np.zeros(3))\nprint(layer.forward(np.ones((4, 2))).shape)\n",
    "softmax_with_loss": "layer = SoftmaxWithLoss()\nprint(layer.forward(np.eye(3), np.array([0, 1, 2])))\n",
}
_LONG_AGO = (2026, 3, 2, 9, 0, 0)
"""Archives carry a date, and the same seed gives the same bytes."""


def pack(person: str, homework: Homework, number: int, chance: random.Random) -> Entry:
    """What a student hands in."""
    form = chance.choices(list(_FORMS), list(_FORMS.values()))[0]
    encoding = chance.choices(list(_ENCODINGS), list(_ENCODINGS.values()))[0]
    form = _CERTAIN[number] if number < len(_CERTAIN) else form
    encoding = _CERTAIN_ENCODINGS.get(number, encoding)
    sources = {id: _typed(id, renamed(source, chance), chance) for id, source in homework.items()}
    if not sources:
        return Entry(name=person, files={})
    if form == "notebook" and all(_readable(source) for source in sources.values()):
        return Entry(name=person, files={"homework5.ipynb": _notebook(sources)})
    newline = "\r\n" if chance.random() < _WINDOWS_LINES else "\n"
    if form == "file" and _fit_together(sources):
        together = "\n\n".join(sources.values())
        return Entry(name=f"{person}.py", files={"": _encoded(together, encoding, newline)})
    files = {f"{id}.py": _encoded(source, encoding, newline) for id, source in sources.items()}
    if form == "archive":
        return Entry(name=f"{person}.zip", files={"": _archive(files)})
    return Entry(name=person, files=files)


def _typed(id: str, source: str, chance: random.Random) -> str:
    if chance.random() < _REMARK:
        source = f"{chance.choice(_REMARKS)}\n{source}"
    if chance.random() < _DEMO and id in _DEMOS:
        demo = "".join(f"    {line}\n" for line in ["import numpy as np", *_DEMOS[id].splitlines()])
        source += f'\n\nif __name__ == "__main__":\n{demo}'
    return source


def _encoded(source: str, encoding: str, newline: str) -> bytes:
    return source.replace("\n", newline).encode(encoding)


def _readable(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:
        return False
    return True


def _fit_together(sources: Homework) -> bool:
    """Whether the layers can share a file: no name is defined twice, and Python can read them all."""
    if not all(_readable(source) for source in sources.values()):
        return False
    defined = [
        node.name
        for source in sources.values()
        for node in ast.parse(source).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    ]
    return len(defined) == len(set(defined))


def _notebook(sources: Homework) -> bytes:
    """A notebook as it is saved: a heading, the import, and each layer in a cell of its own."""
    cells: list[dict[str, object]] = [_cell("markdown", "# 5장 과제\n"), _cell("code", "import numpy as np\n")]
    for id, source in sources.items():
        cells += [_cell("markdown", f"## {id}\n"), _cell("code", source)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _cell(kind: str, source: str) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def _archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
