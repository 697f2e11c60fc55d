"""Pages of a class: what a student gets back, and the class at a glance for whoever teaches it.

Each page is one file that opens from disk without network: style, charts and the few lines of script are inside.
Called by the command line; knows reports and texts, nothing of grading, and writes no file itself.
"""

from __future__ import annotations

from grader.reports.pages.class_page import class_page
from grader.reports.pages.feedback import feedback_page
from grader.reports.pages.stamp import HEAD_BYTES, stamp, stamped
from grader.reports.pages.survey import Survey

__all__ = ["HEAD_BYTES", "Survey", "class_page", "feedback_page", "stamp", "stamped"]
