"""What the command line says when it cannot do what was typed, and the small readers that notice it.

Every command module uses it; `app` shows a `WrongUsage`. Knows texts only.
"""

import difflib
import errno
import math
from collections.abc import Callable, Iterable

from grader.texts import text

Say = Callable[..., str]
"""`text` with the language settled."""


class WrongUsage(Exception):  # noqa: N818 - named after the exit code it becomes
    """The command cannot be carried out as typed: what was seen, what was expected, and the next command to type."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def speaker(language: str) -> Say:
    """`text` in one language."""

    def say(key: str, /, **fields: object) -> str:
        return text(key, language, **fields)

    return say


def reason(problem: OSError, say: Say) -> str:
    """Why the system refused, in the reader's words where it is one of the usual reasons."""
    key = _REASONS.get(problem.errno or 0)
    return say(f"cli.reason.{key}") if key else problem.strerror or str(problem)


_REASONS = {
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "read_only",
    errno.ENOENT: "missing",
    errno.ENOTDIR: "not_a_folder",
    errno.EEXIST: "not_a_folder",
    errno.EISDIR: "is_a_folder",
    errno.ENOSPC: "full",
    errno.ENAMETOOLONG: "long_name",
}


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant, or nothing."""
    folded = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower().replace("-", "_"), folded, n=1)
    return folded[close[0]] if close else ""


def whole_number(option: str, word: str, smallest: int, say: Say) -> int:
    """Read a whole number.

    Raises:
        WrongUsage: it is none, or too small.
    """
    try:
        number = int(word)
    except ValueError:
        number = smallest - 1
    if number < smallest:
        raise WrongUsage(say("cli.not_a_number", option=option, seen=word, smallest=smallest))
    return number


def seconds(option: str, word: str, say: Say) -> float:
    """Read a time in seconds.

    Raises:
        WrongUsage: it is none.
    """
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise WrongUsage(say("cli.not_a_time", option=option, seen=word))
    return number
