"""`grade batch`: a whole class, one report a submission, and a table.

Reads submissions one at a time, hands them to `grader.batch` and writes what the store then holds.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from grader.cli import FULL_MARKS
from grader.cli.commands import command_class, language_option, seed_option, settings, time_limit_option
from grader.cli.speech import Say, WrongUsage, speaker, whole_number
from grader.model import Report, Settings

if TYPE_CHECKING:
    from grader.reports.overview import Tally
    from grader.store import Store

REPORTS, GRADES, STORE = "reports", "grades.csv", "store.sqlite"
"""What a batch leaves in OUT."""


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)
    all_processors = str(os.cpu_count() or 1)

    @app.command("batch", cls=command_class(say), help=say("cli.batch.about"), epilog=say("cli.batch.examples"))
    def batch(
        submissions: str = typer.Argument(None, metavar="SUBMISSIONS", help=say("cli.batch.submissions")),
        output: str = typer.Option(None, "-o", "--output", metavar="OUT", help=say("cli.batch.output")),
        jobs: str = typer.Option(all_processors, "--jobs", metavar="N", help=say("cli.batch.jobs")),
        seed: str = seed_option(say),
        time_limit: str = time_limit_option(say),
        fresh: bool = typer.Option(False, "--fresh", help=say("cli.batch.fresh")),
        unsafe_no_sandbox: bool = typer.Option(False, "--unsafe-no-sandbox", help=say("cli.batch.unsafe")),
        lang: str = language_option(say),
    ) -> int:
        if not submissions or not output:
            missing = "-o OUT" if submissions else "SUBMISSIONS"
            raise WrongUsage(say("cli.batch.missing", missing=missing), say("cli.batch.example"))
        decided_by = settings(language, seed, time_limit, say, sandbox_required=not unsafe_no_sandbox)
        at_a_time = whole_number("--jobs", jobs, 1, say)
        _refuse_odd_places(Path(submissions), Path(output), say)
        return grade_class(Path(submissions), Path(output), decided_by, jobs=at_a_time, fresh=fresh)


def grade_class(folder: Path, output: Path, settings: Settings, *, jobs: int, fresh: bool) -> int:
    """Grade every submission in the folder and leave reports and table in `output`."""
    # NumPy and pytest are loaded after the words are known to be right.
    from grader import batch, submissions
    from grader.cli.progress import Progress
    from grader.cli.screen import remark
    from grader.store import Store, StoreBusyError, StoreError
    from grader.workshop import SandboxMissing

    say = speaker(settings.language)
    try:
        names = submissions.names(folder, language=settings.language)
    except submissions.UnreadableSubmission as problem:
        raise WrongUsage(problem.message, problem.hint) from problem
    if not names:
        raise WrongUsage(say("cli.batch.empty", folder=folder), say("cli.batch.example"))
    _make(output / REPORTS, say)
    entries = submissions.read_class(folder, language=settings.language)
    try:
        with Store(output / STORE) as store:
            with Progress(len(names), say) as progress:
                handed_in = (entry.submission for entry in entries)
                for _ in batch.run(handed_in, store, settings, jobs=jobs, again=fresh):
                    progress.step()
            tally = _write_out(store, output, names, say)
    except KeyboardInterrupt:
        remark(say("cli.batch.goes_on"))
        raise
    except SandboxMissing as problem:
        raise WrongUsage(say("cli.batch.no_sandbox", reason=problem), say("cli.batch.hint_sandbox")) from problem
    except StoreBusyError as problem:
        raise WrongUsage(say("cli.batch.busy", path=output)) from problem
    except StoreError as problem:
        raise WrongUsage(say("cli.not_writable", path=output, reason=problem)) from problem
    _show(tally, output, settings.language)
    return FULL_MARKS


def _write_out(store: "Store", output: Path, names: tuple[str, ...], say: Say) -> "Tally":
    """Write what the store holds, one report at a time, so that memory does not grow with the class."""
    from grader import catalogue
    from grader.reports import overview, plain, table

    tally = overview.Tally()
    files = _file_names(names)

    def each() -> Iterator[Report]:
        for report in store.reports():
            _save(output / REPORTS / f"{files[report.submission]}.json", [plain.render(report)], say)
            tally.add(report)
            yield report

    _save(output / GRADES, table.lines(each(), tuple(catalogue.exercises()), names), say)
    return tally


def _show(tally: "Tally", output: Path, language: str) -> None:
    from grader.cli.screen import report_console
    from grader.reports import overview

    console = report_console()
    for line in overview.render(tally, language, width=console.width, reports=output / REPORTS, grades=output / GRADES):
        console.print(line)


def _refuse_odd_places(folder: Path, output: Path, say: Say) -> None:
    """Refuse what cannot work before anything is graded."""
    if not folder.exists():
        raise WrongUsage(say("cli.no_such_path", path=folder), say("cli.batch.example"))
    inside = folder.resolve()
    if inside in [output.resolve(), *output.resolve().parents]:
        raise WrongUsage(say("cli.batch.output_inside", output=output, folder=folder), say("cli.batch.hint_outside"))


def _make(folder: Path, say: Say) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=folder, reason=problem.strerror)) from problem


def _file_names(names: Iterable[str]) -> dict[str, str]:
    """A safe and unique file name for each submission; the same ones whoever is graded first."""
    from grader.submissions import safe_name

    taken: set[str] = set()
    return {name: safe_name(name, taken) for name in sorted(names)}


def _save(file: Path, parts: Iterable[str], say: Say) -> None:
    """Write a file whole or not at all: a run may be killed at any moment."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            stream.writelines(parts)
        unfinished.replace(file)
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=file, reason=problem.strerror)) from problem
