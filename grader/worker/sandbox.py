"""Closes the room: after this, the worker can compute and talk on its wire, and nothing else."""

from __future__ import annotations

import sys
from typing import Any

# More than this many attempts are one attempt.
_ATTEMPTS = 20


def enter(order: dict[str, Any], descriptors: tuple[int, ...]) -> tuple[str, list[str]]:
    """Close the room as far as this system can; the level reached and what is missing."""
    return "none", ["not_built"]


class Watch:
    """Notes what the student's code tries that a layer never needs: files, processes, sockets."""

    def __init__(self) -> None:
        self._seen: dict[str, None] = {}
        self._told = 0
        sys.addaudithook(self._notice)

    def _notice(self, event: str, arguments: tuple[Any, ...]) -> None:
        return

    def news(self) -> list[str]:
        """What was noticed since the last time."""
        news = list(self._seen)[self._told :]
        self._told += len(news)
        return news
