"""A template repository for GitHub Classroom: the kit for students, a workflow, and the points of each exercise.

The workflow shows where points are lost, at every push. Whoever can push can change it: points that count come from
`grade batch` on the instructor's machine.
"""

from __future__ import annotations

import json
from pathlib import Path

from grader import catalogue
from grader.course import Course
from grader.release import packing, student_kit

# Minutes; an exercise takes a second, installing NumPy half a minute.
_PATIENCE = 5


def github_classroom(course: Course) -> bytes:
    """The files of a template repository as a zip.

    Raises:
        LeakError: a check that is held out is named in something that cannot be left out.
    """
    return packing.archive(
        {
            **student_kit.files(course, more="classroom"),
            ".github/workflows/classroom.yml": (Path(__file__).parent / "classroom.yml").read_bytes(),
            ".github/classroom/autograding.json": f"{json.dumps(_tests(course), indent=2)}\n".encode(),
            ".gitignore": b"__pycache__/\n.venv/\n",
        }
    )


def _tests(course: Course) -> dict[str, list[dict[str, object]]]:
    """One test an exercise, passed with full marks; a bonus is not among them."""
    return {
        "tests": [
            {
                "name": id,
                "setup": "python3 -m pip install --quiet ./dlfs_grader-*.whl",
                "run": f"python3 -m grader check -e {id} --quiet",
                "input": "",
                "output": "",
                "comparison": "included",
                "timeout": _PATIENCE,
                "points": round(sum(student_kit.points(id, course).values())),
            }
            for id in student_kit.graded(course)
            if not catalogue.exercises()[id].bonus
        ]
    }
