"""`grade merge`: the parts of a class that were graded apart, put together as if one run had graded them all.

Needs no engine: whatever started the parts (a SLURM array, a CI matrix, a loop over ssh) leaves one folder each.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from grader.cli import FULL_MARKS, people, regrade, results
from grader.cli.commands import command_class, language_option
from grader.cli.speech import Say, WrongUsage, speaker

if TYPE_CHECKING:
    from grader.store import Store


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)

    @app.command("merge", cls=command_class(say), help=say("merge.help.about"), epilog=say("merge.help.examples"))
    def merge(
        out: str = typer.Argument(None, metavar="OUT", help=say("merge.help.out")),
        parts: list[str] = typer.Argument(None, metavar="PART...", help=say("merge.help.parts")),
        roster: str = typer.Option("", "--roster", metavar="FILE", help=say("batch.help.roster")),
        no_pages: bool = typer.Option(False, "--no-pages", help=say("batch.help.no_pages")),
        lang: str = language_option(say),
    ) -> int:
        if not out or not parts:
            raise WrongUsage(say("merge.missing"), say("cli.hint_command", command=say("merge.help.examples")))
        output, folders = Path(out), [Path(part) for part in parts]
        if output.resolve() in [folder.resolve() for folder in folders]:
            raise WrongUsage(say("merge.into_itself", path=output), say("merge.hint_new"))
        listed = people.read_roster(Path(roster), say) if roster else None
        with ExitStack() as opened:
            stores = [opened.enter_context(results.opened(folder, say, writing=False)) for folder in folders]
            _refuse_what_does_not_fit(folders, stores, say)
            target = opened.enter_context(results.opened(output, say))
            for number, store in enumerate(stores):
                target.adopt(store, others_stay=number > 0)
            target.shards = frozenset().union(*(store.shards for store in stores))
            tally = results.write_out(target, output, say, with_pages=not no_pages)
            results.show(tally, output, language, with_pages=not no_pages)
            if listed is not None:
                people.attendance(listed, target, output, say)
        return FULL_MARKS


def _refuse_what_does_not_fit(folders: Sequence[Path], stores: "Sequence[Store]", say: Say) -> None:
    """Refuse parts that were graded differently, that contradict each other, or of which one is missing or cut off."""
    for folder, store in zip(folders, stores, strict=True):
        if not store.is_whole:
            message = say("batch.unfinished", path=folder, number=len(store.names()))
            raise WrongUsage(message, say("merge.hint_unfinished"))
    for folder, store in zip(folders[1:], stores[1:], strict=True):
        differing = "\n".join(regrade.differing(stores[0].bases(), store.bases(), say))
        if differing:
            raise WrongUsage(
                say("merge.other_basis", first=folders[0], other=folder, parts=differing), say("merge.hint_again")
            )
    seen: dict[str, tuple[str, Path]] = {}
    for folder, store in zip(folders, stores, strict=True):
        for name, key in store.decided():
            earlier = seen.setdefault(name, (key, folder))
            if earlier[0] != key and earlier[0] and key:
                raise WrongUsage(say("merge.twice", name=name, first=earlier[1], other=folder), say("merge.hint_again"))
    shards = [shard for store in stores for shard in store.shards]
    totals = {total for _, total in shards}
    missing = [
        f"{number}/{total}" for total in totals for number in range(1, total + 1) if (number, total) not in shards
    ]
    if missing:
        raise WrongUsage(say("merge.part_missing", parts=", ".join(missing)), say("merge.hint_all"))
