"""Archives that carry the kit to where it grades: for Gradescope, an autograder with the course's decisions inside.

`grade release` writes them. The same kit and the same course give the same bytes: names are sorted, times are fixed.
What is packed is for graders' machines; it holds solutions and suites and is nothing to hand to students.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import grader
from grader import catalogue
from grader.course import Course

_DISTRIBUTION = "dlfs-grader"
_PACKAGE = Path(grader.__file__).parent
# The first day that a zip file can tell.
_WHEN = (1980, 1, 1, 0, 0, 0)
_FILE, _PROGRAM = 0o100644 << 16, 0o100755 << 16
_LEFT_OUT = frozenset({"__pycache__", "_data"})


def gradescope(course: Course) -> bytes:
    """The autograder zip: the kit as a wheel, the course, and the two programs that Gradescope calls."""
    wheel_name, wheel_data = wheel()
    files = {wheel_name: wheel_data}
    folders = []
    for number, folder in enumerate(course.folders, start=1):
        folders.append(f"exercises-{number}")
        for path in _files(Path(folder)):
            files[f"exercises-{number}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    files["grade.toml"] = _course(course, folders).encode()
    programs = {"setup.sh": _SETUP.encode(), "run_autograder": _RUN.encode()}
    return _archive(files, programs)


def wheel() -> tuple[str, bytes]:
    """The installed kit as a wheel, solutions included: its name and its bytes."""
    version = metadata.version(_DISTRIBUTION)
    stem = f"{_DISTRIBUTION.replace('-', '_')}-{version}"
    files = {f"grader/{path.relative_to(_PACKAGE).as_posix()}": path.read_bytes() for path in _files(_PACKAGE)}
    for exercise in catalogue.exercises().values():
        if exercise.suite.is_relative_to(_PACKAGE):
            files[f"grader/_data/exercises/{exercise.id}.py"] = exercise.stub.read_bytes()
            files[f"grader/_data/solutions/{exercise.id}.py"] = exercise.solution.read_bytes()
    about = metadata.distribution(_DISTRIBUTION)
    for name in ("METADATA", "entry_points.txt"):
        files[f"{stem}.dist-info/{name}"] = (about.read_text(name) or "").encode()
    files[f"{stem}.dist-info/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: grade\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    record = "".join(f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in sorted(files.items()))
    files[f"{stem}.dist-info/RECORD"] = f"{record}{stem}.dist-info/RECORD,,\n".encode()
    return f"{stem}-py3-none-any.whl", _archive(files)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not _LEFT_OUT.intersection(parts) and not any(part.startswith(".") for part in parts):
            yield path


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _archive(files: Mapping[str, bytes], programs: Mapping[str, bytes] | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for rights, group in ((_FILE, files), (_PROGRAM, programs or {})):
            for name, data in sorted(group.items()):
                entry = zipfile.ZipInfo(name, _WHEN)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # Unix: only there do rights count
                entry.external_attr = rights
                archive.writestr(entry, data)
    return stream.getvalue()


def _course(course: Course, folders: list[str]) -> str:
    """The course as TOML; checks held out of students' own runs are run here, so they are not in it."""
    lines = [f"seed = {course.seed}"]
    if course.language:
        lines.append(f"language = {json.dumps(course.language)}")
    for key, values in (("exercises", list(course.exercises)), ("folders", folders)):
        if values:
            lines.append(f"{key} = {json.dumps(values)}")
    for table, numbers in (("points", course.points), ("limits", course.limits)):
        if numbers:
            lines += [f"\n[{table}]", *(f"{key} = {number:g}" for key, number in sorted(numbers.items()))]
    return "\n".join(lines) + "\n"


_SETUP = """#!/usr/bin/env bash
# Called once, when Gradescope builds its image: a Python that the kit runs on, and the kit.
set -euo pipefail
root="${AUTOGRADER:-/autograder}"
python="$(command -v python3.13 || command -v python3.12 || command -v python3.11 || true)"
if [ -z "$python" ]; then
    apt-get update
    apt-get install --yes python3.11 python3.11-venv
    python="$(command -v python3.11)"
fi
"$python" -m venv "$root/kit"
"$root/kit/bin/pip" install "$root"/source/*.whl
"""

_RUN = """#!/usr/bin/env bash
# Called for every submission; what counts is results.json. Exit code 1 of the kit means lost points, and is no failure.
set -uo pipefail
root="${AUTOGRADER:-/autograder}"
grade="${GRADE:-$root/kit/bin/grade}"
mkdir -p "$root/results"
cd "$root/source"
"$grade" check "$root/submission" --format gradescope --output "$root/results/results.json"
code=$?
if [ "$code" -gt 1 ]; then
    exit "$code"
fi
"""
