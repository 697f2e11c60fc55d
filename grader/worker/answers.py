"""Turns whatever a student's method returned into a plain array or a description of what it was instead.

Used inside the worker before an answer goes on the wire, and by the judge's own layers (solutions, pitfalls), so
that both are seen the same way. Runs in the student's process: it is for honest code, the judge checks again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .plaintext import clean, steady

# Booleans, integers and floats in the machine's byte order: what can be compared as numbers and needs no object.
PLAIN_TYPES = frozenset(
    np.dtype(kind).str
    for kind in (
        np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.float16,
        np.float32, np.float64,
    )
)  # fmt: skip
# NumPy's own limit is 32 (64 since 2.0); a layer has at most 4.
DIMENSIONS = 32
# As much of a repr as fits into one line of a message.
SUMMARY_LENGTH = 200
# A class name longer than this says nothing more.
TYPE_NAME_LENGTH = 80
# More elements of a returned list or tuple than this are not listed.
ITEMS_LISTED = 8
# The default of the judge's own limit: what a larger array holds is never sent.
ANSWER_BYTES = 16 << 20


def normalise(value: object, limit: int = ANSWER_BYTES) -> np.ndarray[Any, Any] | dict[str, Any]:
    """A fresh plain array that holds the numbers of `value`, or a dict with type_name, summary and items.

    Python's and NumPy's real scalars become 0-d arrays. Arrays of objects become float64 where all of them are real
    numbers. Everything else (None, lists, strings, complex numbers, arrays above `limit` bytes) is described.
    """
    if isinstance(value, (bool, int, float, np.bool_, np.integer, np.floating, np.ndarray)):
        array = np.asarray(value)
        if array.dtype.str not in PLAIN_TYPES:
            array = _as_plain_numbers(array, limit)
        if (
            array is not None
            and array.nbytes <= limit
            and array.ndim <= DIMENSIONS
            and max(array.shape, default=0) <= limit
        ):
            # A copy: the student's own array may be a view, a subclass, or change with the next call.
            return np.array(array, order="C", copy=True, subok=False)
    return describe(value)


def _as_plain_numbers(array: np.ndarray[Any, Any], limit: int) -> Any:
    """The array as float64 (or in the machine's byte order), or None where that would change its meaning."""
    kind = array.dtype.kind
    if array.size > limit // 8:
        return None
    if kind in "biuf":
        native = array.dtype.newbyteorder("=")
        return array.astype(native if native.str in PLAIN_TYPES else np.float64)
    if kind != "O":
        return None
    real = (bool, int, float, np.bool_, np.integer, np.floating)
    if not all(isinstance(element, real) for element in array.flat):
        return None
    try:
        return array.astype(np.float64)
    except (OverflowError, TypeError, ValueError):
        return None


def describe(value: object) -> dict[str, Any]:
    """What a value that is not a plain array looks like, in words that carry no object."""
    items: list[str] = []
    if isinstance(value, (list, tuple)):
        items = [kind_of(item) for item in list(value)[:ITEMS_LISTED]]
    if isinstance(value, np.ndarray):
        summary = kind_of(value)
    else:
        try:
            summary = steady(repr(value))
        except BaseException as problem:  # noqa: BLE001 - a __repr__ of the student's may raise anything
            summary = f"<{type(problem).__name__} in its repr>"
    return {
        "type_name": clean(type(value).__name__, TYPE_NAME_LENGTH),
        "summary": clean(summary, SUMMARY_LENGTH),
        "items": items,
    }


def kind_of(value: object) -> str:
    """The type of a value, with dtype and shape where it is an array: `float64 (3, 4)`."""
    if isinstance(value, np.ndarray):
        return clean(f"{value.dtype} {value.shape}", TYPE_NAME_LENGTH)
    return clean(type(value).__name__, TYPE_NAME_LENGTH)
