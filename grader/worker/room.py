"""Holds the layers and arrays of one check, and makes the calls that the judge asks for.

An array that is handed over twice is the same object here. What the student's code did to it stays, until the judge
hands over that very array again; what the judge did to it since is done here too, before the next call. The judge
keeps the numbers: it names every array and every layer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from .answers import normalise
from .raising import describe

Array = np.ndarray[Any, Any]


class Room:
    """One class of a student's, and what lives of it."""

    def __init__(self, layer_class: type, files: Collection[str], attributes: Sequence[str]) -> None:
        self._class = layer_class
        self._files = files
        self._attributes = attributes
        self._forget()

    def _forget(self) -> None:
        self._layers: dict[int, object] = {}
        self._twins: dict[int, Array] = {}
        self._known: dict[int, Array] = {}

    def answer(self, request: dict[str, Any], arrays: list[Array]) -> tuple[dict[str, Any], list[Array]]:
        """Make the call that a request asks for, and say what came of it."""
        if request["fresh"]:
            self._forget()
        for number, index in request["follow"]:
            self._take(number, arrays[index])
        handed = [
            self._hand_over(number, None if index is None else arrays[index]) for number, index in request["arguments"]
        ]
        watched = {number: self._twins[number] for number in request["watched"]}
        before = {number: _state(twin) for number, twin in watched.items()}
        reply = _Reply(request["limit"])
        self._returned: Any = None
        arguments = [array if array.ndim else array.item() for array in handed]
        value = self._attempt(lambda: self._call(request["layer"], request["method"], arguments), reply)
        attributes = {name: self._attempt(self._reading(request["layer"], name), reply) for name in self._attributes}
        changed = {
            str(number): reply.add(twin.copy()) for number, twin in watched.items() if _state(twin) != before[number]
        }
        flush()
        return {"value": value, "attributes": attributes, "changed": changed}, reply.arrays

    def _take(self, number: int, array: Array) -> Array:
        """Learn the judge's present content of an array, and give it to its twin, which stays the same object."""
        self._known[number] = array
        return self._restore(number)

    def _hand_over(self, number: int, array: Array | None) -> Array:
        return self._restore(number) if array is None else self._take(number, array)

    def _restore(self, number: int) -> Array:
        known = self._known[number]
        twin = self._twins.get(number)
        if twin is None or twin.dtype != known.dtype or twin.nbytes != known.nbytes:
            twin = self._twins[number] = known.copy()
            return twin
        twin.flags.writeable = True
        if twin.shape != known.shape:
            twin.shape = known.shape
        twin[...] = known
        return twin

    def _call(self, layer: int, method: str, arguments: list[Any]) -> object:
        if method == "__init__":
            self._layers[layer] = self._class(*arguments)
            return None
        self._returned = getattr(self._layers[layer], method)(*arguments)
        return self._returned

    def _reading(self, layer: int, name: str) -> Callable[[], object]:
        def read() -> object:
            try:
                if name.startswith("["):  # an item of the dictionary that the call returned
                    return self._returned[name[2:-2]] if isinstance(self._returned, dict) else _MISSING
                return getattr(self._layers[layer], name)
            except (AttributeError, KeyError):
                return _MISSING

        return read

    def _attempt(self, action: Callable[[], object], reply: _Reply) -> Any:
        """What an action gives, as it goes on the wire: the index of an array, or a dict."""
        try:
            value = action()
            return "missing" if value is _MISSING else reply.put(value)
        except BaseException as problem:  # noqa: BLE001 - SystemExit and their own BaseExceptions are answers too
            described = describe(problem, self._files)
            # A frame holds its variables; after a MemoryError they are what fills the memory.
            problem.__traceback__ = None
        return {"raised": described}


_MISSING = object()


class _Reply:
    """The arrays of one reply, within one limit."""

    def __init__(self, limit: int) -> None:
        self.arrays: list[Array] = []
        self._left = limit

    def put(self, value: object) -> Any:
        """An answer as it goes on the wire."""
        if value is None:
            return "none"
        answer = normalise(value, self._left)
        return {"described": answer} if isinstance(answer, dict) else self.add(answer)

    def add(self, array: Array) -> int:
        """Add an array; its index."""
        self._left -= array.nbytes
        self.arrays.append(array)
        return len(self.arrays) - 1


def _state(array: Array) -> tuple[Any, ...]:
    """What tells whether an array was changed: bit for bit, so that a nan equals itself."""
    return array.shape, array.dtype, array.tobytes()


def flush() -> None:
    """Send what was printed on its way, before the answer."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: BLE001, S112 - the student may have replaced it by anything
            continue
