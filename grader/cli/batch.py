"""`grade batch`: a whole class, one report a submission, and a table.

Reads submissions one at a time, hands them to `grader.batch` and lets `results` write what the store then holds. What
was decided by other suites or settings is not overwritten before `regrade` has shown who moves.
"""

import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from grader.cli import FULL_MARKS, courses, people, results
from grader.cli.commands import command_class, language_option, seed_option, settings, time_limit_option
from grader.cli.speech import Say, WrongUsage, speaker, whole_number
from grader.model import Settings

if TYPE_CHECKING:
    from grader.batch import Crew
    from grader.store import Store

WHY_NOBODY = ("all_refused", "no_answer", "no_node", "no_scheduler", "none_left", "ended")
"""Why a cluster grades nothing, as far as it is not Dask that says so."""
# Of a digest, as many signs as one can compare by eye.
_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the words of the command line ask for."""

    folder: Path
    output: Path
    settings: Settings
    jobs: int
    fresh: bool
    overwrite: bool
    """Whatever a regrade moves is accepted unseen."""
    shard: tuple[int, int] | None
    """(3, 8): the third of eight parts of the class."""
    roster: Path | None
    with_pages: bool
    cluster: str
    again: str
    """The same command, to be typed again."""

    @property
    def shards(self) -> list[tuple[int, int]]:
        """The part of the class, as the store keeps it."""
        return [self.shard] if self.shard else []


def declare(app: typer.Typer, language: str) -> None:
    """Add the command to the app, in the language it speaks."""
    say = speaker(language)
    all_processors = str(_processors())

    @app.command("batch", cls=command_class(say), help=say("cli.batch.about"), epilog=say("cli.batch.examples"))
    def batch(
        context: typer.Context,
        submissions: str = typer.Argument(None, metavar="SUBMISSIONS", help=say("cli.batch.submissions")),
        output: str = typer.Option(None, "-o", "--output", metavar="OUT", help=say("cli.batch.output")),
        jobs: str = typer.Option(all_processors, "--jobs", metavar="N", help=say("cli.batch.jobs")),
        roster: str = typer.Option("", "--roster", metavar="FILE", help=say("batch.help.roster")),
        no_pages: bool = typer.Option(False, "--no-pages", help=say("batch.help.no_pages")),
        seed: str = seed_option(say),
        time_limit: str = time_limit_option(say),
        fresh: bool = typer.Option(False, "--fresh", help=say("cli.batch.fresh")),
        yes: bool = typer.Option(False, "--yes", help=say("batch.help.yes")),
        shard: str = typer.Option("", "--shard", metavar="I/N", help=say("batch.help.shard")),
        cluster: str = typer.Option("", "--cluster", metavar="ADDRESS", help=say("batch.help.cluster")),
        unsafe_no_sandbox: bool = typer.Option(False, "--unsafe-no-sandbox", help=say("cli.batch.unsafe")),
        lang: str = language_option(say),
    ) -> int:
        if not submissions or not output:
            missing = "-o OUT" if submissions else "SUBMISSIONS"
            raise WrongUsage(say("cli.batch.missing", missing=missing), say("cli.batch.example"))
        wish = Wish(
            folder=Path(submissions),
            output=Path(output),
            settings=settings(language, seed, time_limit, say, sandbox_required=not unsafe_no_sandbox),
            jobs=whole_number("--jobs", jobs, 1, say),
            fresh=fresh,
            overwrite=yes,
            shard=_shard(shard, say),
            roster=Path(roster) if roster else None,
            with_pages=not no_pages,
            cluster=cluster,
            again=_typed(context),
        )
        if wish.shard and wish.roster:
            raise WrongUsage(say("batch.shard.roster"), say("batch.shard.merge"))
        _refuse_odd_places(wish.folder, wish.output, say)
        return grade_class(wish)


def grade_class(wish: Wish) -> int:
    """Grade every submission of the class and leave reports and table in OUT."""
    from grader import submissions
    from grader.cli.screen import remark

    say = speaker(wish.settings.language)
    try:
        everyone = submissions.names(wish.folder, courses.reading(), wish.settings.language)
        names = [name for name in everyone if _ours(wish, name)]
    except submissions.UnreadableSubmission as problem:
        raise WrongUsage(problem.message, problem.hint) from problem
    listed = people.read_roster(wish.roster, say) if wish.roster else None
    try:
        with results.opened(wish.output, say) as store:
            _refuse_other_shard(store, wish, say)
            earlier = set(store.names())
            _grade(wish, store, len(names), say)
            store.shards = wish.shards
            tally = results.write_out(store, wish.output, say, with_pages=wish.with_pages)
            people.tell(say("batch.gone"), sorted(earlier.difference(store.names())), say)
            results.show(tally, wish.output, wish.settings.language, with_pages=wish.with_pages)
            if listed is not None:
                people.attendance(listed, store, wish.output, say)
    except KeyboardInterrupt:
        remark(say("cli.batch.goes_on"))
        raise
    return FULL_MARKS


def _grade(wish: Wish, store: "Store", total: int, say: Say) -> None:
    """Bring the store up to date, by way of a second one where that could move somebody."""
    from grader.cli import regrade
    from grader.grading import basis

    def fill(target: "Store") -> None:
        # Before anything is graded: a part of a class stays one when its run is killed.
        target.shards = wish.shards
        _fill(wish, target, total, say)

    decided_by = basis(wish.settings)
    earlier = [other for other in store.bases() if other != decided_by]
    if earlier:
        regrade.staged(
            store, fill, earlier[0], decided_by, wish.output, say, overwrite=wish.overwrite, again=wish.again
        )
    else:
        regrade.forget(wish.output, say)
        fill(store)


def _fill(wish: Wish, store: "Store", total: int, say: Say) -> None:
    from grader import batch, submissions
    from grader.cli.progress import Progress
    from grader.cli.screen import remark
    from grader.workshop import SandboxMissing

    entries = submissions.read_class(
        wish.folder, courses.reading(), wish.settings.language, wanted=lambda name: _ours(wish, name)
    )
    try:
        with _crew(wish, total, say) as crew, Progress(total, say) as progress:
            for one in batch.run(entries, store, wish.settings, crew, again=wish.fresh):
                progress.step(graded=one.graded)
        if progress.stood:
            remark(say("batch.stood", graded=progress.graded, stood=progress.stood))
    except SandboxMissing as problem:
        raise WrongUsage(say("cli.batch.no_sandbox", reason=problem), say("cli.batch.hint_sandbox")) from problem


@contextmanager
def _crew(wish: Wish, total: int, say: Say) -> Iterator["Crew"]:
    """Who grades: processes of this machine, or a cluster."""
    from grader import batch

    if not wish.cluster:
        yield batch.local_crew(max(1, min(wish.jobs, total)))
        return
    from grader import cluster
    from grader.cli.screen import remark
    from grader.grading import basis

    def refused(node: str, reason: str) -> None:
        parts = "|".join(basis(wish.settings))
        named = re.sub(rf"\b(?:{parts})\b(?= .* ≠ )", lambda part: say(f"batch.basis.{part[0]}"), reason)
        remark(say("batch.cluster.refused", node=node, reason=_DIGEST.sub(r"\1", named)))

    def waiting() -> None:
        remark(say("batch.cluster.waiting", address=wish.cluster))

    try:
        with cluster.Cluster(wish.cluster, wish.settings, refused, waiting) as connected:
            yield connected.crew
    except cluster.NoClusterEngineError as problem:
        raise WrongUsage(say("batch.cluster.no_engine"), say("batch.cluster.hint_engine")) from problem
    except batch.CrewError as problem:
        known = str(problem) in WHY_NOBODY
        reason = say(f"batch.cluster.why.{problem}") if known else problem
        message = say("batch.cluster.nobody", address=wish.cluster, reason=reason)
        raise WrongUsage(message, say("batch.cluster.hint_nobody", address=wish.cluster)) from problem


def _processors() -> int:
    """As many as this process may use: a batch system gives a job a few of a machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _ours(wish: Wish, name: str) -> bool:
    """Whether a submission is in the part of the class that is asked for."""
    from grader.batch import shard_of

    return wish.shard is None or shard_of(name, wish.shard[1]) == wish.shard[0]


def _shard(typed: str, say: Say) -> tuple[int, int] | None:
    if not typed:
        return None
    number, slash, total = typed.partition("/")
    if not (slash and number.isdecimal() and total.isdecimal() and 1 <= int(number) <= int(total)):
        raise WrongUsage(say("batch.shard.not_one", seen=typed), say("batch.shard.hint"))
    return int(number), int(total)


def _refuse_other_shard(store: "Store", wish: Wish, say: Say) -> None:
    """Refuse to take the place of another part of the class, whose submissions would count as gone."""
    if wish.shard and store.names() and store.shards != {wish.shard}:
        held = ", ".join(f"{number}/{total}" for number, total in sorted(store.shards)) or say("batch.shard.whole")
        asked = f"{wish.shard[0]}/{wish.shard[1]}"
        raise WrongUsage(
            say("batch.shard.taken", path=wish.output, held=held, asked=asked), say("batch.shard.own_folder")
        )


def _typed(context: typer.Context) -> str:
    """The command as it was typed, so that it can be shown with one word more."""
    words = ["grade", "batch"]
    for parameter in context.command.params:
        value = context.params.get(parameter.name or "")
        if value is None or value == parameter.default:
            continue
        option = max(parameter.opts, key=len) if parameter.param_type_name == "option" else ""
        if option and value is True:
            words.append(option)
        else:
            words += [option, str(value)] if option else [str(value)]
    return shlex.join(words)


def _refuse_odd_places(folder: Path, output: Path, say: Say) -> None:
    """Refuse what cannot work before anything is graded."""
    if not folder.exists():
        raise WrongUsage(say("cli.no_such_path", path=folder), say("cli.batch.example"))
    inside = folder.resolve()
    if inside in [output.resolve(), *output.resolve().parents]:
        raise WrongUsage(say("cli.batch.output_inside", output=output, folder=folder), say("cli.batch.hint_outside"))
