"""People and submissions that do not go together, listed for whoever has to decide.

`grade export` tells here what it did not fill in, `grade batch --roster` who handed in nothing.
"""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from grader.cli import results
from grader.cli.speech import Say, WrongUsage, reason
from grader.reports.escaping import spreadsheet_cell, visible

if TYPE_CHECKING:
    from grader.roster import Claim, Doubt, Joined, Person
    from grader.store import Store

MISSING, UNLISTED = "missing.csv", "unlisted.csv"
"""What `--roster` leaves in OUT: who handed in nothing, and which submissions are nobody's on the list."""
# Names beyond these are counted: half a course on the screen helps nobody.
_LISTED = 20


def tell(title: str, names: Iterable[str], say: Say) -> None:
    """A heading and the names under it, as far as they are few; nothing where there are none."""
    from grader.cli.screen import remark

    known = list(dict.fromkeys(names))
    if known:
        more = [f"  {say('people.more', number=len(known) - _LISTED)}"] if len(known) > _LISTED else []
        remark("\n".join([f"{title} ({len(known)}):", *(f"  {visible(name)}" for name in known[:_LISTED]), *more]))


def doubt(doubtful: "Doubt") -> str:
    """A submission and everyone it may belong to."""
    return f"{doubtful.submission}: {' | '.join(map(described, doubtful.people))}"


def stranger(claim: "Claim") -> str:
    """A submission, and which of those who handed it in is meant where its name does not say so."""
    name = claim.student.name or claim.student.login
    return f"{claim.submission}: {name}" if claim.told and name not in claim.submission else claim.submission


def described(person: "Person") -> str:
    """Everything a list says of somebody, so that two of one name can be told apart."""
    return ", ".join(dict.fromkeys((*person.names[:1], *person.ids, *person.logins)))


def read_roster(file: Path, say: Say) -> "tuple[Person, ...]":
    """The people of a roster."""
    from grader import roster, sheets

    try:
        listed = roster.people(sheets.read(file.read_bytes()))
    except OSError as problem:
        raise WrongUsage(say("people.roster_unreadable", path=file, reason=reason(problem, say))) from problem
    except sheets.UnreadableTable as problem:
        raise WrongUsage(say("people.roster_no_table", path=file), say("people.roster_hint")) from problem
    except roster.NoColumnError as problem:
        seen = visible(str(problem))
        raise WrongUsage(say("people.roster_columns", path=file, seen=seen), say("people.roster_hint")) from problem
    if not listed:
        raise WrongUsage(say("people.roster_empty", path=file))
    return listed


def attendance(listed: "tuple[Person, ...]", store: "Store", output: Path, say: Say) -> None:
    """Say who handed in nothing and what is nobody's, and leave both as tables in OUT."""
    from grader import roster
    from grader.cli.screen import remark

    joined = roster.join(listed, store.senders())
    results.save(output / MISSING, _missing(joined), say)
    results.save(output / UNLISTED, _unlisted(joined), say)
    handed_in = len(listed) - len(joined.absent)
    remark(say("people.attendance", handed_in=handed_in, listed=len(listed), path=output / MISSING))
    tell(say("people.missing"), map(described, joined.absent), say)
    tell(say("people.unlisted"), map(stranger, joined.strangers), say)
    tell(say("people.doubts"), map(doubt, joined.doubts), say)


def _missing(joined: "Joined") -> Iterable[str]:
    rows = [["; ".join(person.names[:1]), "; ".join(person.ids), "; ".join(person.logins)] for person in joined.absent]
    return _table([["name", "id", "login"], *rows])


def _unlisted(joined: "Joined") -> Iterable[str]:
    strangers = [
        [claim.submission, claim.student.name, claim.student.id, claim.student.login, ""]
        if claim.told
        else [claim.submission, "", "", "", ""]
        for claim in joined.strangers
    ]
    doubts = [[one.submission, "", "", "", " | ".join(map(described, one.people))] for one in joined.doubts]
    return _table([["submission", "name", "id", "login", "could_be"], *strangers, *doubts])


def _table(rows: list[list[str]]) -> Iterable[str]:
    if not all(cell.isascii() for row in rows for cell in row):
        yield "\ufeff"  # without it, Excel does not see that this is UTF-8
    for row in rows:
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerow([spreadsheet_cell(cell) for cell in row])
        yield stream.getvalue()
