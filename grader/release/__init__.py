"""Archives that carry the kit, with a course's decisions, to where it is used.

`grade release` writes them: for Gradescope everything (`autograder`), for students and GitHub Classroom a kit without
solutions and without the checks that the course holds out (`student_kit`, `classroom`). The same kit and the same
course give the same bytes: names are sorted, times are fixed (`packing`).
"""

from grader.release.autograder import gradescope, wheel
from grader.release.classroom import github_classroom
from grader.release.student_kit import students
from grader.release.thinning import LeakError

PLACES = {"students": students, "gradescope": gradescope, "github-classroom": github_classroom}
"""What makes the archive, by the place that it is for."""

__all__ = ["PLACES", "LeakError", "github_classroom", "gradescope", "students", "wheel"]
