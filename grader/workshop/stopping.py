"""Why a worker had to be ended, and which line it was at: from its exit code and its last words.

The words are what faulthandler writes to the wire, on a crash or when it is asked by a signal; the student's code may
write there too, so nothing follows from them but a line to show.
"""

from __future__ import annotations

import contextlib
import re
import signal
import time
from collections.abc import Sequence

from grader.model import SourceFile
from grader.worker.wire import WireError
from grader.workshop.beginning import Begun
from grader.workshop.channel import Flood, Silence
from grader.workshop.loaded import Loaded

# A signal reaches a busy process within a millisecond or two; a loaded machine takes longer.
_LAST_WORDS_SECONDS = 0.25
# Whoever floods has filled the pipe that nobody empties any more long before that, and waits in the print itself.
_FILLING_SECONDS = 0.02
_FRAME = re.compile(r'File "([^"\n]*)", line (\d{1,8}) in ([^\n]*)')
# A method of a layer may be called by one of the same name, of a network; a third in one stack is a recursion.
_RECURSION = 3
_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGFPE, signal.SIGILL) + (
    (signal.SIGBUS,) if hasattr(signal, "SIGBUS") else ()
)


def last_words(begun: Begun, outcome: BaseException) -> bytes:
    """What a worker still has to say, where it is asked if it can be; what it printed is heard as well."""
    if isinstance(outcome, Silence | Flood) and hasattr(signal, "SIGUSR1"):
        if isinstance(outcome, Flood):
            time.sleep(_FILLING_SECONDS)
        begun.process.signal(signal.SIGUSR1)
    words = begun.channel.last_words(_LAST_WORDS_SECONDS)
    with contextlib.suppress(Flood):
        begun.channel.hear()
    return words


def where(reason: str, words: bytes, files: Sequence[SourceFile], loaded: Loaded) -> tuple[str, int | None]:
    """File and line of the innermost frame of the student's in the last words.

    Of a loop it is where it begins, of a recursion where it calls itself.
    """
    if reason == "garbled":
        return "", None
    names = {file.name.encode("ascii", "backslashreplace").decode(): file.name for file in files}
    frames = [frame for frame in _FRAME.findall(words.decode("ascii", "replace")) if frame[0] in names]
    if not frames:
        return "", None
    # Any line of a recursion or a loop may be the one that runs when it is stopped; another one in the next run.
    same = [frame for frame in frames if (frame[0], frame[2]) == (frames[0][0], frames[0][2])]
    name, number, _ = same[1] if len(same) >= _RECURSION else frames[0]
    file, line = names[name], int(number)
    return file, line if reason == "died" else loaded.loop_around(line, file)


def why(outcome: BaseException, code: int, words: bytes) -> tuple[str, str]:
    """Why a call was stopped, and the exit code or signal where that is the reason."""
    if isinstance(outcome, Silence):
        return "time", ""
    if isinstance(outcome, Flood):
        return "flood", ""
    crashed = -code in _CRASHES
    if isinstance(outcome, WireError) and not (crashed and b"Fatal Python error" in words):
        return "garbled", ""
    if crashed:
        return "died", _signal_name(-code)
    # The kill that followed is ours; it hides no code, as a process that has ended keeps its own.
    return "died", _signal_name(-code) if code < 0 else f"exit code {code}"


def _signal_name(number: int) -> str:
    """`SIGSEGV`; real-time signals have numbers only."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
