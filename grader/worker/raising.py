"""What an exception of the student's looks like on the wire: type, message, and the innermost line of theirs.

The message is asked for inside the call's time limit: a `__str__` of theirs may raise, or never end.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .plaintext import clean, steady

# One long line of a terminal report.
MESSAGE_LENGTH = 500
NAME_LENGTH = 80


def describe(problem: BaseException, files: Collection[str]) -> dict[str, Any]:
    """The exception as plain data; `files` are the names that the student's source was compiled under."""
    described: dict[str, Any] = {
        "type_name": clean(type(problem).__name__, NAME_LENGTH),
        "message": "",
        "name": "",
        "file": "",
        "line": None,
        "function": "",
    }
    frame = problem.__traceback__
    while frame is not None:
        code = frame.tb_frame.f_code
        if code.co_filename in files:
            described["file"] = code.co_filename
            described["line"] = frame.tb_lineno
            described["function"] = clean(code.co_name, NAME_LENGTH)
        frame = frame.tb_next
    try:
        described["message"] = clean(steady(str(problem)), MESSAGE_LENGTH)
        name = getattr(problem, "name", None)
        described["name"] = clean(name, NAME_LENGTH) if isinstance(name, str) else ""
    except BaseException as second:  # noqa: BLE001 - it is the student's __str__ that was called
        described["message"] = f"<{clean(type(second).__name__, NAME_LENGTH)} in its message>"
    return described
