"""The adapter to pytest: outcomes are read right, our faults are told from a student's, no foreign setting gets in."""

import os
import subprocess
import sys

import pytest

from grader.catalogue import exercises
from grader.checks import LocalWorker
from grader.engine import Engine, EngineError

SUITE = '''
import numpy as np

from grader.checks import assert_same, check


@check(points=1)
def test_passes(new_layer):
    """forward doubles"""
    assert_same(new_layer().forward(np.array([[1.0]])), [[2.0]])


@check(points=1)
def test_fails(new_layer):
    """forward trebles"""
    assert_same(new_layer().forward(np.array([[1.0]])), [[3.0]])


@check(points=1)
def test_breaks(new_layer):
    """the suite itself is wrong"""
    new_layer().forward(np.array([[1.0]])).no_such_field
'''


class Doubles:
    """A layer that these checks are about."""

    def forward(self, x):
        return 2 * x


@pytest.fixture
def engine(tmp_path):
    """An engine over the suite above."""
    path = tmp_path / "test_demo.py"
    path.write_text(SUITE, encoding="utf-8")
    return Engine({"relu": path})


@pytest.fixture
def worker():
    """A worker for the layer above."""
    return LocalWorker(Doubles, exercises()["relu"])


def test_outcomes_tell_passed_failed_and_broken_apart(engine, worker):
    """A failed comparison is the student's, any other exception in a suite is ours."""
    outcomes = engine.run("relu", worker, seed=0)

    assert [outcome.passed for outcome in outcomes] == [True, False, False]
    assert [outcome.failure.kind if outcome.failure else None for outcome in outcomes] == [None, "wrong_values", None]
    assert [bool(outcome.fault) for outcome in outcomes] == [False, False, True]
    assert "no_such_field" in outcomes[2].fault


def test_what_the_report_says_nothing_of_is_not_passed(engine, worker):
    """Without its entry in the report a check is broken, a right one too."""
    engine._config.pluginmanager.unregister(engine._report)

    outcomes = engine.run("relu", worker, seed=0)

    assert [(outcome.passed, outcome.failure) for outcome in outcomes] == [(False, None)] * 3
    assert all(outcome.fault for outcome in outcomes)


def test_a_check_that_skips_itself_is_not_passed(tmp_path, worker):
    """No layer is right because its suite did not look."""
    path = tmp_path / "test_shy.py"
    shy = SUITE.replace("    assert_same", "    __import__('pytest').skip('not today')\n    assert_same")
    path.write_text(shy, encoding="utf-8")

    outcomes = Engine({"relu": path}).run("relu", worker, seed=0)

    assert [(outcome.passed, bool(outcome.fault)) for outcome in outcomes] == [(False, True)] * 3


def test_running_again_starts_afresh(engine, worker):
    """Nothing of one run is left in the next one."""
    first, second = engine.run("relu", worker, seed=0), engine.run("relu", worker, seed=0)

    assert [outcome.passed for outcome in first] == [outcome.passed for outcome in second]


def test_a_suite_without_checks_is_named(tmp_path):
    """Who writes a suite is told which file holds nothing."""
    path = tmp_path / "test_empty.py"
    path.write_text("", encoding="utf-8")

    with pytest.raises(EngineError, match="test_empty"):
        Engine({"relu": path})


def test_a_suite_that_does_not_import_is_named(tmp_path):
    """Who writes a suite is told which file cannot be imported."""
    path = tmp_path / "test_torn.py"
    path.write_text("import no_such_module", encoding="utf-8")

    with pytest.raises(EngineError, match="test_torn"):
        Engine({"relu": path})


def test_a_test_without_points_is_named(tmp_path):
    """A forgotten decorator is not a check worth nothing."""
    path = tmp_path / "test_plain.py"
    path.write_text("def test_nothing():\n    pass\n", encoding="utf-8")

    with pytest.raises(EngineError, match="test_nothing"):
        Engine({"relu": path})


def test_foreign_settings_do_not_reach_the_judge(tmp_path):
    """A user's pytest.ini, conftest, plugins, variables and modules of the same names change nothing."""
    for name in ("numpy", "pytest", "random", "json", "typing", "conftest"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a file of the user was imported')", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    (tmp_path / "relu.py").write_bytes(exercises()["relu"].solution.read_bytes())
    environment = os.environ | {
        "PYTEST_ADDOPTS": "--collect-only -k nothing",
        "PYTEST_PLUGINS": "no_such_plugin",
        "PYTHONWARNINGS": "error",
        "PYTHONOPTIMIZE": "2",
    }

    done = subprocess.run(
        [sys.executable, "-P", "-m", "grader", "check", "relu.py"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip

    assert (done.returncode, "20 / 20" in done.stdout) == (0, True), done.stderr
