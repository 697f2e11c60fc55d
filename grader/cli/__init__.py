"""The `grade` command: the only place that parses words, prints and exits.

`main` makes the process safe to import in (a student's folder may hold `numpy.py` or `random.py`) and hands over to
`app`. Everything heavier is imported after that, by the command that needs it.
"""

import os
import sys

FULL_MARKS, POINTS_LOST, WRONG_USAGE, GRADER_BROKE = range(4)
STOPPED = 130
"""What shells report for a command that Ctrl-C ended."""


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    try:
        leave_strangers_out()
        from grader.cli import app

        code = app.run(sys.argv[1:])
    except KeyboardInterrupt:  # Ctrl-C before a command was there to say something about it
        code = STOPPED
    sys.exit(code)


def leave_strangers_out() -> None:
    """Take out of `sys.path` what PYTHONPATH and the current folder put there, for this process and its children.

    The entry that the grader itself was loaded from stays, behind everything that is installed.
    """
    own = os.path.realpath(os.path.join(__file__, *[os.pardir] * 3))  # noqa: PTH118 - pathlib is not imported yet
    added = os.environ.pop("PYTHONPATH", "").split(os.pathsep)
    strange = {own, os.path.realpath(os.curdir), *(os.path.realpath(part) for part in added if part)}
    needed = any(os.path.realpath(part) == own for part in sys.path)
    sys.path[:] = [part for part in sys.path if part and os.path.realpath(part) not in strange]
    if needed:
        sys.path.append(own)
