"""What the source says about the class, as plain data, before any of it runs."""

from __future__ import annotations

import json
from typing import Any

import numpy

from .loading import Found
from .wire import Array


def told(found: Found, class_name: str) -> tuple[dict[str, Any], list[Array]]:
    """The message that follows reading: status, facts, and the text that lines are shown from."""
    facts = {"file": found.source.name if found.source else "", "encoding": "", "syntax": None, "classes": [], "class": None, "near": found.near, "methods": [], "reads": [], "sets": [], "module_names": [], "unbound": [], "argument_writes": [], "unreachable": [], "suspicious": []}
    text = found.source.layout.text if found.source else ""
    marks = found.source.layout.marks if found.source else []
    head = {"status": found.status, "reason": found.reason, "file": facts["file"], "notes": found.notes, "marks": marks[:1000]}
    return head, [as_array(json.dumps(facts).encode()), as_array(text.encode())]


def as_array(data: bytes) -> Array:
    """Bytes as an array, which is what the wire carries."""
    return numpy.frombuffer(data, numpy.uint8)
