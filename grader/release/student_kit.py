"""What students get: stubs, two READMEs, and the grader as a wheel, without solutions and without checks held out.

Wrong layers are in it, because mistakes are found by them; so are suites, which students run. What is only for whoever
makes a course (the doctor, this package, stubs from solutions) is not.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from grader import catalogue, texts
from grader.course import FILE, Course
from grader.handouts import handout
from grader.judge import weighed
from grader.model import Settings
from grader.release import packing, thinning
from grader.release.autograder import course_file

# Folders end in a stroke.
_FOR_INSTRUCTORS = (
    "grader/_data/solutions/", "grader/doctor/", "grader/release/", "grader/sample_class/", "grader/scaffold.py",
    "grader/stubs.py", "grader/cli/doctor.py", "grader/cli/new.py", "grader/cli/release.py",
    "grader/cli/sample_class.py", "grader/cli/stubs.py",
)  # fmt: skip
# Of a folder with exercises of the instructor's own; solutions and right variants stay at home.
_OF_OWN_EXERCISES = ("exercises", "pitfalls", "suites", "texts")
# What the description of the whole kit says to others: extras for its developers, its own README.
_NOT_SAID = ("Provides-Extra:", "Description-Content-Type:", "Dynamic:", "Project-URL:")
_READMES = {"en": "README.md", "ko": "README.ko.md"}


def students(course: Course) -> bytes:
    """The kit for students as a zip.

    Raises:
        LeakError: a check that is held out is named in something that cannot be left out.
    """
    return packing.archive(files(course))


def files(course: Course, **readme: str) -> dict[str, bytes]:
    """The files of the kit by name; `readme` is the key of a text below `release.kit` to go under each README.

    Raises:
        LeakError: a check that is held out is named in something that cannot be left out.
    """
    ids = graded(course)
    wheel_name, wheel_data = _wheel(course)
    found = {f"exercises/{id}.py": handout(catalogue.exercises()[id], course.language or texts.DEFAULT) for id in ids}
    folders = []
    for number, folder in enumerate(course.folders, start=1):
        folders.append(f"exercises-{number}")
        found |= {f"{folders[-1]}/{name}": data for name, data in _own_exercises(Path(folder), course).items()}
    theirs = replace(course, points={id: sum(points(id, course).values()) for id in course.points})
    settings = course_file(theirs, folders)
    if settings:
        found[FILE] = settings.encode()
    for language in texts.languages():
        # One language's words for the file name, for those that have no name of their own yet.
        name = _READMES.get(language, f"README.{language}.md")
        found[name] = _readme(language, wheel_name, ids, course, **readme).encode()
    thinning.demand_silence(found, course.held_out)
    return found | {wheel_name: wheel_data}


def graded(course: Course) -> list[str]:
    """Ids of the exercises that the course asks for."""
    return [id for id in catalogue.exercises() if not course.exercises or id in course.exercises]


def points(id: str, course: Course) -> dict[str, float]:
    """What each check of an exercise that students have is worth in the course."""
    settings = Settings(points=tuple(course.points.items()), held_out=course.held_out)
    return {check.id: float(check.points) for check in weighed(id, settings)}


def _wheel(course: Course) -> tuple[str, bytes]:
    inside = {name: data for name, data in packing.package().items() if not name.startswith(_FOR_INSTRUCTORS)}
    for id, names in _held_out(course).items():
        name = f"grader/suites/test_{id}.py"
        if name in inside:
            inside[name] = thinning.suite(inside[name].decode(), names).encode()
    for name, data in inside.items():
        if name.startswith("grader/texts/") and name.endswith(".toml"):
            inside[name] = thinning.texts(data.decode(), course.held_out).encode()
    thinning.demand_silence(inside, course.held_out)
    # A version of its own: pip puts it in the place of the whole kit, and a kit that was packed anew in this one's.
    content = hashlib.sha256(b"".join(name.encode() + data for name, data in sorted(inside.items())))
    version = f"{packing.version()}+students.{content.hexdigest()[:8]}x"
    headers = packing.description().split("\n\n")[0].splitlines()
    said = [line for line in headers if not line.startswith(_NOT_SAID) and "extra ==" not in line]
    about = "\n".join(f"Version: {version}" if line.startswith("Version:") else line for line in said)
    return packing.wheel(inside, about + "\n", version)


def _own_exercises(folder: Path, course: Course) -> dict[str, bytes]:
    found = {"exercises.toml": (folder / "exercises.toml").read_bytes()}
    for part in _OF_OWN_EXERCISES:
        for path in packing.files_below(folder / part):
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    for id, names in _held_out(course).items():
        name = f"suites/test_{id}.py"
        if name in found:
            found[name] = thinning.suite(found[name].decode(), names).encode()
    for name, data in found.items():
        if name.endswith(".toml"):
            found[name] = thinning.texts(data.decode(), course.held_out).encode()
    return found


def _held_out(course: Course) -> dict[str, list[str]]:
    """Names of checks by the exercise that they belong to."""
    names = defaultdict(list)
    for check in course.held_out:
        id, name = check.split("/")
        names[id].append(name)
    return names


def _readme(language: str, wheel: str, ids: list[str], course: Course, more: str = "") -> str:
    known = catalogue.exercises()
    bonus = f" ({texts.text('release.kit.bonus', language)})"
    rows = "\n".join(f"- `exercises/{id}.py`: `{known[id].class_name}`{bonus * known[id].bonus}" for id in ids)
    parts = [texts.text("release.kit.readme", language, wheel=wheel, rows=rows, first=ids[0])]
    parts += [texts.text("release.kit.more_checks", language)] if course.held_out else []
    parts += [texts.text(f"release.kit.{more}", language)] if more else []
    return "\n\n".join(parts) + "\n"
