"""`from grader import check`: the report of classes that are defined in a notebook, below the cell that asks for it.

Called by students, in Jupyter, Colab, IPython or a plain script. It finds out what is meant and where its source is,
lets a judge beside this process grade it (the same judge and workers as everywhere), and shows the report.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader import catalogue, submissions, texts
from grader.course import FILE, Course, CourseError, read
from grader.model import Limits, Report, Settings, SourceFile, Submission
from grader.notebook import desk, screen
from grader.notebook.asking import Asked, Refusal, asked_for
from grader.notebook.cells import Cells
from grader.submissions import ReadingLimits

_BOOK = "common."
"""The book's own modules: `from common.layers import *` puts its layers in the place of the student's."""


def check(*wanted: object, lang: str | None = None, seed: int | None = None) -> None:
    """Grade the classes that are given, or all exercises that are defined so far, and show the report.

    Args:
        wanted: classes of the exercises (or the functions that some ask for); their ids will do, too.
        lang: the language to speak, "en" or "ko"; without it the course's, then GRADE_LANG and the locale.
        seed: where the inputs are drawn from; without it the course's.
    """
    language = texts.choose(lang)
    shell = screen.shell()
    cells = Cells.of_session(shell) if shell is not None else None
    # Outside of a notebook, what is defined is what the caller's module holds.
    names = shell.user_ns if shell is not None else sys._getframe(1).f_globals  # noqa: SLF001 - as print() has no other way
    if lang is not None and lang not in texts.languages():
        known = ", ".join(texts.languages())
        screen.refuse(texts.text("cli.unknown_language", language, seen=lang, known=known), "", language)
        return
    try:
        course = _course()
        language = texts.choose(lang or course.language or None)
        for source, asked in _by_source(asked_for(wanted, names, language), cells, language):
            settings = _settings(course, asked, language, seed)
            report = _graded(source, asked, cells, settings, ReadingLimits(**course.reading))
            screen.show(report, language, [one.name for one in asked], in_cells=source is None)
    except (Refusal, submissions.UnreadableSubmission) as refusal:
        screen.refuse(refusal.message, refusal.hint, language)
    except CourseError as problem:
        screen.refuse(problem.message(language), problem.hint(language), language)
    except desk.DeskError as problem:
        screen.refuse(texts.text("notebook.stopped", language, fault=problem), "", language)


def _course() -> Course:
    """What `grade.toml` beside the notebook decides, as for `grade check`."""
    if Path(FILE).is_file():
        return read(Path(FILE))
    catalogue.include(())
    return Course()


def _settings(course: Course, asked: Sequence[Asked], language: str, seed: int | None) -> Settings:
    limits: dict[str, Any] = dict(course.limits)
    return Settings(
        exercises=tuple(one.id for one in asked),
        seed=course.seed if seed is None else seed,
        language=language,
        limits=replace(Limits(), **limits),
        points=tuple(sorted(course.points.items())),
        held_out=course.held_out,
        folders=course.folders,
    )


def _by_source(asked: Sequence[Asked], cells: Cells | None, language: str) -> list[tuple[Path | None, list[Asked]]]:
    """What is asked for, by the file that holds it; None for the cells of the notebook.

    Raises:
        Refusal: the source of one is nowhere to be found.
    """
    groups: dict[Path | None, list[Asked]] = {}
    for one in asked:
        groups.setdefault(_source_of(one, cells, language), []).append(one)
    return list(groups.items())


def _source_of(one: Asked, cells: Cells | None, language: str) -> Path | None:
    in_cells = cells is not None and cells.define(one.names)
    theirs = str(getattr(one.value, "__module__", "")).startswith(_BOOK)
    if in_cells and (theirs or one.is_of_session):
        return None
    file = one.file()
    if file is not None:
        return file
    if in_cells:
        return None
    raise Refusal(
        texts.text("notebook.no_source.message", language, name=one.name),
        texts.text("notebook.no_source.hint", language, file=f"{one.id}.py"),
    )


def _graded(
    source: Path | None, asked: Sequence[Asked], cells: Cells | None, settings: Settings, reading: ReadingLimits
) -> Report:
    """The report over what one file, or the cells, hold."""
    language = settings.language
    notes: list[str] = []
    if source is None:
        assert cells is not None
        name = texts.text("notebook.name", language)
        data = cells.as_notebook({one.names: one.value for one in asked})
        submission = Submission(name=name, files=(SourceFile(name=name, data=data),))
        notes += [texts.text("notebook.replaced", language, name=one.name) for one in asked if not one.is_of_session]
    else:
        submission = submissions.read([source], language, reading)
        notes.append(texts.text("notebook.saved", language, file=source.name))
    report = desk.grade(submission, settings)
    return replace(report, notes=(*notes, *report.notes))


__all__ = ["check"]
