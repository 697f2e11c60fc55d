"""Runs hidden suites under pytest and takes the outcomes from pytest-json-report.

The judge calls it; it is the only module that knows the insides of either (both are pinned by the lock file). Suites
are collected once; their items are run again for every submission: 4 % of the cost of a fresh pytest. It knows
nothing of submissions: whoever calls brings a worker.
"""

from __future__ import annotations

import os
import time
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.config import Config, _prepareconfig
from _pytest.main import Session
from _pytest.runner import call_and_report
from pytest_jsonreport.plugin import JSONReport

from grader.checks import CheckFailed, CheckSpec, Failure, Worker, supplies

_CONFIGURATION = Path(__file__).parent / "suites" / "pytest.ini"

# Built-in plugins that a suite does not use. Each one costs hook calls in every item, and `unraisableexception` alone
# a full garbage collection (25 ms) in every session.
_SWITCHED_OFF = (
    "assertion",
    "cacheprovider",
    "capture",
    "debugging",
    "doctest",
    "faulthandler",
    "junitxml",
    "logging",
    "monkeypatch",
    "pastebin",
    "recwarn",
    "setuponly",
    "setupplan",
    "skipping",
    "stepwise",
    "subtests",
    "threadexception",
    "tmpdir",
    "unittest",
    "unraisableexception",
    "warnings",
)

# What a user may have set for their own tests must not reach the judge.
_FOREIGN_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DEBUG", "PYTEST_THEME", "PYTEST_THEME_MODE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What pytest says of one check."""

    check: str
    passed: bool
    failure: Failure | None
    """What the suite found wrong with the layer; None when the check passed or broke."""
    fault: str
    """What went wrong in the grader itself; empty in all other cases."""
    seconds: float


class EngineError(Exception):
    """pytest could not collect a suite; names it."""


class Engine:
    """One warm pytest session over the suites of some exercises."""

    def __init__(self, suites: Mapping[str, Path]) -> None:
        """Collect the suites, given by exercise id.

        Raises:
            EngineError: a suite cannot be imported or holds no check.
        """
        self._bench = _Bench()
        self._report = JSONReport()
        arguments = [f"--config-file={_CONFIGURATION}", f"--rootdir={_CONFIGURATION.parent}", "--noconftest"]
        arguments += ["--import-mode=importlib", "-p", "pytest_jsonreport.plugin", "--json-report-file=none"]
        arguments += [f"-pno:{plugin}" for plugin in _SWITCHED_OFF]
        arguments += ["--json-report-omit", "collectors", "keywords", "log", "streams", "traceback", "warnings"]
        arguments += ["--", *map(str, suites.values())]
        with _own_environment():
            self._config: Config = _prepareconfig(arguments, [self._bench, self._report])
            self._config._do_configure()
            self._config.pluginmanager.unregister(name="terminalreporter")
            self._session = Session.from_config(self._config)
            self._session.exitstatus = pytest.ExitCode.OK
            self._config.hook.pytest_sessionstart(session=self._session)
            try:
                self._config.hook.pytest_collection(session=self._session)
            except pytest.UsageError as problem:
                raise EngineError(str(problem)) from problem
        self._items = {id: self._own_items(path) for id, path in suites.items()}

    def _own_items(self, path: Path) -> list[pytest.Item]:
        items = [item for item in self._session.items if item.path == path]
        if not items:
            msg = f"no check could be collected from `{path}`; `python {path}` shows why"
            raise EngineError(msg)
        for item in items:
            if not isinstance(getattr(item.function, "check", None), CheckSpec):  # type: ignore[attr-defined]
                msg = f"`{item.name}` in `{path}` has no `@check(points=...)`"
                raise EngineError(msg)
            # Arguments come from `_Bench`, and what failed travels as data: no fixtures, no traceback to format.
            item.fixturenames.clear()  # type: ignore[attr-defined]
            item.repr_failure = _in_one_word  # type: ignore[assignment, method-assign]
        return items

    def checks(self, exercise: str) -> tuple[CheckSpec, ...]:
        """The checks of an exercise, in the order of its suite."""
        return tuple(item.function.check for item in self._items[exercise])  # type: ignore[attr-defined]

    def run(self, exercise: str, worker: Worker, seed: int, wanted: Container[str] | None = None) -> list[Outcome]:
        """Run an exercise's suite, or the checks wanted, against a worker: one outcome a check, in their order."""
        items = [item for item in self._items[exercise] if wanted is None or item.function.check.id in wanted]  # type: ignore[attr-defined]
        self._bench.worker = worker
        self._bench.seed = seed
        self._report._json_tests.clear()
        self._report._start_time = time.time()
        for item in items:
            # Nothing is set up or torn down without fixtures: two of pytest's three stages would do nothing, at two
            # thirds of the cost. The report's plugin would make this dictionary in the first of them.
            item._json_report_extra = {}  # type: ignore[attr-defined]
            call_and_report(item, "call")
        self._report.pytest_sessionfinish(self._session)
        tests = {test["nodeid"]: test for test in self._report.report["tests"]}
        return [_outcome(item.function.check, tests.get(item.nodeid)) for item in items]  # type: ignore[attr-defined]


class _Bench:
    """The worker and the seed of the present run, as a pytest plugin that hands them to the checks."""

    worker: Worker
    seed: int

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Call a check with what it asks for; as pytest fixtures these two would double the cost of a check."""
        pyfuncitem.function(**supplies(pyfuncitem.function, self.worker, self.seed))
        return True

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_runtest_metadata(self, call: pytest.CallInfo[None]) -> dict[str, Any] | None:
        """Put what went wrong into the report as data."""
        if call.excinfo is None:
            return None
        problem = call.excinfo.value
        if isinstance(problem, CheckFailed):
            return {"failure": problem.failure.to_json()}
        return {"fault": f"{type(problem).__name__}: {problem}"}


def _in_one_word(excinfo: pytest.ExceptionInfo[BaseException], *_: object) -> str:
    return excinfo.typename


def _outcome(check: CheckSpec, test: Mapping[str, Any] | None) -> Outcome:
    """Read one entry of the JSON report. A check without a clean entry is the grader's fault, never a pass."""
    test = test or {}
    stage = test.get("call", {})
    passed = test.get("outcome") == "passed" and stage.get("outcome") == "passed"
    told = test.get("metadata", {})
    failure = Failure.from_json(told["failure"]) if "failure" in told and not passed else None
    fault = "" if passed or failure else told.get("fault", "pytest reported nothing about this check")
    return Outcome(check=check.id, passed=passed, failure=failure, fault=fault, seconds=stage.get("duration", 0.0))


@contextmanager
def _own_environment() -> Iterator[None]:
    """Hide the user's pytest variables while pytest reads them; plugins of theirs are never loaded."""
    kept = {name: os.environ.pop(name) for name in _FOREIGN_VARIABLES if name in os.environ}
    autoload = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.environ.update(kept)
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        if autoload is not None:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = autoload
