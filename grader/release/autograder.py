"""An autograder for Gradescope, with the course's decisions inside.

What is packed is for graders' machines; it holds solutions and suites and is nothing to hand to students.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from grader.course import Course
from grader.release import packing


def gradescope(course: Course, *, sandbox_required: bool = True) -> bytes:
    """The autograder zip: the kit as a wheel, the course, and the two programs that Gradescope calls.

    Without the sandbox a submission could read the solutions that lie beside it, or write its own results.
    """
    wheel_name, wheel_data = wheel()
    files = {wheel_name: wheel_data}
    folders = []
    for number, folder in enumerate(course.folders, start=1):
        folders.append(f"exercises-{number}")
        for path in packing.files_below(Path(folder)):
            files[f"exercises-{number}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    files["grade.toml"] = f"seed = {course.seed}\n{course_file(course, folders)}".encode()
    run = _RUN if sandbox_required else _RUN.replace(_REQUIRED, "")
    programs = {"setup.sh": _SETUP.encode(), "run_autograder": run.encode()}
    return packing.archive(files, programs)


def wheel() -> tuple[str, bytes]:
    """The installed kit as a wheel, solutions included: its name and its bytes."""
    return packing.wheel(packing.package(), packing.description(), packing.version())


def course_file(course: Course, folders: Sequence[str]) -> str:
    """The course as TOML, for both kinds of kit.

    Checks held out are not in it: a grader runs them, and a kit for students does not have them. Nor is the seed.
    """
    lines = []
    if course.language:
        lines.append(f"language = {json.dumps(course.language)}")
    for key, values in (("exercises", course.exercises), ("folders", folders)):
        if values:
            lines.append(f"{key} = {json.dumps(list(values))}")
    for table, numbers in (("points", course.points), ("limits", course.limits), ("reading", course.reading)):
        if numbers:
            lines += [f"\n[{table}]", *(f"{key} = {_exact(number)}" for key, number in sorted(numbers.items()))]
    return "".join(f"{line}\n" for line in lines).lstrip()


def _exact(number: float) -> str:
    """A number without a point that means nothing, and with every digit that means something."""
    return str(int(number) if number == int(number) else number)


_SETUP = """#!/usr/bin/env bash
# Called once, when Gradescope builds its image: a Python that the kit runs on, and the kit.
set -euo pipefail
root="${AUTOGRADER:-/autograder}"
# One that is there, is new enough, and can make an environment: a name alone says little.
find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if "$name" -c "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))" 2> /dev/null; then
            python="$name"
            return
        fi
    done
    return 1
}
if ! find_python; then
    apt-get update
    apt-get install --yes python3.12 python3.12-venv || apt-get install --yes python3.11 python3.11-venv
    find_python
fi
"$python" -m venv "$root/kit"
"$root/kit/bin/pip" install "$root"/source/*.whl
# What is missing here is missing where submissions are graded, too.
"$root/kit/bin/grade" sandbox || true
"""

_REQUIRED = " --require-sandbox"

_RUN = """#!/usr/bin/env bash
# Called for every submission; what counts is results.json. Exit code 1 of the kit means lost points, and is no failure.
# Other codes are for the instructor: the log, which students do not see, has the reason.
set -uo pipefail
root="${AUTOGRADER:-/autograder}"
grade="${GRADE:-$root/kit/bin/grade}"
mkdir -p "$root/results"
cd "$root/source"
"$grade" check "$root/submission" --course grade.toml --format gradescope --require-sandbox \
    --output "$root/results/results.json"
code=$?
if [ "$code" -gt 1 ]; then
    exit "$code"
fi
# Python itself ends with 1 where the kit does not even start.
test -s "$root/results/results.json"
"""
