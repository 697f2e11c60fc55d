"""The command line: through `run` in this process, and through the real entry point where the process matters."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from grader import catalogue, texts
from grader.cli import FULL_MARKS, GRADER_BROKE, POINTS_LOST, STOPPED, WRONG_USAGE, app

ROOT = Path(__file__).parent.parent
COMMANDS = ("check", "batch", "list", "start", "reset", "sandbox")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An empty folder to work in, and no language chosen outside."""
    monkeypatch.chdir(tmp_path)
    for name in ("GRADE_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "GRADE_DEBUG", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def grade(desk, capfd):
    """The command line in this process: exit code, stdout, stderr."""

    def run(*words):
        code = app.run(list(words))
        out, err = capfd.readouterr()
        return code, out, err

    return run


def grade_outside(*words, cwd, **environment):
    """The command line as a process of its own, as a student starts it."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


# --- help and language ---


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("command", [(), *[(name,) for name in COMMANDS]])
def test_every_help_page_fits_the_screen_and_speaks_one_language(grade, command, language, monkeypatch):
    """No page is wider than 80 cells, and a Korean one has no English heading."""
    monkeypatch.setenv("COLUMNS", "120")

    code, out, err = grade(*command, "--help", "--lang", language)

    assert (code, err) == (FULL_MARKS, "")
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    assert out.startswith("Usage: grade" if language == "en" else "사용법: grade")
    assert ("Options:" in out) == (language == "en")


def test_help_tells_every_command(grade):
    """The first page is the table of contents."""
    _, out, _ = grade("-h")

    assert all(f"\n  {command} " in out for command in COMMANDS)


def test_the_version_is_one_line(grade):
    """Scripts read it."""
    code, out, _ = grade("--version")

    assert (code, out.split()[0], len(out.splitlines())) == (FULL_MARKS, "grade", 1)


@pytest.mark.parametrize("words", [("--lang", "ko", "list"), ("list", "--lang=ko")])
def test_the_language_may_stand_anywhere(grade, words):
    """Before and after the command."""
    _, out, _ = grade(*words)

    assert "시작 전" in out or "파일 없음" in out


def test_the_environment_chooses_the_language_unless_an_option_does(grade, monkeypatch):
    """--lang, then GRADE_LANG, then the locale."""
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("GRADE_LANG", "ko")

    assert "파일 없음" in grade("list")[1]
    assert "no file" in grade("list", "--lang", "en")[1]


# --- wrong usage: exit 2, what was seen, and the next command ---


@pytest.mark.parametrize(
    ("words", "seen", "hint"),
    [
        (("chekc",), "`chekc`", "`grade check`"),
        (("check", "-e", "rellu"), "`rellu`", "`-e relu`"),
        (("check", "-e", "softmax-with-loss"), "`softmax-with-loss`", "`-e softmax_with_loss`"),
        (("check", "-e", "conv"), "`conv`", "`grade list`"),
        (("check", "--format", "jsno"), "`jsno`", "`--format json`"),
        (("check", "--fromat", "json"), "`--fromat`", "`--format`"),
        (("check", "--seed", "many"), "`--seed many`", ""),
        (("check", "--seed"), "`--seed`", "`grade check --help`"),
        (("check", "--time-limit", "0"), "`--time-limit 0`", ""),
        (("check", "--time-limit", "inf"), "`--time-limit inf`", ""),
        (("check", "nowhere"), "nowhere", ""),
        (("check", "affine"), "`affine`", "`grade check -e affine`"),
        (("batch",), "SUBMISSIONS", "`grade batch submissions -o grades`"),
        (("batch", "."), "-o OUT", "`grade batch submissions -o grades`"),
        (("batch", "nowhere", "-o", "out"), "`nowhere`", "`grade batch submissions -o grades`"),
        (("batch", ".", "-o", "out"), "`out`", "`grade batch submissions -o grades`"),
        (("batch", ".", "-o", "out", "--jobs", "0"), "`--jobs 0`", ""),
        (("list", "a", "b"), "`grade list`", "`grade list --help`"),
        (("list", "work"), "`work`", "`grade start work`"),
        (("reset", "relu", "work"), "`work`", "`grade start work`"),
        (("reset", "relu", "sigmoid"), "`sigmoid`", "`grade reset sigmoid`"),
        (("start", "relu"), "`relu`", "`grade start`"),
        (("check", "--watch=yes"), "`--watch`", "`grade check --help`"),
        (("list", "--lang"), "`--lang`", "`--lang "),
        (("reset",), "`grade reset`", "`grade reset relu`"),
        (("reset", "affin"), "`affin`", "`grade reset affine`"),
        (("list", "--lang", "fr"), "`fr`", "`--lang"),
    ],
)
def test_wrong_usage_names_what_was_seen_and_the_next_command(grade, monkeypatch, words, seen, hint):
    """Exit 2, nothing on stdout, one message, in either language."""
    for language, start in (("en", "error: "), ("ko", "오류: ")):
        monkeypatch.setenv("GRADE_LANG", language)
        code, out, err = grade(*words)

        assert (code, out, err.startswith(start)) == (WRONG_USAGE, "", True)
        assert seen in err
        assert hint in err
        assert language == "en" or not re.search(r"[A-Za-z]{2,} [a-z]{2,}", re.sub("`[^`]*`", "", err))


def test_a_command_without_words_shows_the_help_and_fails(grade):
    """Nothing was done, and a script should notice."""
    code, out, _ = grade()

    assert (code, out.startswith("Usage: grade")) == (WRONG_USAGE, True)


def test_an_output_folder_that_cannot_be_made_is_said(grade, desk):
    """A file stands where the folder should be."""
    (desk / "class" / "kim").mkdir(parents=True)
    (desk / "out").write_text("a file")

    code, _, err = grade("batch", "class", "-o", "out")

    assert code == WRONG_USAGE
    assert "out" in err


def test_a_class_without_submissions_is_said(grade, desk):
    """An empty folder is a mistake, not a class with full marks."""
    (desk / "class").mkdir()

    code, _, err = grade("batch", "class", "-o", "out")

    assert (code, "`class`" in err) == (WRONG_USAGE, True)


# --- the student's folder ---


def test_start_puts_stubs_and_overwrites_nothing(grade, desk):
    """A second start keeps what was written."""
    grade("start")
    (desk / "exercises" / "relu.py").write_text("mine")
    (desk / "exercises" / "affine.py").unlink()

    code, out, _ = grade("start")

    assert code == FULL_MARKS
    assert (desk / "exercises" / "relu.py").read_text() == "mine"
    assert (desk / "exercises" / "affine.py").read_bytes() == catalogue.exercises()["affine"].stub.read_bytes()
    assert "new:  exercises/affine.py" in out.replace(os.sep, "/")
    assert "grade check" in out


def test_reset_keeps_the_old_file_beside_the_new_one_and_says_where(grade, desk):
    """Nothing a student wrote is lost, however often."""
    grade("start", "work")
    for text in ("first", "second"):
        (desk / "work" / "relu.py").write_text(text)
        code, out, _ = grade("reset", "relu", "work")

    kept = [path.read_text() for path in sorted((desk / "work").glob("relu.py.*"))]
    assert (code, kept) == (FULL_MARKS, ["first", "second"])
    assert "relu.py.old2" in out
    assert (desk / "work" / "relu.py").read_bytes() == catalogue.exercises()["relu"].stub.read_bytes()


def test_a_stub_of_another_language_is_fresh_too(grade, desk):
    """Korean files, an English terminal: nothing was begun, and there is nothing to keep."""
    grade("start", "--lang", "ko")

    assert "양수는 그대로" in (desk / "exercises" / "relu.py").read_text(encoding="utf-8")
    assert "begun" not in grade("list", "--lang", "en")[1]
    assert "is fresh already" in grade("reset", "relu", "--lang", "en")[1]


def test_the_command_to_type_next_can_be_typed(grade):
    """A folder whose name has a space is one word."""
    assert "grade check 'my work'" in grade("start", "my work")[1]


@pytest.mark.parametrize(("language", "seen"), [("en", "a file stands where"), ("ko", "폴더가 있어야 할 자리에")])
def test_a_refusal_of_the_system_speaks_the_readers_language(grade, desk, language, seen):
    """Also where it is the system that says no."""
    (desk / "work").write_text("a file")

    code, _, err = grade("start", "work", "--lang", language)

    assert (code, seen in err) == (WRONG_USAGE, True)


def test_reset_does_not_pile_up_copies_of_a_fresh_file(grade, desk):
    """There is nothing to keep."""
    grade("start", "work")

    code, _, _ = grade("reset", "relu", "work")

    assert (code, len(list((desk / "work").glob("relu*")))) == (FULL_MARKS, 1)


def test_list_shows_points_and_the_state_of_each_file(grade, desk):
    """Where am I?"""
    grade("start")
    (desk / "exercises" / "relu.py").write_text("class Relu: ...")
    (desk / "exercises" / "affine.py").unlink()

    _, out, _ = grade("list")

    assert [line.split("  ")[0] for line in out.splitlines()] == list(catalogue.exercises())
    assert [line.rsplit("  ", 1)[1] for line in out.splitlines()][:3] == ["begun", "not started", "no file"]
    assert "20 points" in out


# --- checking ---


def test_the_solutions_have_full_marks(grade):
    """Exit 0, and a short page."""
    code, out, _ = grade("check", str(ROOT / "solutions"))

    assert (code, "100 / 100" in out) == (FULL_MARKS, True)


def test_untouched_stubs_have_no_points_and_a_next_step(grade):
    """Exit 1; without a path, `exercises/` is meant."""
    grade("start")

    code, out, _ = grade("check")

    assert code == POINTS_LOST
    assert out.count("not started") == len(catalogue.exercises())
    assert "`exercises/relu.py`" in out.replace(os.sep, "/")


def test_a_path_named_after_an_exercise_narrows_to_it(grade):
    """`grade check relu.py` says nothing about the other three."""
    code, out, _ = grade("check", str(ROOT / "solutions" / "relu.py"), "-q")

    assert (code, out) == (FULL_MARKS, "20 of 20 points: relu 20/20\n")


def test_json_on_stdout_is_json_alone(grade):
    """Remarks go to stderr."""
    code, out, _ = grade("check", str(ROOT / "solutions"), "-e", "relu", "--format", "json", "--seed", "7")

    document = json.loads(out)
    assert (code, document["schema"], document["seed"]) == (FULL_MARKS, "grade-report/1", 7)


def test_a_report_can_go_to_a_file(grade, desk):
    """Nothing is printed, the exit code still speaks."""
    code, out, err = grade("check", str(ROOT / "exercises"), "--format", "junit", "--output", "report.xml")

    assert (code, out) == (POINTS_LOST, "")
    assert (desk / "report.xml").read_text(encoding="utf-8").startswith("<?xml")
    assert "report.xml" in err


def test_github_gets_a_job_summary_where_it_asks_for_one(grade, desk, monkeypatch):
    """The page is appended: a job may have had other steps."""
    page = desk / "summary.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))

    grade("check", str(ROOT / "solutions"), "-e", "relu", "--format", "github")

    assert page.read_text(encoding="utf-8").startswith("before\n## ")


def test_a_fault_of_ours_is_said_to_be_ours(grade, monkeypatch):
    """Exit 3, no traceback, nothing decided."""
    monkeypatch.setattr("grader.submissions.read", lambda *_, **__: 1 / 0)

    code, out, err = grade("check", str(ROOT / "solutions"))

    assert (code, out) == (GRADER_BROKE, "")
    assert "nothing was decided" in err
    assert "Traceback" not in err


def test_debug_shows_where_it_broke(grade, monkeypatch):
    """GRADE_DEBUG asks for the traceback."""
    monkeypatch.setattr("grader.submissions.read", lambda *_, **__: 1 / 0)
    monkeypatch.setenv("GRADE_DEBUG", "1")

    _, _, err = grade("check", str(ROOT / "solutions"))

    assert "ZeroDivisionError" in err
    assert "Traceback" in err


def test_ctrl_c_is_no_fault(grade, monkeypatch):
    """One word, and the code that shells know."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.submissions.read", interrupted)

    code, _, err = grade("check", str(ROOT / "solutions"))

    assert (code, err) == (STOPPED, "stopped\n")


# --- as a process ---


def test_files_of_a_student_never_shadow_the_graders_modules(desk):
    """A folder with numpy.py, random.py and pytest.py is graded like any other."""
    shutil.copytree(ROOT / "solutions", desk, dirs_exist_ok=True)
    for name in ("numpy", "random", "pytest", "typer", "rich", "json", "typing", "signal"):
        (desk / f"{name}.py").write_text("raise SystemExit('shadowed')\n")

    done = grade_outside("check", "relu.py", "-q", cwd=desk, PYTHONPATH=f"{ROOT}{os.pathsep}{desk}")

    assert (done.returncode, done.stdout) == (FULL_MARKS, "20 of 20 points: relu 20/20\n")


def test_an_old_code_page_shows_a_korean_report(desk):
    """What a console cannot encode is escaped; the report does not fail."""
    done = grade_outside("check", str(ROOT / "exercises"), "--lang", "ko", cwd=desk, PYTHONIOENCODING="cp1252")

    assert (done.returncode, done.stderr.count("Error")) == (POINTS_LOST, 0)
    assert "0 / 100" in done.stdout


def test_a_pipe_gets_no_colours(desk):
    """Nor does a terminal under NO_COLOR."""
    done = grade_outside("check", str(ROOT / "exercises"), cwd=desk)

    assert "\x1b" not in done.stdout


def test_a_reader_that_leaves_early_is_no_fault(desk):
    """`grade check | head -1`."""
    done = subprocess.run(  # noqa: S602 - a pipe that closes early is the point
        f"{sys.executable} -m grader check -v {ROOT / 'exercises'} | head -1",
        shell=True,
        cwd=desk,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_what_a_command_does_not_need_is_not_loaded(desk):
    """A mistyped path is refused before NumPy, pytest or typer's converters are there."""
    program = (
        "import sys; from grader.cli import app; code = app.run(['check', 'nowhere']);"
        "print(code, {'numpy', 'pytest', 'pydantic'} & sys.modules.keys())"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=desk,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.stdout == f"{WRONG_USAGE} set()\n"


@pytest.mark.skipif(sys.platform != "linux", reason="a warm process is forked on Linux only")
def test_the_process_that_a_command_begins_with_ends_with_it(desk):
    """It is begun before anything heavy is loaded; where nothing comes to be graded, it is gone as well."""
    program = (
        "import sys; from grader import launching; launching.begin(); (begun,) = launching._begun;"
        "print(begun._process.pid, 'numpy' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=desk,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,  # it has the end of the errors' pipe: this waits for both
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    process, loaded = done.stdout.split()
    assert (loaded, done.stderr, Path(f"/proc/{process}/exe").exists()) == ("False", "", False)


def test_a_verbose_text_report_can_go_to_a_file(grade, desk):
    """What is asked for is what is written, without colours."""
    code, out, _ = grade("check", str(ROOT / "solutions"), "-e", "relu", "-v", "--output", "report.txt")

    text = (desk / "report.txt").read_text(encoding="utf-8")
    assert (code, out) == (FULL_MARKS, "")
    assert "relu: all checks" in text
    assert "\x1b" not in text


def test_a_report_that_cannot_be_written_is_said(grade, desk):
    """The folder is not there."""
    code, _, err = grade("check", str(ROOT / "solutions"), "-e", "relu", "--output", "nowhere/report.txt")

    assert (code, "nowhere" in err) == (WRONG_USAGE, True)
