"""The autograder for Gradescope: complete, the same byte for byte, and run in a folder laid out like Gradescope's."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader import catalogue, release
from grader.course import Course, read
from grader.release.autograder import course_file

ROOT = Path(__file__).parents[1]
OWN = ROOT / "docs" / "own-exercise"


@pytest.fixture
def course():
    """A course with an exercise of its own and a check held out."""
    catalogue.include((OWN,))
    yield Course(
        exercises=("relu", "batch_norm"), folders=(str(OWN),), points={"relu": 10.0}, seed=4,
        held_out=("relu/backward_leaves_dout_alone",),
    )  # fmt: skip
    catalogue.include(())


def names(data):
    """What is in an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def test_the_same_course_gives_the_same_bytes(course):
    """No time, no order of a file system, no path of this machine gets in."""
    first = release.gradescope(course)
    assert first == release.gradescope(course)
    assert str(ROOT).encode() not in first


@pytest.mark.parametrize("place", release.PLACES)
def test_another_process_on_another_day_packs_the_same_bytes(place, tmp_path):
    """Neither the order of sets nor a clock gets in; every file has the first time that a zip can tell."""

    def packed(number):
        file = tmp_path / f"{number}.zip"
        environment = {**os.environ, "PYTHONHASHSEED": str(number), "TZ": f"UTC{number:+}"}
        command = [sys.executable, "-m", "grader", "release", file, "--for", place]
        subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=True)
        return file.read_bytes()

    def times(data):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                yield entry.date_time
                if entry.filename.endswith(".whl"):
                    yield from times(archive.read(entry))

    (tmp_path / "grade.toml").write_text(
        'held_out = ["relu/backward_is_zero_at_zero"]\n[points]\nrelu = 10\naffine = 5\n'
    )
    first = packed(1)
    assert first == packed(7)
    assert set(times(first)) == {(1980, 1, 1, 0, 0, 0)}


def test_the_archive_holds_what_gradescope_calls_and_nothing_stray(course):
    """Programs that may be run, the wheel, the course, its exercises; no caches."""
    with zipfile.ZipFile(io.BytesIO(release.gradescope(course))) as archive:
        found = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
        settings = archive.read("grade.toml").decode()
    assert {name for name, rights in found.items() if rights & 0o111} == {"setup.sh", "run_autograder"}
    assert "exercises-1/suites/test_batch_norm.py" in found
    assert sum(name.endswith(".whl") for name in found) == 1
    assert not [name for name in found if "__pycache__" in name or name.startswith("/") or ".." in name]
    assert "held_out" not in settings
    assert 'folders = ["exercises-1"]' in settings


def test_what_a_course_limits_is_written_to_the_last_digit(tmp_path):
    """Half a gibibyte is no 5.36871e+08."""
    course = Course(limits={"memory_bytes": 536870912, "call_seconds": 2.5}, reading={"entries": 12345678})
    (tmp_path / "grade.toml").write_text(course_file(course, ()))

    assert read(tmp_path / "grade.toml") == course


def test_the_wheel_can_be_installed_and_grades(tmp_path):
    """It is a wheel to pip; what it installed knows every exercise without the checkout."""
    name, data = release.wheel()
    (tmp_path / name).write_bytes(data)
    target = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target]
    subprocess.run([*pip, tmp_path / name], check=True)
    inside = names(data)
    assert "grader/_data/solutions/relu.py" in inside
    assert not [entry for entry in inside if "__pycache__" in entry]
    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", str(ROOT / "solutions"), "-q"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(target)}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.stdout.startswith("100 of 100 points"), done.stderr


@pytest.fixture
def autograder(course, tmp_path):
    """/autograder as Gradescope lays it out, with the autograder unpacked; runs it on what lies in submission/."""
    for folder in ("source", "submission", "results"):
        (tmp_path / folder).mkdir()
    with zipfile.ZipFile(io.BytesIO(release.gradescope(course))) as archive:
        archive.extractall(tmp_path / "source")
    grade = tmp_path / "grade"
    grade.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m grader "$@"\n')
    grade.chmod(0o755)
    environment = {**os.environ, "AUTOGRADER": str(tmp_path), "GRADE": str(grade), "PYTHONPATH": str(ROOT)}

    def run():
        done = subprocess.run(
            ["bash", tmp_path / "source" / "run_autograder"],
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))

    return run


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="Gradescope's programs are for bash")


@needs_bash
def test_gradescope_gets_its_results(autograder, tmp_path):
    """/autograder with source, submission and results: lost points are a result, not a failure."""
    solution = (ROOT / "solutions" / "relu.py").read_text(encoding="utf-8")
    (tmp_path / "submission" / "relu.py").write_text(solution.replace("x > 0", "x >= 0"), encoding="utf-8")

    results = autograder()

    tests = {test["extra_data"]["id"] if "extra_data" in test else test["name"]: test for test in results["tests"]}
    assert sum(test["max_score"] for test in tests.values()) == pytest.approx(30.0)
    assert results["extra_data"]["seed"] == 4
    assert "relu/boundary-at-zero" in results["extra_data"]["pitfalls"]


@needs_bash
@pytest.mark.skipif(os.name == "nt", reason="Gradescope's image is Linux")
def test_the_image_is_set_up_and_grades(autograder, tmp_path):
    """setup.sh as Gradescope calls it, past a Python that is there in name only; then a run with what it installed.

    What the kit depends on is lent by this environment, so that nothing is fetched.
    """
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, does in (("python3.13", "exit 127"), ("python3.12", "exit 1"), ("python3.11", "")):
        (programs / name).write_text(f'#!/bin/sh\n{does or f"""exec "{sys.executable}" "$@" """}\n')
        (programs / name).chmod(0o755)
    environment = {
        "PATH": f"{programs}:/usr/bin:/bin", "AUTOGRADER": str(tmp_path), "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1",
        "HOME": str(tmp_path),
    }  # fmt: skip
    setup = ["bash", tmp_path / "source" / "setup.sh"]
    done = subprocess.run(setup, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    (installed,) = (tmp_path / "kit" / "lib").glob("python3*/site-packages")
    lent = [path for path in sys.path if path.endswith("site-packages")]
    (installed / "lent.pth").write_text("".join(f"{path}\n" for path in lent))
    shutil.copy(ROOT / "solutions" / "relu.py", tmp_path / "submission")
    run = ["bash", tmp_path / "source" / "run_autograder"]
    assert subprocess.run(run, env=environment, capture_output=True, check=False).returncode == 0
    results = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    assert results["score"] == 10.0

    (tmp_path / "results" / "results.json").unlink()
    (installed / "grader" / "cli" / "app.py").unlink()
    assert subprocess.run(run, env=environment, capture_output=True, check=False).returncode != 0  # no run is no result


@needs_bash
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "there is no file in it"),
        ("essay.docx", "`essay.docx`"),
        ("main.py", "`main.py`"),
        ("relu.py/a.txt", "is a folder"),
    ],
)
def test_nothing_that_can_be_graded_is_a_zero_with_a_reason(autograder, tmp_path, name, said):
    """An empty submission is the student's, not a crash of the autograder."""
    if name:
        (tmp_path / "submission" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "submission" / name).write_text("print('hello')\n")

    results = autograder()

    assert (results["score"], sum(test["max_score"] for test in results["tests"])) == (0.0, pytest.approx(30.0))
    assert said in results["output"]


def test_the_autograder_refuses_without_the_sandbox_unless_told_otherwise(course):
    """A submission could read the solutions beside it: an instructor learns it from the first run, and decides."""

    def program(**how):
        with zipfile.ZipFile(io.BytesIO(release.gradescope(course, **how))) as archive:
            return archive.read("run_autograder").decode()

    assert " --require-sandbox " in program()
    assert "sandbox" not in program(sandbox_required=False)


def test_the_command_writes_the_file_and_refuses_other_places(tmp_path):
    """With the nearest place as a hint."""

    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "grader", "release", *words, "--lang", "en"],
            cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip

    assert run("--for", "gradescope").returncode == 0
    assert "run_autograder" in names((tmp_path / "gradescope.zip").read_bytes())
    assert run("gradescope.zip", "--for", "gradescope").returncode == 0  # its own file, packed anew
    (tmp_path / "relu.py").write_text("mine")
    assert (run("relu.py").returncode, (tmp_path / "relu.py").read_text()) == (2, "mine")
    refused = run("--for", "gradscope")
    assert (refused.returncode, "--for gradescope" in refused.stderr) == (2, True)
