"""A Report as text, one module a format; the command line prints what they return.

Imports model and texts only: a report can be read, shown and converted where nothing is graded.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.model import Report

FORMATS = ("text", "json", "junit", "github", "gradescope")


def render(report: Report, form: str, language: str, files: Mapping[str, str]) -> str:
    """The report in one of the formats; `files` says where the submission's files lie, by the names the report uses."""
    # Each format is imported when it is asked for: rich alone costs as much as the rest of the command line.
    if form == "json":
        from grader.reports import plain

        return plain.render(report)
    if form == "junit":
        from grader.reports import junit

        return junit.render([report], language)
    if form == "github":
        from grader.reports import github

        return github.render(report, language, files)
    if form == "gradescope":
        from grader.reports import gradescope

        return gradescope.render(report, language)
    if form == "text":
        from grader.reports import terminal

        return terminal.as_text(report, language, terminal.View(files=files))
    msg = f"no format {form!r}; there are {', '.join(FORMATS)}"
    raise ValueError(msg)
