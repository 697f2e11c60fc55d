"""Folders and files on disk as submissions: what counts, what is passed over, what a student is told."""

import difflib
import os
import socket
import tempfile
import unicodedata
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.model import SourceFile, Submission
from grader.submissions import (
    ReadingLimits,
    UnreadableSubmission,
    choose,
    exercises_meant,
    names,
    read,
    read_class,
)
from grader.submissions.entry import Allowance
from grader.submissions.remarks import Remarks
from grader.submissions.trees import CannotRead, FolderTree, OneFile

RELU = b"class Relu:\n    pass\n"
NOBODY = 65534


@pytest.fixture
def tmp_path():
    """A folder with a short path: a long one is cut in the middle where a message names it."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def fill(folder, files):
    """Write files, given by their paths, and the folders they need."""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def file_names(submission):
    """The names of what was kept, in its order."""
    return [file.name for file in submission.files]


@contextmanager
def ordinary_user(folder):
    """Act as somebody whom permissions hold, unlike root; stands in the folder, since what lies above is root's."""
    if os.geteuid() != 0:
        yield
        return
    folder.chmod(0o755)
    before = Path.cwd()
    os.chdir(folder)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.chdir(before)


def refusal(*paths, language="en"):
    """What a student is told who asks for these paths."""
    with pytest.raises(UnreadableSubmission) as caught:
        read(paths, language)
    return caught.value


# What counts


def test_a_folder_gives_the_bytes_of_its_source_files(tmp_path):
    """Scripts and notebooks are taken as they are, byte for byte, exercises before other files."""
    fill(tmp_path / "kim", {"layers.py": b"\xff\x00", "relu.py": RELU, "homework.ipynb": b"{}"})

    submission = read([tmp_path / "kim"])

    expected = (
        SourceFile(name="relu.py", data=RELU),
        SourceFile(name="homework.ipynb", data=b"{}"),
        SourceFile(name="layers.py", data=b"\xff\x00"),
    )
    assert submission == Submission(name="kim", files=expected)


@pytest.mark.parametrize(
    "path",
    [
        ".hidden.py",
        "._relu.py",
        ".ipynb_checkpoints/relu-checkpoint.ipynb",
        "__pycache__/relu.py",
        "__MACOSX/relu.py",
        "venv/lib/relu.py",
        ".venv/relu.py",
        "node_modules/relu.py",
        "test_relu.py",
        "relu_test.py",
        "conftest.py",
        "relu.pyc",
        "relu.py.bak",
        "relu.py~",
    ],
)
def test_what_editors_systems_and_tests_leave_behind_does_not_count(tmp_path, path):
    """Files that nobody handed in on purpose are passed over without a word."""
    fill(tmp_path, {"sigmoid.py": b"", path: RELU})

    submission = read([tmp_path])

    assert (file_names(submission), submission.notes) == (["sigmoid.py"], ())


def test_an_environment_is_known_by_its_mark_whatever_its_name(tmp_path):
    """A folder with a pyvenv.cfg holds other people's packages."""
    fill(tmp_path, {"relu.py": RELU, "myenv/pyvenv.cfg": b"", "myenv/lib/relu.py": b"", "myenv/x.py": b""})

    assert file_names(read([tmp_path])) == ["relu.py"]


def test_files_in_a_folder_of_the_submission_count(tmp_path):
    """A GitHub Classroom clone keeps them in exercises/, beside the kit's own folders."""
    fill(
        tmp_path,
        {
            "exercises/relu.py": RELU,
            "solutions/relu.py": b"not theirs",
            "grader/pitfalls/relu/leaky.py": b"not theirs",
            "tests/right/relu.py": b"not theirs",
            ".git/config": b"",
        },
    )

    assert file_names(read([tmp_path])) == ["exercises/relu.py"]


def test_of_two_files_of_one_name_the_shallowest_counts(tmp_path):
    """An old copy further down is left out, with a note."""
    fill(tmp_path, {"relu.py": RELU, "old/Relu.py": b"old", "old/notes.py": b""})

    submission = read([tmp_path])

    assert file_names(submission) == ["relu.py", "old/notes.py"]
    assert submission.notes == (
        "A file of the same name lies nearer to the top, so this one was left out: `old/Relu.py`",
    )


def test_names_are_shown_composed(tmp_path):
    """On macOS Hangul is written in pieces; reports write it whole."""
    name = unicodedata.normalize("NFD", "렐루.py")
    fill(tmp_path, {name: RELU})

    assert file_names(read([tmp_path])) == [unicodedata.normalize("NFC", "렐루.py")]


def test_links_are_not_followed(tmp_path):
    """A link could lead to another submission, or out of the folder."""
    fill(tmp_path / "kim", {"sigmoid.py": b""})
    fill(tmp_path / "lee", {"relu.py": RELU})
    (tmp_path / "kim" / "relu.py").symlink_to(tmp_path / "lee" / "relu.py")
    (tmp_path / "kim" / "all").symlink_to(tmp_path)
    (tmp_path / "kim" / "lost").symlink_to(tmp_path / "nowhere")

    submission = read([tmp_path / "kim"])

    assert file_names(submission) == ["sigmoid.py"]
    assert submission.notes == ("Links are not followed: `all`, `lost`, `relu.py`",)


def test_pipes_and_sockets_are_not_waited_for(tmp_path, monkeypatch):
    """A pipe named relu.py has no writer, and reading would never end."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("relu.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("affine.py")
        fill(tmp_path, {"sigmoid.py": b""})

        submission = read([tmp_path])

    assert file_names(submission) == ["sigmoid.py"]
    assert submission.notes == ("Neither a file nor a folder, so it was not read: `affine.py`, `relu.py`",)


# Limits


def test_a_file_of_50_megabytes_is_refused_unread(tmp_path):
    """Its size is enough to know."""
    fill(tmp_path, {"relu.py": RELU, "affine.py": b""})
    os.truncate(tmp_path / "affine.py", 50 << 20)

    submission = read([tmp_path])

    assert file_names(submission) == ["relu.py"]
    assert submission.notes == ("Larger than 1 MiB, so it was not read: `affine.py`",)


def test_a_notebook_may_be_larger_than_a_script(tmp_path):
    """Its plots are stored inside."""
    fill(tmp_path, {"homework.ipynb": b" " * (2 << 20)})

    assert len(read([tmp_path / "homework.ipynb"]).files) == 1


def test_files_beyond_the_limit_are_left_out_and_the_best_are_kept(tmp_path):
    """Those named after exercises come first, then those near the top."""
    fill(tmp_path, {f"part{number}.py": b"" for number in range(5)} | {"deep/down/relu.py": RELU})

    submission = read([tmp_path], limits=ReadingLimits(files=2))

    assert file_names(submission) == ["deep/down/relu.py", "part0.py"]
    assert submission.notes == (
        "Only 2 source files are read; left out: `part1.py`, `part2.py`, `part3.py` and 1 more",
    )


def test_a_submission_is_read_up_to_its_total(tmp_path):
    """What fits is kept."""
    fill(tmp_path, {"affine.py": b"x" * 60, "relu.py": b"x" * 60, "sigmoid.py": b"x" * 30})

    submission = read([tmp_path], limits=ReadingLimits(total_bytes=100))

    assert file_names(submission) == ["affine.py", "sigmoid.py"]
    assert submission.notes == ("All files together are larger than 100 B; left out: `relu.py`",)


def test_a_flood_of_files_ends_the_search(tmp_path):
    """The first level is seen before the second."""
    fill(tmp_path, {"relu.py": RELU} | {f"data/{number}.bin": b"" for number in range(30)})

    submission = read([tmp_path], limits=ReadingLimits(entries=10))

    assert file_names(submission) == ["relu.py"]
    assert submission.notes == (
        "Only the first 10 files and folders were looked at; the rest was left out from `data` on",
    )


def test_a_flood_beside_the_exercises_does_not_hide_them(tmp_path):
    """Which of them a system lists first is chance; the names that are asked for are looked for."""
    fill(
        tmp_path, {"relu.py": RELU, "softmax_with_loss.ipynb": b"{}"} | {f"{number}.png": b"" for number in range(200)}
    )
    os.mkfifo(tmp_path / "sigmoid.py")

    submission = read([tmp_path], limits=ReadingLimits(entries=10))

    assert file_names(submission) == ["relu.py", "softmax_with_loss.ipynb"]
    assert [note.partition(";")[0] for note in submission.notes] == [
        "Only the first 10 files and folders were looked at",
        "Neither a file nor a folder, so it was not read: `sigmoid.py`",
    ]


def test_endless_nesting_is_not_followed(tmp_path):
    """Folders are looked into up to a depth."""
    fill(tmp_path, {"relu.py": RELU, "a/b/c/d/sigmoid.py": b""})

    submission = read([tmp_path], limits=ReadingLimits(depth=3))

    assert file_names(submission) == ["relu.py"]
    assert submission.notes == ("Not looked into, since it lies more than 3 folders deep: `a/b/c`",)


# Candidates


@pytest.mark.parametrize(
    ("name", "exercise"),
    [
        ("relu.py", "relu"),
        ("Relu.PY", "relu"),
        ("ReLU.py", "relu"),
        ("relu (1).py", "relu"),
        ("relu(2).py", "relu"),
        ("relu-2.py", "relu"),
        ("relu_v3.py", "relu"),
        ("relu - Copy.py", "relu"),
        ("relu - Copy (2).py", "relu"),
        ("Copy of relu.ipynb", "relu"),
        ("relu - 복사본.py", "relu"),
        ("relu_최종_수정.py", "relu"),
        ("relu_final_final2.py", None),
        ("relu_final_final_2.py", "relu"),
        ("relu.py.txt", "relu"),
        ("\uff52\uff45\uff4c\uff55.py", "relu"),
        ("softmaxwithloss.py", "softmax_with_loss"),
        ("SoftmaxWithLoss.ipynb", "softmax_with_loss"),
        ("softmax-with-loss.py", "softmax_with_loss"),
        ("Softmax With Loss (3).py", "softmax_with_loss"),
        ("relu6.py", None),
        ("rellu.py", None),
        ("softmax.py", None),
        ("layers.py", None),
        ("1.py", None),
        ("()().py", None),
        ("relu", None),
        ("relu.txt", None),
        ("_" * 300 + "relu.py", None),
    ],
)
def test_a_file_is_named_after_an_exercise_in_spite_of_editors_and_browsers(tmp_path, name, exercise):
    """What they append, capitalise or separate does not change what is meant."""
    assert exercises_meant([tmp_path / name]) == ((exercise,) if exercise else ())


def test_the_file_named_after_the_exercise_is_searched_first():
    """Then those that are named after none; those of other exercises are left to them."""
    files = [SourceFile(name=name, data=b"") for name in ("affine.py", "sigmoid.py", "homework.ipynb", "layers.py")]
    submission = Submission(name="kim", files=tuple(files))

    candidates = choose(submission, "sigmoid")

    assert [file.name for file in candidates.files] == ["sigmoid.py", "homework.ipynb", "layers.py"]
    assert candidates.notes == ()


@pytest.mark.parametrize("source", ["class Relu: ...\nclass Affine: ...\n", "class Afine: ...\n", "Affine = Dense\n"])
def test_files_of_other_exercises_are_searched_when_they_speak_of_the_class(source):
    """Some students keep all classes in one file; some misspell a name."""
    for encoding in ("utf-8", "utf-16"):
        submission = Submission(name="kim", files=(SourceFile(name="relu.py", data=source.encode(encoding)),))

        assert choose(submission, "affine").files == submission.files


def test_a_file_that_does_not_speak_of_the_class_is_not_where_it_is_missing_from():
    """A `relu.py` that cannot be read, or a broken helper beside it, says nothing about Affine."""
    files = (SourceFile(name="relu.py", data=b"class Relu:"), SourceFile(name="plots.py", data=b"def ("))

    assert choose(Submission(name="kim", files=files[:1]), "affine").files == ()
    assert choose(Submission(name="kim", files=files), "affine").files == ()
    assert choose(Submission(name="kim", files=files[1:]), "affine").files == files[1:]


def test_a_class_with_an_endless_name_is_not_compared(monkeypatch):
    """Files are chosen in the judge: forty of one name of a megabyte each took it minutes."""
    compared = []
    ratio = difflib.SequenceMatcher.ratio
    monkeypatch.setattr(
        difflib.SequenceMatcher, "ratio", lambda pair: compared.append(len(pair.a) * len(pair.b)) or ratio(pair)
    )
    names = [b"a" * 1_000_000, *(b"A%dffine" % number for number in range(3000))]
    definitions = [b"class " + name + b": pass\n" for name in names]
    files = [SourceFile(name=f"work{number}.py", data=data) for number, data in enumerate(definitions[:40])]
    many = SourceFile(name="many.py", data=b"".join(definitions))
    choose(Submission(name="x", files=(*files, many)), "relu")
    assert max(compared) < 1000
    assert len(compared) < 500


def test_the_file_that_speaks_of_the_class_is_searched_first():
    """The others stay: it may import from them."""
    files = tuple(
        SourceFile(name=name, data=data)
        for name, data in (
            ("relu.py", b""),
            ("a.py", b"x = 1"),
            ("z.ipynb", b"class Affine"),
            ("sigmoid.py", b"affine"),
        )
    )

    candidates = choose(Submission(name="kim", files=files), "affine")

    assert [file.name for file in candidates.files] == ["z.ipynb", "sigmoid.py", "a.py"]


def test_a_name_that_is_nearly_right_gets_a_remark(tmp_path):
    """The student learns which file was read, and which was not."""
    fill(tmp_path, {"Relu.PY": RELU, "relu (1).py": RELU})

    candidates = choose(read([tmp_path]), "relu")

    assert [file.name for file in candidates.files] == ["Relu.PY", "relu (1).py"]
    assert candidates.notes == (
        "`Relu.PY` was read in place of `relu.py`",
        (
            "`Relu.PY` is graded; `relu (1).py` has the same name but for its ending or its folder, "
            "and is looked at only where the class is not there or not begun"
        ),
    )


def test_candidates_of_an_empty_submission_are_none():
    """Nothing to search is no error."""
    assert choose(Submission(name="kim", files=()), "relu").files == ()


def test_files_on_the_command_line_narrow_the_exercises_when_all_are_named_after_one(tmp_path):
    """One that is not may hold anything."""
    fill(tmp_path, {"relu.py": b"", "Affine.py": b"", "homework.ipynb": b""})

    assert exercises_meant([tmp_path / "relu.py", tmp_path / "Affine.py"]) == ("relu", "affine")
    assert exercises_meant([tmp_path / "relu.py", tmp_path / "homework.ipynb"]) == ()
    assert exercises_meant([tmp_path]) == ()


# What a student at the desk is told


def test_several_files_make_one_submission(tmp_path):
    """It is called after the folder of the first; files of one name are told apart."""
    fill(tmp_path / "kim", {"relu.py": RELU, "a/notes.py": b"", "b/notes.py": b""})
    folder = tmp_path / "kim"

    submission = read([folder / "relu.py", folder / "a/notes.py", folder / "b/notes.py"])

    assert submission.name == "kim"
    assert len(submission.files) == 3


def test_one_file_is_a_submission_of_its_name(tmp_path):
    """A link that the student names is meant."""
    fill(tmp_path, {"stored.py": RELU})
    (tmp_path / "relu.py").symlink_to(tmp_path / "stored.py")

    assert read([tmp_path / "relu.py"]) == Submission(name="relu.py", files=(SourceFile(name="relu.py", data=RELU),))


def test_without_paths_the_exercises_here_are_read(tmp_path, monkeypatch):
    """Else the folder one stands in."""
    monkeypatch.chdir(fill(tmp_path, {"relu.py": RELU}))
    assert file_names(read([])) == ["relu.py"]

    fill(tmp_path, {"exercises/sigmoid.py": b""})
    assert file_names(read([])) == ["sigmoid.py"]


def test_a_path_that_is_not_there_names_the_nearest(tmp_path):
    """A slip of the finger is the usual reason."""
    fill(tmp_path / "homework", {"relu.py": RELU})

    problem = refusal(tmp_path / "homewrk")

    assert problem.message == f"`{tmp_path}/homewrk` is not there"
    assert problem.hint == f"did you mean `{tmp_path}/homework`?"
    assert str(problem) == f"{problem.message}\n\nhint: {problem.hint}"


@pytest.mark.parametrize("target", ["nowhere.py", "relu.py"])
def test_a_link_that_leads_nowhere_is_no_misspelt_name(tmp_path, target):
    """Also one that leads to itself."""
    (tmp_path / "relu.py").symlink_to(target)

    with pytest.raises(UnreadableSubmission) as caught:
        read([tmp_path / "relu.py"])

    assert "relu.py` is a link" in caught.value.message
    assert "did you mean" not in caught.value.hint


def test_a_path_that_cannot_exist_is_not_there(tmp_path):
    """Not even the system can look for a name with a zero byte."""
    assert "is not there" in refusal(Path("a\0b")).message
    assert "is not there" in refusal(tmp_path / "nowhere" / "relu.py").message


def test_a_folder_without_sources_says_what_is_there_and_how_to_rename_it(tmp_path):
    """The command can be pasted."""
    fill(tmp_path / "my homework", {"relu.txt": RELU, "photo.png": b""})

    problem = refusal(tmp_path / "my homework")

    assert problem.message.splitlines() == [
        f"There is no Python file and no notebook in `{tmp_path}/my homework`",
        "No Python file and no notebook was handed in; found: `photo.png`, `relu.txt`",
    ]
    assert problem.hint == f"`mv '{tmp_path}/my homework/relu.txt' '{tmp_path}/my homework/relu.py'`"


def test_an_empty_folder_is_said_to_be_empty(tmp_path):
    """With what was expected instead."""
    problem = refusal(tmp_path)

    assert problem.message.splitlines()[1] == "Nothing was handed in: there is no file in it"
    assert "`softmax_with_loss.py`" in problem.hint


def test_a_folder_of_other_peoples_programs_is_not_graded(tmp_path):
    """In the wrong folder there are Python files, but none with a layer."""
    fill(tmp_path, {"main.py": b"print(1)", "sigmiod.py": b""})

    problem = refusal(tmp_path)

    assert "Python files found: `main.py`, `sigmiod.py`; expected `relu.py`" in problem.message
    assert problem.hint == f"`mv {tmp_path}/sigmiod.py {tmp_path}/sigmoid.py`"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp949"])
def test_a_layer_in_a_file_of_any_name_is_enough(tmp_path, encoding):
    """One file with all classes may be called what it likes, in any encoding."""
    fill(tmp_path, {"과제.py": "# 과제\nclass softmaxWithLoss:\n".encode(encoding)})

    assert len(read([tmp_path]).files) == 1


def test_a_folder_named_like_a_file_is_pointed_out(tmp_path):
    """In the folder, and when it is named itself; where the file exists elsewhere it costs nothing."""
    (tmp_path / "relu.py").mkdir()
    fill(tmp_path, {"sigmoid.py": b""})

    for asked in (tmp_path, tmp_path / "relu.py"):
        problem = refusal(asked)
        assert problem.message == f"`{tmp_path}/relu.py` is a folder; expected a file of this name"
        assert problem.hint == f"give the folder another name: `mv {tmp_path}/relu.py {tmp_path}/relu`"

    fill(tmp_path, {"relu.py/relu.py": RELU})
    submission = read([tmp_path])
    assert file_names(submission) == ["sigmoid.py", "relu.py/relu.py"]
    assert submission.notes == ("A folder has the name of a Python file: `relu.py`",)


def test_two_files_for_one_exercise_are_both_named(tmp_path):
    """Neither is preferred when the student named both."""
    fill(tmp_path, {"relu.py": RELU, "old/Relu.py": RELU})

    problem = refusal(tmp_path / "relu.py", tmp_path / "old/Relu.py")

    assert problem.message == (
        f"`{tmp_path}/relu.py` and `{tmp_path}/old/Relu.py` are both named after the exercise `relu`"
    )


def test_a_folder_and_a_file_are_not_one_submission(tmp_path):
    """A submission is one or the other."""
    fill(tmp_path, {"relu.py": RELU})

    assert "is a folder, and there are other paths beside it" in refusal(tmp_path, tmp_path / "relu.py").message


def test_a_file_of_another_kind_is_refused_with_the_command_to_rename_it(tmp_path):
    """Where its name tells what it might be."""
    fill(tmp_path, {"relu.docx": b"PK", "essay.docx": b"PK"})

    assert refusal(tmp_path / "relu.docx").hint == f"`mv {tmp_path}/relu.docx {tmp_path}/relu.py`"
    assert "expected `relu.py`" in refusal(tmp_path / "essay.docx").hint


def test_a_file_that_is_too_large_is_refused_at_the_desk(tmp_path):
    """There is nothing else to grade."""
    fill(tmp_path, {"relu.py": b""})
    os.truncate(tmp_path / "relu.py", 50 << 20)

    assert refusal(tmp_path / "relu.py").message == "Larger than 1 MiB, so it was not read: `relu.py`"


def test_a_file_without_permission_is_named_with_the_command_that_gives_it(tmp_path):
    """Named itself, or found in a folder."""
    fill(tmp_path, {"homework/relu.py": RELU})
    (tmp_path / "homework" / "relu.py").chmod(0)

    with ordinary_user(tmp_path):
        in_folder = refusal(Path("homework"))
        by_itself = refusal(Path("homework/relu.py"))

    for problem in (in_folder, by_itself):
        assert problem.message == "There is no permission to read `homework/relu.py`"
        assert problem.hint == "`chmod u+r homework/relu.py`"


def test_a_file_in_a_closed_folder_is_reached_by_opening_the_folder(tmp_path):
    """The file's own permissions are not even known."""
    fill(tmp_path, {"homework/relu.py": RELU})
    (tmp_path / "homework").chmod(0)

    with ordinary_user(tmp_path):
        problem = refusal(Path("homework/relu.py"))

    (tmp_path / "homework").chmod(0o700)
    assert problem.message == "There is no permission to read `homework/relu.py`"
    assert problem.hint == "`chmod u+rx homework`"


def test_a_folder_without_permission_is_named(tmp_path):
    """A private one beside the exercises costs nothing."""
    fill(tmp_path, {"homework/relu.py": RELU, "homework/diary/today.txt": b""})
    (tmp_path / "homework" / "diary").chmod(0)

    with ordinary_user(tmp_path):
        submission = read([Path("homework")])
        (problem,) = [refusal(Path("homework/diary"))]

    assert file_names(submission) == ["relu.py"]
    assert submission.notes == ("There is no permission to read `diary`",)
    assert problem.hint == "`chmod u+rx homework/diary`"


def test_a_korean_student_is_told_in_korean(tmp_path):
    """The same places, seen and expected."""
    problem = refusal(tmp_path / "relu.py", language="ko")

    assert problem.message == f"`{tmp_path}/relu.py`을(를) 찾을 수 없습니다"


# A class


def test_every_entry_of_a_folder_is_a_submission_under_its_own_name(tmp_path):
    """Folders, files and whatever else somebody handed in; what lies beside them is none."""
    fill(
        tmp_path,
        {
            "student-07/relu.py": RELU,
            "lee.py": b"class Sigmoid: ...",
            "박지민.ipynb": b"{}",
            "essay.pdf": b"%PDF",
            "README.md": b"",
            "roster.csv": b"",
            ".DS_Store": b"",
            "~$report.docx": b"",
        },
    )
    (tmp_path / "nothing").mkdir()

    entries = list(read_class(tmp_path))

    found = {entry.submission.name: file_names(entry.submission) for entry in entries}
    assert found == {
        "student-07": ["relu.py"],
        "lee.py": ["lee.py"],
        "박지민.ipynb": ["박지민.ipynb"],
        "essay.pdf": [],
        "nothing": [],
    }
    assert names(tmp_path) == tuple(found)
    assert names(tmp_path) == tuple(sorted(found))
    notes = {entry.submission.name: entry.submission.notes for entry in entries if entry.submission.notes}
    assert notes == {
        "essay.pdf": ("No Python file and no notebook was handed in; found: `essay.pdf`",),
        "nothing": ("Nothing was handed in: there is no file in it",),
    }


def test_nothing_stops_a_class(tmp_path):
    """Links, pipes, locked folders and oversized files cost their own submission a note."""
    fill(tmp_path, {"ok/relu.py": RELU, "locked/relu.py": RELU, "half/relu.py": RELU, "half/affine.py": RELU})
    (tmp_path / "elsewhere").symlink_to("/")
    (tmp_path / "broken").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.py")
    fill(tmp_path, {"large.py": b""})
    os.truncate(tmp_path / "large.py", 50 << 20)
    (tmp_path / "locked").chmod(0)
    (tmp_path / "half" / "relu.py").chmod(0)

    with ordinary_user(tmp_path):
        entries = list(read_class(Path()))

    assert {entry.submission.name: (file_names(entry.submission), entry.submission.notes) for entry in entries} == {
        "broken": ([], ("Links are not followed: `broken`",)),
        "elsewhere": ([], ("Links are not followed: `elsewhere`",)),
        "half": (["affine.py"], ("There is no permission to read `relu.py`",)),
        "large.py": ([], ("Larger than 1 MiB, so it was not read: `large.py`",)),
        "locked": ([], ("There is no permission to read `.`",)),
        "ok": (["relu.py"], ()),
        "pipe.py": ([], ("Neither a file nor a folder, so it was not read: `pipe.py`",)),
    }
    # What the machine could not read is no fault of the students.
    assert [entry.submission.name for entry in entries if entry.submission.unread] == ["half", "locked"]


def test_odd_names_survive_and_can_be_brought_back(tmp_path):
    """A file system takes any byte but two; names stay printable, unique and reversible."""
    odd = ["a\nb", "caf\udce9", "tab\there", "\x1b[31mred", "back\\x5cslash", "rtl\u202etxt", "=cmd()", "가", "a'b`c"]
    for name in odd:
        fill(tmp_path / name, {"relu.py": RELU})

    found = names(tmp_path)

    assert len(set(found)) == len(odd)
    assert all(name.isprintable() for name in found)
    assert [entry.submission.name for entry in read_class(tmp_path)] == list(found)
    assert all(file_names(entry.submission) == ["relu.py"] for entry in read_class(tmp_path))


def test_a_class_is_read_one_entry_at_a_time(tmp_path):
    """What is not asked for is not opened."""
    fill(tmp_path, {f"{number:02}/relu.py": RELU for number in range(20)})
    entries = read_class(tmp_path)

    assert next(entries).submission.name == "00"
    for file in tmp_path.glob("*/relu.py"):
        file.write_bytes(b"changed since")

    assert next(entries).submission.files[0].data == b"changed since"


@pytest.mark.parametrize("name", ["relu.py", "class.7z", "essay.txt", "nowhere"])
def test_a_class_that_cannot_be_opened_is_one_clear_error(tmp_path, name):
    """Before the first submission, not in the middle."""
    if name != "nowhere":
        fill(tmp_path, {name: b"7z\xbc\xaf\x27\x1c" if name.endswith("7z") else b"class Relu: ..."})

    with pytest.raises(UnreadableSubmission) as caught:
        names(tmp_path / name)

    assert f"`{tmp_path}/{name}`" in caught.value.message
    assert caught.value.hint


def test_a_class_without_permission_is_one_clear_error(tmp_path):
    """The folder itself, or the archive."""
    fill(tmp_path, {"folder/kim/relu.py": RELU, "class.zip": b"PK"})
    (tmp_path / "folder").chmod(0)
    (tmp_path / "class.zip").chmod(0)

    with ordinary_user(tmp_path):
        for name in ("folder", "class.zip"):
            with pytest.raises(UnreadableSubmission, match=f"There is no permission to read `{name}`"):
                names(Path(name))


def test_a_fault_of_the_reader_costs_one_submission_a_look(tmp_path):
    """Here the limits make no sense; the class goes on."""
    fill(tmp_path, {"a/relu.py": RELU, "b/relu.py": RELU})

    found = [entry.submission for entry in read_class(tmp_path, ReadingLimits(files="many"))]

    assert [submission.notes for submission in found] == [
        ("The grader itself could not read this (`TypeError`); a person has to look at it",),
    ] * 2


def test_what_changes_while_it_is_read_is_noticed(tmp_path):
    """Files that go, or that become links or pipes between the look and the reading."""
    fill(tmp_path, {"gone.py": b"", "link.py": b"", "pipe.py": b"", "grown.py": b"", "secret.txt": b"secret"})
    tree = FolderTree(tmp_path, ReadingLimits())
    found = {file.path: file for file in tree.listing(Remarks("en"), Allowance(ReadingLimits()))}
    for name in ("gone.py", "link.py", "pipe.py"):
        (tmp_path / name).unlink()
    (tmp_path / "link.py").symlink_to("secret.txt")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "grown.py").write_bytes(b"x" * 5000)

    kinds = {}
    for name in ("gone.py", "link.py", "pipe.py"):
        with pytest.raises(CannotRead) as caught:
            tree.read(found[name], 100)
        kinds[name] = caught.value.kind

    assert kinds == {"gone.py": "vanished", "link.py": "vanished", "pipe.py": "special"}
    assert len(tree.read(found["grown.py"], 100)) == 101


def test_a_folder_that_is_no_longer_there_is_noticed(tmp_path):
    """Or that has never been one."""
    remarks, allowance = Remarks("en"), Allowance(ReadingLimits())

    assert list(FolderTree(tmp_path / "gone", ReadingLimits()).listing(remarks, allowance)) == []
    assert list(OneFile(tmp_path / "gone.py").listing(remarks, allowance)) == []
    assert remarks.names("vanished") == (".", "gone.py")


def test_a_class_without_entries_is_an_error(tmp_path):
    """Most likely another folder was meant."""
    fill(tmp_path, {"README.md": b"", ".git/config": b""})

    with pytest.raises(UnreadableSubmission) as caught:
        list(read_class(tmp_path, language="ko"))

    assert caught.value.message == f"`{tmp_path}`에 제출물이 없습니다"
