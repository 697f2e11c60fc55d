"""Which of the judge's arrays a worker knows, and what it has to be told about them before the next call."""

from __future__ import annotations

from collections.abc import Sequence

from grader.calls import Array, same_bytes


class Handed:
    """The arrays that were handed over in one check, by number."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._arrays: list[Array] = []  # kept alive: their ids are the keys
        self._sent: list[Array] = []
        self._watched: dict[int, dict[str, int]] = {}

    def prepare(
        self, layer: int, names: Sequence[str], arguments: Sequence[Array]
    ) -> tuple[dict[str, object], list[Array]]:
        """What a request says about arrays, and the contents that go with it."""
        contents: list[Array] = []

        def send(number: int) -> int:
            self._sent[number] = self._arrays[number].copy()
            contents.append(self._sent[number])
            return len(contents) - 1

        given = {id(array) for array in arguments}
        follow = [
            (number, send(number))
            for number, (array, sent) in enumerate(zip(self._arrays, self._sent, strict=True))
            if id(array) not in given and not same_bytes(array, sent)
        ]
        told: list[tuple[int, int | None]] = []
        for array in arguments:
            number = self._numbers.get(id(array))
            if number is None:
                number = self._numbers[id(array)] = len(self._arrays)
                self._arrays.append(array)
                self._sent.append(array)
                told.append((number, send(number)))
            elif same_bytes(array, self._sent[number]):
                told.append((number, None))
            else:
                told.append((number, send(number)))
        watched = self._watched.setdefault(layer, {})
        watched |= {
            name: number for name, (number, _), array in zip(names, told, arguments, strict=False) if array.ndim
        }
        return {"arguments": told, "follow": follow, "watched": sorted(set(watched.values()))}, contents

    def named(self, layer: int, number: int) -> list[str]:
        """The argument names under which a layer knows an array."""
        return [name for name, known in self._watched.get(layer, {}).items() if known == number]
