"""A report as JSON, schema `grade-report/1`: the record that every other tool reads.

Written by `grade batch` and `grade check --format json`; nothing is lost or shortened here. One check or diagnosis
stands on one line: small, quick to write (a class has thousands of reports), and two reports can be compared by line.
"""

from __future__ import annotations

import json
from typing import Any

from grader.model import Report
from grader.reports.escaping import json_text

OPEN_LEVELS = 4
"""The report, its list of exercises, an exercise, its lists of checks and diagnoses; what is deeper is one line."""


def render(report: Report) -> str:
    """The report as JSON, its line break at the end."""
    return written(report.to_json())


def written(data: dict[str, Any]) -> str:
    """The JSON of a report that is plain data already."""
    return json_text(_laid_out(data, OPEN_LEVELS, json.JSONEncoder(ensure_ascii=False, allow_nan=False))) + "\n"


def _laid_out(value: Any, levels: int, encoder: json.JSONEncoder, indent: str = "") -> str:
    """Indented down to a level; json's own indentation takes nearly twice as long."""
    if not levels or not value or not isinstance(value, dict | list | tuple):
        return encoder.encode(value)
    deeper = indent + "  "
    if isinstance(value, dict):
        opened, closed = "{}"
        parts = [
            f"{encoder.encode(key)}: {_laid_out(part, levels - 1, encoder, deeper)}" for key, part in value.items()
        ]
    else:
        opened, closed = "[]"
        parts = [_laid_out(part, levels - 1, encoder, deeper) for part in value]
    return f"{opened}\n{deeper}" + f",\n{deeper}".join(parts) + f"\n{indent}{closed}"
