"""Stubs from solutions: what a student is given is the solution without the lines between its markers.

`grade stubs` writes `exercises/` with it, `grade new` and a test ask it what a stub should be. Works on text alone.
"""

from __future__ import annotations

import re

BEGIN = "# --- solution"
END = "# --- end of solution"
_REGION = re.compile(
    rf"^(?P<indent>[ ]*)# TODO: (?P<words>[^\n]+)\n(?P=indent){BEGIN}\n(?P<lines>.*?)^(?P=indent){END}\n",
    re.MULTILINE | re.DOTALL,
)


class MarkerError(Exception):
    """The markers of a solution do not fit together; names the line."""


def stub(solution: str) -> str:
    """The stub that belongs to a solution: each region becomes a NotImplementedError with the words of its TODO.

    Raises:
        MarkerError: there is no region, a marker stands alone, or no TODO stands above one.
    """
    given, count = _REGION.subn(_refusal, solution)
    if not count:
        msg = f"there is no `{BEGIN}` below a `# TODO: ...`"
        raise MarkerError(msg)
    for number, line in enumerate(given.splitlines(), start=1):
        if line.strip() in {BEGIN, END}:
            msg = f"line {number} of the stub: `{line.strip()}` is left over; is it indented like its TODO?"
            raise MarkerError(msg)
    return given


def _refusal(region: re.Match[str]) -> str:
    indent, words = region["indent"], region["words"]
    return f'{indent}# TODO: {words}\n{indent}raise NotImplementedError("{words}")\n'
