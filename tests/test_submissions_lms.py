"""Downloads of learning platforms: whose work is whose, which hand-in counts, in what order names come."""

import io
import zipfile

import pytest

from grader.submissions import Entry, Student, names, read_class

RELU = b"class Relu:\n    pass\n"
SIGMOID = b"class Sigmoid:\n    pass\n"


def fill(folder, files):
    """Write files, given by their paths, and the folders they need."""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def zipped(files):
    """A zip of files by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture(params=["folder", "zip"])
def download(request, tmp_path):
    """Lay files out as they are downloaded: unpacked by the instructor, or as they come."""

    def lay_out(files, name="download"):
        if request.param == "folder":
            return fill(tmp_path / name, files)
        (tmp_path / f"{name}.zip").write_bytes(zipped(files))
        return tmp_path / f"{name}.zip"

    return lay_out


def by_name(place):
    """The entries of a class; their names are those that were promised."""
    entries = {entry.submission.name: entry for entry in read_class(place)}
    assert names(place) == tuple(entries)
    return entries


def contents(entry: Entry):
    """What was kept of an entry, by name."""
    return {file.name: file.data for file in entry.submission.files}


# Moodle


def test_moodle_folders_hold_one_student_each(download):
    """The name may hold anything, commas and underscores too; the id stands behind it."""
    place = download(
        {
            "Kim Minsu_657737_assignsubmission_file_/relu.py": RELU,
            "김_민수_657738_assignsubmission_file_/relu (1).py": RELU,
            "O'Hara, Ann_657739_assignsubmission_file/homework.zip": zipped({"relu.py": RELU}),
            "Participant_657740_assignsubmission_file_/relu.py": RELU,
            "참가자_657741_assignsubmission_onlinetext_/onlinetext.html": b"<p>class Relu</p>",
            "Lee Sora_657742_assignsubmission_onlinetext_/onlinetext.html": b"<p>see file</p>",
            "Lee Sora_657742_assignsubmission_file_/relu.py": RELU,
        },
    )

    entries = by_name(place)

    assert {name: entry.students for name, entry in entries.items()} == {
        "Kim Minsu_657737_assignsubmission_file_": (Student(name="Kim Minsu", id="657737"),),
        "김_민수_657738_assignsubmission_file_": (Student(name="김_민수", id="657738"),),
        "O'Hara, Ann_657739_assignsubmission_file": (Student(name="O'Hara, Ann", id="657739"),),
        "Participant_657740_assignsubmission_file_": (Student(name="Participant", id="657740"),),
        "참가자_657741_assignsubmission_onlinetext_": (Student(name="참가자", id="657741"),),
        "Lee Sora_657742_assignsubmission_file_": (Student(name="Lee Sora", id="657742"),),
    }
    notes = {name: entry.submission.notes for name, entry in entries.items() if entry.submission.notes}
    assert notes == {
        "참가자_657741_assignsubmission_onlinetext_": (
            "Handed in as text typed into the web page, not as a file: `참가자_657741_assignsubmission_onlinetext_`",
        ),
    }
    assert contents(entries["O'Hara, Ann_657739_assignsubmission_file"]) == {"relu.py": RELU}


def test_moodle_without_folders_puts_the_student_before_each_file(download):
    """Files of one student make one submission, shown under their own names."""
    place = download(
        {
            "Kim_1_assignsubmission_file_relu.py": RELU,
            "Kim_1_assignsubmission_file_sigmoid.py": SIGMOID,
            "Kim_2_assignsubmission_file_relu.py": RELU,
            "Lee_3_assignsubmission_file_work.zip": zipped({"relu.py": RELU}),
        },
    )

    entries = by_name(place)

    assert {name: contents(entry) for name, entry in entries.items()} == {
        "Kim_1_assignsubmission_file_": {"relu.py": RELU, "sigmoid.py": SIGMOID},
        "Kim_2_assignsubmission_file_relu.py": {"relu.py": RELU},
        "Lee_3_assignsubmission_file_work.zip": {"relu.py": RELU},
    }
    assert entries["Kim_1_assignsubmission_file_"].students == (Student(name="Kim", id="1"),)


# Canvas


def test_a_file_named_as_if_moodle_had_found_it_elsewhere_stays_with_its_student(tmp_path):
    """Otherwise Kim would have two submissions, and a person would have to find out which is Kim's."""
    (tmp_path / "Kim_123_assignsubmission_file_relu.py").write_bytes(b"kim")
    (tmp_path / "Lee_124_assignsubmission_file_Kim_123_assignsubmission_file_relu.py").write_bytes(b"lee")

    found = {entry.students: [file.data for file in entry.submission.files] for entry in read_class(tmp_path)}

    assert found == {(Student(name="Kim", id="123"),): [b"kim"], (Student(name="Lee", id="124"),): [b"lee"]}


def test_canvas_files_of_one_student_are_put_together(download):
    """Late ones are marked; the name is empty where Canvas found no Latin letter; some are anonymous."""
    place = download(
        {
            "kimminsu_101_5001_relu.py": RELU,
            "kimminsu_101_5002_sigmoid.py": SIGMOID,
            "leesora_LATE_102_5003_my_relu_work.ipynb": b"{}",
            "_103_5004_relu.py": RELU,
            "anonymous_anon_x1Yz_5005_relu.py": RELU,
            "parkjimin_104_5006_homework.zip": zipped({"hw/relu.py": RELU}),
            "choi_105_text.html": b"<p>",
        },
    )

    entries = by_name(place)

    assert {name: (contents(entry), entry.students[0], entry.late) for name, entry in entries.items()} == {
        "kimminsu_101": ({"relu.py": RELU, "sigmoid.py": SIGMOID}, Student(name="kimminsu", id="101"), False),
        "leesora_LATE_102_5003_my_relu_work.ipynb": (
            {"my_relu_work.ipynb": b"{}"},
            Student(name="leesora", id="102"),
            True,
        ),
        "_103_5004_relu.py": ({"relu.py": RELU}, Student(id="103"), False),
        "anonymous_anon_x1Yz_5005_relu.py": ({"relu.py": RELU}, Student(name="anonymous", id="anon_x1Yz"), False),
        "parkjimin_104_5006_homework.zip": ({"hw/relu.py": RELU}, Student(name="parkjimin", id="104"), False),
        "choi_105_text.html": ({}, Student(name="choi", id="105"), False),
    }


def test_of_a_file_handed_in_again_the_last_counts(download):
    """Canvas numbers the name and the upload; the number of the upload decides."""
    place = download(
        {
            "kim_101_10002_relu-1.py": b"third",
            "kim_101_9999_relu-2.py": b"second",
            "kim_101_5001_relu.py": b"first",
            "kim_101_5002_sigmoid.py": SIGMOID,
            "kim_101_5003_part-1.py": b"",
            "kim_101_5004_part-2.py": b"",
            "lee_102_5005_work.zip": zipped({"relu.py": b"old"}),
            "lee_102_5006_work-1.zip": zipped({"relu.py": b"new"}),
        },
    )

    entries = by_name(place)

    assert contents(entries["kim_101"]) == {
        "relu-1.py": b"third",
        "sigmoid.py": SIGMOID,
        "part-1.py": b"",
        "part-2.py": b"",
    }
    assert entries["kim_101"].submission.notes == (
        "Handed in more than once; the last one counts, these do not: `kim_101_5001_relu.py`, `kim_101_9999_relu-2.py`",
    )
    assert contents(entries["lee_102"]) == {"relu.py": b"new"}


def test_a_few_other_files_do_not_hide_canvas(download):
    """They are submissions of their own, or none."""
    place = download(
        {
            "kim_101_5001_relu.py": RELU,
            "lee_102_5002_relu.py": RELU,
            "late hand-in.py": RELU,
            "roster.csv": b"",
        },
    )

    assert set(by_name(place)) == {"kim_101_5001_relu.py", "lee_102_5002_relu.py", "late hand-in.py"}


def test_numbers_in_a_name_alone_are_not_canvas(tmp_path):
    """One such file among others means nothing."""
    fill(tmp_path, {"lab_2026_11_relu.py": RELU, "kim.py": RELU, "lee.py": RELU})

    assert all(entry.students == () for entry in read_class(tmp_path))


# Gradescope

METADATA = """---
submission_301:
  :submitters:
  - :name: Kim Minsu
    :sid: '20260001'
    :email: minsu@example.edu
  :created_at: 2026-11-01 10:00:00.000000000 Z
  :score: 10.0
  :results:
    :tests:
    - :name: not a student
      :output: |-
        submission_999:
          :submitters:
  :history:
  - :id: 299
    :submitters:
    - :name: nobody
submission_302:
  :submitters:
  - :name: "Lee \\"Sora\\" \\uAE40"
    :sid: ''
    :email: sora@example.edu
  - :name: 'O''Hara, Ann: the second'
    :sid:
    :email: ~
  :created_at: 2026-11-02 10:00:00.000000000 Z
submission_303:
  :submitters:
  - :name: Kim Minsu
    :sid: '20260001'
    :email: minsu@example.edu
  :created_at: 2026-11-03 10:00:00.000000000 Z
"""


def test_gradescope_tells_who_handed_in(download):
    """Groups too; of several by the same student the last counts; folders that the list lacks are read as well."""
    place = download(
        {
            "assignment_7_export/submission_metadata.yml": METADATA.encode(),
            "assignment_7_export/submission_301/relu.py": b"old",
            "assignment_7_export/submission_302/sub/relu.py": RELU,
            "assignment_7_export/submission_303/relu.py": RELU,
            "assignment_7_export/submission_304/relu.py": RELU,
        },
    )

    entries = by_name(place)

    assert {name: entry.students for name, entry in entries.items()} == {
        "submission_302": (
            Student(name='Lee "Sora" 김', login="sora@example.edu"),
            Student(name="O'Hara, Ann: the second"),
        ),
        "submission_303": (Student(name="Kim Minsu", id="20260001", login="minsu@example.edu"),),
        "submission_304": (),
    }
    assert entries["submission_303"].submission.notes == (
        "Handed in more than once; the last one counts, these do not: `submission_301`",
    )


def test_a_gradescope_export_unpacked_into_its_own_folder_is_found(tmp_path):
    """Named itself, or the folder around it."""
    files = {"submission_metadata.yml": METADATA.encode(), "submission_302/relu.py": RELU}
    fill(tmp_path / "download" / "assignment_7_export", files)

    assert names(tmp_path / "download") == names(tmp_path / "download" / "assignment_7_export") == ("submission_302",)


@pytest.mark.parametrize(
    "metadata", [b"", b"\xff\xfe\x00", b"{}", METADATA.encode()[:150], b"submission_302:\n  x" * 9]
)
def test_a_list_that_makes_no_sense_costs_only_the_names(tmp_path, metadata):
    """The submissions are read all the same."""
    fill(tmp_path, {"submission_metadata.yml": metadata, "submission_302/relu.py": RELU})

    (entry,) = read_class(tmp_path)

    assert contents(entry) == {"relu.py": RELU}


def test_a_list_that_cannot_be_read_costs_only_the_names(tmp_path):
    """A link is not followed."""
    (tmp_path / "elsewhere.yml").write_bytes(METADATA.encode())
    fill(tmp_path / "class", {"submission_302/relu.py": RELU})
    (tmp_path / "class" / "submission_metadata.yml").symlink_to(tmp_path / "elsewhere.yml")

    (entry,) = read_class(tmp_path / "class")

    assert (entry.students, contents(entry)) == ((), {"relu.py": RELU})


# GitHub Classroom


def test_classroom_clones_are_named_after_logins(tmp_path):
    """The folder around them names the assignment; logins may hold hyphens."""
    place = fill(
        tmp_path / "layers-hw-submissions",
        {
            f"layers-hw-{login}/{path}": b""
            for login in ("kim-minsu", "kim-sora")
            for path in (".git/HEAD", "exercises/relu.py")
        },
    )

    entries = by_name(place)

    assert {name: entry.students for name, entry in entries.items()} == {
        "layers-hw-kim-minsu": (Student(login="kim-minsu"),),
        "layers-hw-kim-sora": (Student(login="kim-sora"),),
    }
    assert contents(entries["layers-hw-kim-sora"]) == {"exercises/relu.py": b""}


def test_clones_in_another_folder_have_the_assignment_in_common(tmp_path):
    """One alone tells nothing, and folders that are no clones have no logins."""
    clones = {f"layers-{login}/.git/HEAD": b"" for login in ("kim", "lee")}

    fill(tmp_path / "a", clones)
    assert [entry.students for entry in read_class(tmp_path / "a")] == [
        (Student(login="kim"),),
        (Student(login="lee"),),
    ]
    fill(tmp_path / "b", {"layers-kim/.git/HEAD": b""})
    assert [entry.students for entry in read_class(tmp_path / "b")] == [()]
    fill(tmp_path / "c", {"layers-kim/relu.py": b"", "layers-lee/relu.py": b""})
    assert [entry.students for entry in read_class(tmp_path / "c")] == [(), ()]


# In general


def test_notes_of_a_class_are_in_the_language_that_was_asked_for(tmp_path):
    """They are written where they arise."""
    fill(tmp_path, {"Kim_1_assignsubmission_onlinetext_/onlinetext.html": b""})

    (entry,) = read_class(tmp_path, language="ko")

    assert entry.submission.notes[0].startswith("파일이 아니라 웹 페이지에 입력한 글로 제출되었습니다: ")
