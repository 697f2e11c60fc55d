"""`grade report`: the pages of a class, built anew from what a batch left behind; nothing is graded.

`grade batch` writes the same pages through `Pages` when it is done.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import typer

from grader.cli import FULL_MARKS, results
from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, WrongUsage, reason, speaker
from grader.model import Report

CLASS_PAGE, FEEDBACK = "index.html", "feedback"


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("report", cls=command_class(say), help=say("page.command.about"), epilog=say("page.command.examples"))
    def report(
        output: str = typer.Argument(None, metavar="OUT", help=say("page.command.output")),
        lang: str = language_option(say),
    ) -> int:
        if not output:
            raise WrongUsage(say("page.command.missing"), say("page.command.example"))
        return rebuild(Path(output), say, language if lang else None)


def rebuild(output: Path, say: Say, language: str | None) -> int:
    """Write the pages of a batch from its store."""
    with results.opened(output, say, writing=False) as store:
        results.warn_of_parts(store, output, say)
        pages = Pages(output, results.file_names(store.names()), say, language)
        for report in store.reports():
            pages.add(report)
        pages.finish(gone=store.absent())
    print(say("page.command.written", path=output / CLASS_PAGE))
    return FULL_MARKS


class Pages:
    """Writes the feedback pages one by one as reports come, and the page of the class last."""

    def __init__(self, output: Path, files: Mapping[str, str], say: Say, language: str | None = None) -> None:
        """`files` has a file name for each submission; without a language, pages speak that of their report."""
        from grader.reports.pages import Survey

        self._output = output
        self._files = files
        self._say = say
        self._language = language
        self._spoken: Counter[str] = Counter()
        self._survey = Survey()
        results.make_folder(output / FEEDBACK, say)

    def add(self, report: Report) -> None:
        """Write the page of one submission, unless it is there already."""
        from grader.reports.pages import feedback_page, stamp

        file = self._files[report.submission]
        target = self._output / FEEDBACK / f"{file}.html"
        language = self._language or report.language
        if not _is_marked(target, stamp(report, language)):
            results.save(target, [feedback_page(report, language)], self._say)
        self._survey.add(report, file)
        self._spoken[report.language] += 1

    def finish(self, gone: Iterable[str] = ()) -> None:
        """Write the page of the class, and take away the feedback of submissions that are no longer there."""
        from grader.reports.pages import class_page

        said = max(self._spoken, key=lambda language: (self._spoken[language], language), default=None)
        page = class_page(self._survey, self._language or said or "en", said=said)
        results.save(self._output / CLASS_PAGE, [page], self._say)
        kept = set(self._files.values())
        for file in results.file_names(gone).values():
            if file not in kept:
                _remove(self._output / FEEDBACK / f"{file}.html", self._say)


def _is_marked(file: Path, mark: str) -> bool:
    """Whether a page is there that was made from the same report in the same way."""
    from grader.reports.pages import HEAD_BYTES, stamped

    try:
        with file.open("rb") as page:
            return stamped(page.read(HEAD_BYTES), mark)
    except OSError:
        return False


def _remove(file: Path, say: Say) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=file, reason=reason(problem, say))) from problem
