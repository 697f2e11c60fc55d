"""A report as JSON, schema `grade-report/1`: the record that every other tool reads.

Written by `grade batch` and `grade check --format json`; nothing is escaped or shortened here.
"""

from __future__ import annotations

import json

from grader.model import Report


def render(report: Report) -> str:
    """The report as indented JSON, its line break at the end."""
    document = json.dumps(report.to_json(), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    try:
        document.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate out of a file name that is not UTF-8: JSON has a spelling for it
        document = json.dumps(report.to_json(), ensure_ascii=True, indent=2, allow_nan=False) + "\n"
    return document
