"""Asks a worker what the classes of several exercises rest on, without running them."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from grader.catalogue import exercises
from grader.model import SourceFile
from grader.workshop.beginning import OUTCOMES, Begun, packed

# A digest is 64 characters, and its list is all that is told.
_ANSWER_BYTES = 0


def ask(begun: Begun, wanted: Mapping[str, Sequence[SourceFile]], seconds: float) -> dict[str, str]:
    """By exercise, a digest of what its class rests on; nothing where the worker does not tell.

    `wanted` has the files that may hold the class. The answer saves time, and decides nothing.
    """
    known = exercises()
    files = list({file.name: file for several in wanted.values() for file in several}.values())
    numbers = {file.name: number for number, file in enumerate(files)}
    told, contents = packed(files)
    request = {
        **told,
        "survey": [
            {
                "class": known[id].class_name,
                "methods": list(known[id].methods),
                "function": known[id].is_function,
                "files": [numbers[file.name] for file in several],
            }
            for id, several in wanted.items()
        ],
    }
    deadline = time.monotonic() + seconds
    try:
        begun.channel.send(request, contents, deadline)
        head, _ = begun.channel.receive(_ANSWER_BYTES, deadline)
    except OUTCOMES:
        return {}
    digests = head.get("digests")
    if type(digests) is not list or len(digests) != len(wanted) or not all(type(one) is str for one in digests):
        return {}
    return dict(zip(wanted, digests, strict=True))
