"""`grade explain`: the collection of mistakes to browse: a list, a search, one page for each.

Speaks of known wrong layers (`grader.pitfalls`) and of symptoms: what Python, the source or the kind of an answer says.
A page shows what the code does, why it bites, one hint, and what comes out on small numbers of ours.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import typer

from grader import catalogue, pitfalls, texts
from grader.cli import FULL_MARKS
from grader.cli.commands import command_class, language_option
from grader.cli.paragraphs import indented, paragraph
from grader.cli.speech import Say, WrongUsage, speaker
from grader.pitfalls import Pitfall

BLANK = "…"
"""Stands where a diagnosis names the student's own method, attribute or line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is said of one mistake in one language."""

    id: str
    """`<exercise>/<slug>`; for a symptom the slug alone."""
    title: str
    why: str = ""
    hint: str = ""
    book: str = ""
    others: tuple[str, ...] = ()
    """Titles of its variants."""
    both: tuple[str, ...] = ()
    """The ids of two mistakes that it combines."""


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("explain", cls=command_class(say), help=say("explain.about"), epilog=say("explain.examples"))
    def explain(
        words: list[str] = typer.Argument(None, metavar="[PITFALL]", help=say("explain.pitfall")),
        lang: str = language_option(say),
    ) -> int:
        everything = [*known_mistakes(language), *symptoms(language)]
        found = chosen(everything, list(words or ()), say)
        for line in page(found[0], language) if len(found) == 1 else listed(found, say):
            print(line)
        return FULL_MARKS


def known_mistakes(language: str) -> Iterator[Words]:
    """Every entry of the catalogue of wrong layers."""
    for exercise in catalogue.exercises():
        for entry in pitfalls.entries(exercise).values():
            others = (_translated(layer, "title", language) for layer in entry.variants if layer.own_text)
            yield Words(
                id=entry.id,
                title=_translated(entry, "title", language),
                why=_translated(entry, "why", language),
                hint=_translated(entry, "hint", language),
                book=entry.book,
                others=tuple(others),
                both=entry.both,
            )


def symptoms(language: str) -> Iterator[Words]:
    """What can be said without a wrong layer to compare with, whatever the exercise."""
    for slug in dict.fromkeys(key.split(".")[1] for key in texts.keys("symptom.") if key.count(".") > 1):
        titles = [key for key in texts.keys(f"symptom.{slug}.") if key.endswith(".title")]
        own = f"symptom.{slug}.title"
        yield Words(
            id=slug,
            title=_general(own, language),
            why=_general(f"symptom.{slug}.why", language),
            hint=_general(f"symptom.{slug}.hint", language),
            book=texts.find(f"symptom.{slug}.book") or "",
            others=tuple(_general(key, language) for key in titles if key != own),
        )


def _translated(layer: Pitfall, section: str, language: str) -> str:
    """A section of an entry; English is what its own file says."""
    return texts.find(f"pitfall.{layer.name}.{section}", language) or str(getattr(layer, section))


def _general(key: str, language: str) -> str:
    """A symptom's text with blanks where a diagnosis says more."""
    raw = texts.find(key, language) or texts.find(key) or ""
    fields: defaultdict[str, str] = defaultdict(lambda: BLANK)
    fields["due"] = texts.text("due.array", language, shape=BLANK)
    slug = key.split(".")[1]
    if slug.startswith("mutates-"):
        fields["argument"] = slug.removeprefix("mutates-").replace("parameters", "W")
    return raw.format_map(fields)


def chosen(everything: Sequence[Words], asked: Sequence[str], say: Say) -> list[Words]:
    """What the words ask for: everything, one id, one exercise, one slug wherever it is, or what holds all the words.

    Raises:
        WrongUsage: nothing does.
    """
    if not asked:
        return list(everything)
    wanted = "-".join(asked).lower().replace("_", "-") if "/" not in asked[0] else asked[0].strip()
    exercise, slash, slug = wanted.partition("/")
    if slash:
        plain = slug.split("__")[0].replace("_", "-")
        named = [words for words in everything if words.id == f"{exercise}/{plain}"]
        # A report puts the exercise before a symptom, too.
        named = named or [words for words in everything if words.id == plain and exercise in catalogue.exercises()]
    else:
        named = [words for words in everything if asked == [words.id.split("/")[0]] and "/" in words.id]
        named = named or [words for words in everything if words.id.split("/")[-1] == wanted]
    folded = [word.casefold() for word in asked]
    found = named or [words for words in everything if all(word in _haystack(words) for word in folded)]
    if not found:
        _refuse(" ".join(asked), everything, say)
    return found


def _haystack(words: Words) -> str:
    return " ".join((words.id, words.title, *words.others)).casefold()


def _refuse(seen: str, everything: Sequence[Words], say: Say) -> None:
    slugs = {words.id.split("/")[-1]: words.id for words in reversed(everything)}
    wholes = {words.id: words.id for words in everything}
    known = wholes if "/" in seen else slugs
    # 0.5: half of a word remembered is enough; what is offered is only a hint.
    close = difflib.get_close_matches(seen.lower().replace(" ", "-").replace("_", "-"), known, n=1, cutoff=0.5)
    command = f"grade explain {known[close[0]]}" if close else "grade explain"
    raise WrongUsage(say("explain.unknown", seen=seen), say("cli.hint_command", command=command))


def listed(found: Iterable[Words], say: Say) -> Iterator[str]:
    """Ids and titles, by exercise; two mistakes at once are found by searching only."""
    heading = None
    found = list(found)
    whole = len(found) > 1 and any(words.both for words in found) and not all(words.both for words in found)
    for words in found:
        if words.both and whole:
            continue
        exercise, slash, _ = words.id.partition("/")
        group = exercise if slash else ""
        if group != heading:
            if heading is not None:
                yield ""
            heading = group
            yield group or say("explain.everywhere")
        yield f"  {words.id}"
        yield from paragraph(words.title, "      ")
    yield ""
    yield from paragraph(say("explain.more"))


def page(words: Words, language: str) -> Iterator[str]:
    """One mistake: what, why, hint, section, and what comes out."""
    say = speaker(language)
    yield words.id
    yield ""
    yield from paragraph(words.title, "  ")
    if words.why:
        yield ""
        yield from paragraph(words.why, "  ")
    if words.both:
        yield ""
        yield from paragraph(say("explain.both"), "  ")
        for id in words.both:
            yield f"    {id}"
    if words.hint:
        yield ""
        yield from paragraph(say("terminal.hint", hint=words.hint), "  ")
    if words.book:
        yield ""
        yield f"  {say('explain.book', section=words.book)}"
    if words.others:
        yield ""
        yield from paragraph(say("explain.others"), "  ")
        for title in words.others:
            yield from paragraph(title, "  - ", "    ")
    if "/" in words.id:
        yield from _example(words.id, language)


def _example(id: str, language: str) -> Iterator[str]:
    """What comes out, beside what should."""
    from grader import hints

    lines = hints.example_of(id, language)
    if lines:
        yield ""
    for line in lines:
        yield from indented(line, "  ")
