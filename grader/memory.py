"""What is kept of a student's work between two saves, so that only what a save can have changed is graded again.

`grade check --watch` holds one `Memory`; `grading` asks it before it asks the judge, which knows equal files, but not
that a notebook's Relu is still the same. Nothing of it outlives the command, and no batch has one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from grader.judge import Judge, Verdict, digest_of
from grader.model import SourceFile, Standing


class Memory:
    """The verdicts on one submission, by exercise, each with a digest of what it rests on."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}
        self._verdicts: dict[str, Verdict] = {}

    def refresh(self, judge: Judge, candidates: Mapping[str, Sequence[SourceFile]]) -> None:
        """Forget the verdicts that what now lies in the files may change.

        Raises:
            SandboxMissing, WorkshopError: the worker that reads the files cannot be started.
        """
        digests = {id: digest_of(files) for id, files in candidates.items()}
        looked_at = Counter(file.name for files in candidates.values() for file in files)
        shared = {id: files for id, files in candidates.items() if any(looked_at[file.name] > 1 for file in files)}
        if shared:
            # A notebook holds all exercises: which of them a save concerns, only its source tells.
            digests |= judge.survey(shared)
        self._verdicts = {
            id: verdict for id, verdict in self._verdicts.items() if digests.get(id) == self._digests.get(id)
        }
        self._digests = digests

    def verdict(self, id: str) -> Verdict | None:
        """What was decided, where it still stands."""
        return self._verdicts.get(id)

    def keep(self, id: str, verdict: Verdict) -> None:
        """Remember a verdict; one that the grader could not reach is tried again."""
        if verdict.report.status is not Standing.BROKEN:
            self._verdicts[id] = verdict
