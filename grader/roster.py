"""Who is who: the people of a list, and the submissions that are theirs.

The roster of a class and the gradebooks of learning platforms are joined with submissions here: by id, then by login,
then by name. What fits more than one is listed, never guessed. Knows nothing of scores.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from grader.sheets import Sheet
from grader.store import Sender
from grader.submissions import Student

KINDS = ("id", "login", "name")
"""In the order in which they are trusted."""

# How lists call their columns, in English, Korean and Japanese; compared without case, spaces and punctuation.
_COLUMNS = {
    "id": (
        *("id", "student id", "student number", "id number", "id 번호", "user id", "sis user id", "sid", "identifier"),
        *("학번", "학생 번호", "고유번호", "식별자", "식별번호", "学籍番号", "識別子"),
    ),
    "login": (
        *("login", "login id", "sis login id", "username", "user name", "account", "github", "github username"),
        *("email", "e-mail", "email address", "mail"),
        *("아이디", "사용자명", "사용자 이름", "계정", "이메일", "이메일 주소", "메일", "ユーザ名", "メールアドレス"),
    ),
    "name": (
        *("name", "full name", "student", "student name", "display name"),
        *("이름", "성명", "학생", "학생 이름", "학생명", "氏名", "名前", "学生"),
    ),
}
# What a submission's name may end in without being part of somebody's name.
_ENDING = re.compile(r"\.(?:py|ipynb|zip|tar|tgz|tar\.gz|7z|rar)$", re.IGNORECASE)
# In a name that somebody gave a file, and not a platform: `20231111_홍길동`. A shorter number is a week or a section.
_BETWEEN = re.compile(r"[\s_,.()\[\]-]+")
_ID_SIGNS = 5
# Above the headings of an attendance sheet stand what it is, the term, the teacher.
_LINES_ABOVE = 10
# What a gradebook has above its first person.
_NOBODY = {"pointspossible"}
_FAMILY_NAMES = ("last name", "family name", "surname", "성", "姓")
_GIVEN_NAMES = ("first name", "given name", "이름", "名")


class NoColumnError(Exception):
    """No column of a list says who somebody is; carries what the columns are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on a list, by everything the list knows."""

    row: int
    ids: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def keys(self, kind: str) -> frozenset[str]:
        """What this person may be found by."""
        written = {"id": self.ids, "login": self.logins, "name": self.names}[kind]
        return frozenset(key for one in written for key in keys(one, kind))

    @property
    def shown(self) -> str:
        """For a reader: the name, else what there is."""
        return next((text for text in (*self.names, *self.logins, *self.ids) if text), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A submission and one of those who handed it in."""

    submission: str
    student: Student
    told: bool = True
    """False: nobody told who it was; the submission's own name is tried as id, login and name."""

    def key(self, kind: str) -> str:
        """The id, login or name."""
        return str(getattr(self.student, kind))

    def fits(self, kind: str, by_key: Mapping[str, Mapping[int, Person]]) -> tuple[Person, ...]:
        """Everybody on the list who has that id, login or name."""
        whole = _found((self.key(kind),), kind, by_key)
        return whole if whole or self.told else _found(_parts(self.key(kind), kind), kind, by_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A submission that could be several people's, or one of several that could be somebody's."""

    submission: str
    people: tuple[Person, ...]


@dataclass(slots=True, kw_only=True)
class Joined:
    """Whose submission is whose."""

    submissions: dict[int, str] = field(default_factory=dict)
    """By the person's row: the one submission that is theirs."""
    doubts: list[Doubt] = field(default_factory=list)
    strangers: list[Claim] = field(default_factory=list)
    """Submissions of people who are not on the list."""
    absent: list[Person] = field(default_factory=list)
    """People without a submission, and without a doubt about one."""


def people(sheet: Sheet) -> tuple[Person, ...]:
    """The people of a roster, of which a row says what its columns are: the first one, or one a few lines below.

    Raises:
        NoColumnError: none of them is known.
    """
    above = next((row for row in range(len(sheet.rows[:_LINES_ABOVE])) if _is_heading(sheet.values(row))), None)
    if above is None:
        raise NoColumnError(", ".join(sheet.values(0)) if sheet.rows else "")
    heading = sheet.values(above)
    by_kind = {kind: columns(heading, names) for kind, names in _COLUMNS.items()}
    family, given = in_two_parts(heading)
    if family and given:
        by_kind["name"] = [column for column in by_kind["name"] if column not in given]
    found = []
    for row in range(above + 1, len(sheet.rows)):
        told = {kind: _filled(sheet, row, by_kind[kind]) for kind in KINDS}
        if family and given:
            told["name"] += _both(sheet.value(row, family[0]), sheet.value(row, given[0]))
        if any(told.values()) and not _NOBODY.intersection(map(_folded, told["name"])):
            found.append(Person(row=row, ids=told["id"], logins=told["login"], names=told["name"]))
    return tuple(found)


def in_two_parts(heading: Sequence[str]) -> tuple[list[int], list[int]]:
    """The columns of family names and of given names; one may be without the other."""
    return columns(heading, _FAMILY_NAMES)[:1], columns(heading, _GIVEN_NAMES)[:1]


def _is_heading(row: Sequence[str]) -> bool:
    return any(columns(row, names) for names in _COLUMNS.values()) or all(in_two_parts(row))


def columns(heading: Sequence[str], names: Iterable[str]) -> list[int]:
    """Which columns are called by one of some names."""
    known = {_folded(name) for name in names}
    return [number for number, title in enumerate(heading) if _folded(title) in known]


def join(listed: Sequence[Person], senders: Iterable[tuple[str, Sender]]) -> Joined:
    """Find everyone's submission.

    A kind of key by which nobody is found (the ids of another platform) says nothing. Where it has found others, a key
    that is not on the list belongs to a stranger, whatever their name.
    """
    open_claims = [claim for name, sender in senders for claim in _claims(name, sender)]
    found: list[tuple[Claim, tuple[Person, ...]]] = []
    joined = Joined()
    for kind in KINDS:
        by_key: dict[str, dict[int, Person]] = {}
        for person in listed:
            for key in person.keys(kind):
                by_key.setdefault(key, {})[person.row] = person
        fitting = [(claim, claim.fits(kind, by_key)) for claim in open_claims]
        found += [(claim, fits) for claim, fits in fitting if fits]
        decisive = kind != "name" and any(fits and claim.told for claim, fits in fitting)
        missed = [claim for claim, fits in fitting if not fits]
        joined.strangers += [claim for claim in missed if decisive and claim.told and claim.key(kind)]
        open_claims = [claim for claim in missed if not (decisive and claim.told and claim.key(kind))]
    joined.strangers += open_claims
    joined.strangers.sort(key=lambda claim: claim.submission)
    _settle(joined, listed, found)
    return joined


def _settle(joined: Joined, listed: Sequence[Person], found: list[tuple[Claim, tuple[Person, ...]]]) -> None:
    """Keep what is one person's only submission; all else is a doubt."""
    claimed: dict[int, set[str]] = {}
    for claim, fits in found:
        for person in fits:
            claimed.setdefault(person.row, set()).add(claim.submission)
    doubtful: dict[str, dict[int, Person]] = {}
    for claim, fits in found:
        if len(fits) > 1 or len(claimed[fits[0].row]) > 1:
            doubtful.setdefault(claim.submission, {}).update({person.row: person for person in fits})
        else:
            joined.submissions[fits[0].row] = claim.submission
    # A row that any doubt is about gets nothing, also when another submission is surely theirs.
    for people_of_doubt in doubtful.values():
        for row in people_of_doubt:
            joined.submissions.pop(row, None)
    joined.doubts += [Doubt(submission=name, people=tuple(fits.values())) for name, fits in sorted(doubtful.items())]
    joined.absent += [person for person in listed if person.row not in claimed]


def _claims(name: str, sender: Sender) -> Iterable[Claim]:
    """Who claims a submission: its students, or whoever its own name may stand for."""
    if sender.students:
        return [Claim(submission=name, student=student) for student in sender.students]
    stem = _ENDING.sub("", name)
    return [Claim(submission=name, student=Student(name=stem, id=stem, login=stem), told=False)]


def _found(written: Iterable[str], kind: str, by_key: Mapping[str, Mapping[int, Person]]) -> tuple[Person, ...]:
    found = {row: one for text in written for key in keys(text, kind) for row, one in by_key.get(key, {}).items()}
    return tuple(found.values())


def _parts(stem: str, kind: str) -> tuple[str, ...]:
    """Of a name such as `20231111_홍길동` what may be an id. The name beside it says nothing: an id goes before it."""
    parts = _BETWEEN.split(stem) if kind == "id" else ()
    return tuple(part for part in parts if len(part) >= _ID_SIGNS and any(map(str.isdigit, part)))


def keys(text: str, kind: str) -> frozenset[str]:
    """What a name, id or login is compared by; of `Kim, Minsu` both orders."""
    if kind != "name":
        return frozenset(filter(None, (unicodedata.normalize("NFKC", text).strip().casefold(),)))
    family, comma, given = text.partition(",")
    written = (text, f"{given} {family}") if comma else (text,)
    return frozenset(filter(None, map(_folded, written)))


def _folded(text: str) -> str:
    """Letters and digits alone: what Canvas makes of a name, and what survives how people write one."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def _filled(sheet: Sheet, row: int, numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(filter(None, (sheet.value(row, column) for column in numbers)))


def _both(family: str, given: str) -> tuple[str, ...]:
    """A name out of two columns, as Western and as Eastern lists write it."""
    return (f"{given} {family}".strip(), f"{family} {given}".strip()) if family or given else ()
