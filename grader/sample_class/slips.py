"""Source of a layer as somebody types it, and slips of the fingers that no catalogue of wrong formulas holds.

A slip is an edit of a right layer: a misspelt method, a forgotten return, a line that Python cannot read.
"""

from __future__ import annotations

import ast
import functools
import io
import random
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """The first place where `pattern` matches becomes `replacement`."""

    pattern: str
    replacement: str

    def fits(self, source: str) -> bool:
        """Whether it can be made in this layer."""
        return re.search(self.pattern, source, re.MULTILINE) is not None

    def made(self, source: str) -> str:
        """The layer with the slip."""
        return re.sub(self.pattern, self.replacement, source, count=1, flags=re.MULTILINE)


SLIPS = (
    Slip(pattern=r"def backward\(", replacement="def backword("),
    Slip(pattern=r"def forward\(", replacement="def forword("),
    Slip(pattern=r"def backward\(self, (\w+)\)", replacement=r"def backward(\1)"),
    Slip(pattern=r"def backward\(self, dout\):", replacement="def backward(self, dout)"),
    Slip(pattern=r"\A([\s\S]*def backward[\s\S]*)return ", replacement=r"\1dx = "),
    Slip(pattern=r"\A([\s\S]*def backward[\s\S]*)return (.*)", replacement=r"\1print(\2)"),
    Slip(pattern=r"self\.y - self\.t", replacement="self.y = self.t"),
    Slip(pattern=r"self\.x = ", replacement="self.X = "),
    Slip(pattern=r"^import numpy as np\n", replacement=""),
    Slip(pattern=r"class Sigmoid", replacement="class Sigmod"),
)

# Names of the solutions' and pitfalls' own that mean nothing to anybody else, and what else people call them.
_OTHER_NAMES = {
    "mask": ("mask", "minus", "idx", "zero_mask"),
    "positive": ("positive", "mask", "pos"),
    "out": ("out", "result", "output"),
    "batch_size": ("batch_size", "n", "batch"),
    "exponentials": ("exponentials", "exp_x", "e"),
    "right": ("right", "p", "picked"),
    "shape": ("shape", "shape", "x_shape"),
}

_MISSPELT = "maks"
"""In this layer the right name has to stay near the wrong one."""


@functools.cache
def layer(path: Path) -> str:
    """The code of a solution or a pitfall, without docstrings and comments: they would give the mistake away."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    for node in reversed(list(ast.walk(ast.parse(source)))):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            for number in range(docstring.lineno - 1, docstring.end_lineno or docstring.lineno):
                lines[number] = ""
    code = re.sub(r"^(class .*:|\s+def .*:|def .*:)\n\n+", r"\1\n", "\n".join(lines) + "\n", flags=re.MULTILINE)
    return re.sub(r"\n{4,}", "\n\n\n", code).strip("\n") + "\n"


def renamed(source: str, chance: random.Random) -> str:
    """The same layer in other words: names that are nobody's business are called something else."""
    if _MISSPELT in source:
        return source
    for name, others in _OTHER_NAMES.items():
        other = chance.choice(others)
        if not re.search(rf"\b{other}\b", source):
            # A local name or an attribute of self; neither `x.shape` nor NumPy's keyword in `f(x, out=x)`.
            source = re.sub(rf"(?<=self\.){name}\b|(?<![\w.]){name}\b(?!=[^=])", other, source)
    return source
