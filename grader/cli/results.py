"""What a batch leaves in OUT: the store, `reports/`, `grades.csv`; written whole or not at all, and read again.

`grade batch` and `grade merge` write through here; `diff`, `export` and `replay` find here what was left.
"""

import json
import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli.speech import Say, WrongUsage, reason
from grader.model import Report
from grader.reports.escaping import visible
from grader.texts import text

if TYPE_CHECKING:
    from grader.catalogue import Exercise
    from grader.reports.overview import Tally
    from grader.store import Store

REPORTS, GRADES, STORE = "reports", "grades.csv", "store.sqlite"


@contextmanager
def opened(output: Path, say: Say, *, writing: bool = True) -> Iterator["Store"]:
    """The store of a batch; whatever is wrong with it is told as a wrong usage."""
    from grader.store import NoStoreError, Store, StoreBusyError, StoreError

    if writing:
        make_folder(output, say)
    elif not (output / STORE).is_file():
        raise WrongUsage(say("batch.no_batch", path=output), say("batch.hint_batch", path=shlex.quote(str(output))))
    try:
        with Store(output / STORE, writing=writing) as store:
            yield store
    except StoreBusyError as problem:
        raise WrongUsage(say("cli.batch.busy", path=output)) from problem
    except NoStoreError as problem:
        file = output / STORE
        raise WrongUsage(say("batch.no_store", path=file, reason=problem), say("batch.hint_no_store")) from problem
    except StoreError as problem:
        key, hint = ("cli.not_writable", say("batch.hint_kept")) if writing else ("batch.not_readable", "")
        raise WrongUsage(say(key, path=output / STORE, reason=problem), hint) from problem


def warn_of_parts(store: "Store", output: Path, say: Say) -> None:
    """Say so where a run has not come to its end: some submissions have no report yet, or an earlier one."""
    from grader.cli.screen import remark

    if not store.is_whole:
        remark(say("batch.unfinished", path=output, number=len(store.names())))


def write_out(store: "Store", output: Path, say: Say, *, with_pages: bool) -> "Tally":
    """Write what the store holds, one report at a time, so that memory does not grow with the class."""
    from grader import catalogue
    from grader.cli.report import Pages
    from grader.reports import overview, plain, table

    make_folder(output / REPORTS, say)
    tally = overview.Tally()
    names = store.names()
    files = file_names(names)
    for name, file in file_names(store.absent()).items():
        if file not in files.values():
            _remove(output / REPORTS / f"{file}.json", name, say)
    pages = Pages(output, files, say) if with_pages else None

    def each() -> Iterator[Report]:
        for name, written in store.texts():
            document = json.loads(written)
            report = Report.from_json(document)
            save(output / REPORTS / f"{files[name]}.json", [plain.written(document)], say)
            tally.add(report)
            if pages is not None:
                pages.add(report)
            yield report

    save(output / GRADES, table.lines(each(), columns(store, catalogue.exercises()), names), say)
    if pages is not None:
        pages.finish(gone=store.absent())
    return tally


def columns(store: "Store", exercises: "Mapping[str, Exercise]") -> tuple[str, ...]:
    """The exercises of the table; a bonus has a column only where somebody handed it in."""
    unseen = {id for id, exercise in exercises.items() if exercise.bonus}
    for _, report in store.texts():
        if not unseen:
            break
        unseen = {id for id in unseen if f'{{"id": "{id}"' not in report}
    return tuple(id for id in exercises if id not in unseen)


def show(tally: "Tally", output: Path, language: str, *, with_pages: bool) -> None:
    """Show what the class looks like, and where its files are."""
    from rich.text import Text

    from grader.cli.report import CLASS_PAGE
    from grader.cli.screen import report_console
    from grader.reports import overview

    console = report_console()
    for line in overview.render(tally, language, width=console.width, reports=output / REPORTS, grades=output / GRADES):
        console.print(line)
    page, command = output / CLASS_PAGE, shlex.join(["grade", "report", str(output)])
    key = "written" if with_pages else "outdated" if page.exists() else "left_out"
    console.print(Text(text(f"page.command.{key}", language, path=visible(str(page)), command=visible(command))))


def make_folder(folder: Path, say: Say) -> None:
    """Make a folder, and those above it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=folder, reason=reason(problem, say))) from problem


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A safe and unique file name for each submission; the same ones whoever is graded first."""
    from grader.submissions import safe_name

    taken: set[str] = set()
    return {name: safe_name(name, taken) for name in sorted(names)}


def save(file: Path, parts: Iterable[str], say: Say) -> None:
    """Write a text file whole or not at all: a run may be killed at any moment."""
    save_bytes(file, (part.encode("utf-8", "backslashreplace") for part in parts), say)


def save_bytes(file: Path, parts: Iterable[bytes], say: Say) -> None:
    """Write a file whole or not at all; where something else lies (a pipe, `/dev/null`), write into it."""
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        if file.exists() and not file.is_file():
            with file.open("wb") as stream:
                stream.writelines(parts)
            return
        file = Path(os.path.realpath(file))  # a link goes on leading there
        unfinished = file.with_name(unfinished.name)
        with unfinished.open("wb") as stream:
            stream.writelines(parts)
        unfinished.replace(file)
    except OSError as problem:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise WrongUsage(say("cli.not_writable", path=file, reason=reason(problem, say))) from problem


def _remove(file: Path, name: str, say: Say) -> None:
    """Remove the report of a submission that is no longer there; never another file."""
    try:
        if json.loads(file.read_bytes()).get("submission") == name:
            file.unlink()
    except (FileNotFoundError, ValueError, AttributeError):
        return
    except OSError as problem:
        raise WrongUsage(say("cli.not_writable", path=file, reason=reason(problem, say))) from problem
