"""Who handed in nothing, and what is nobody's: rosters as people save them."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader import roster, sheets
from grader.cli import FULL_MARKS, WRONG_USAGE
from grader.store import Sender
from grader.submissions import Student

ROOT = Path(__file__).parent.parent


def listed(text, encoding="utf-8"):
    """The people of a list."""
    return roster.people(sheets.read(text.encode(encoding)))


def joined(text, senders):
    """Whose submission is whose, by names."""
    people = listed(text)
    found = roster.join(people, senders.items())
    by_row = {person.row: person.shown for person in people}
    return {
        "theirs": {by_row[row]: name for row, name in found.submissions.items()},
        "strangers": [claim.submission for claim in found.strangers],
        "doubts": [doubt.submission for doubt in found.doubts],
        "absent": [person.shown for person in found.absent],
    }


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("학번,이름,이메일\n2023001,김민수,minsu@uni.kr\n", "cp949"),
        ("학번,이름,이메일\n2023001,김민수,minsu@uni.kr\n", "utf-8-sig"),
        ("이메일;성명;학번\r\nminsu@uni.kr;김민수;2023001\r\n", "utf-8"),
        ("Email address\tFull name\tStudent ID\nminsu@uni.kr\t김민수\t2023001\n", "utf-16"),
        ("성,이름,학번,아이디\n김,민수,2023001,minsu@uni.kr\n", "utf-8"),
        ("이름,성,ID 번호,이메일 주소\n민수,김,2023001,minsu@uni.kr\n", "utf-8"),
        ("2026년 2학기 출석부,,,\n담당: 이영희,,,\n\n순번,학번,성명,이메일\n1,2023001,김민수,minsu@uni.kr\n", "cp949"),
        ("Student,ID,SIS Login ID\n    Points Possible,,\n김민수,2023001,minsu@uni.kr\n", "utf-8"),
    ],
)
def test_a_list_is_read_as_it_was_saved(text, encoding):
    """Whatever the columns are called, in whatever order, encoding and delimiter."""
    (person,) = listed(text, encoding)

    assert person.keys("id") == {"2023001"}
    assert person.keys("login") == {"minsu@uni.kr"}
    assert "김민수" in person.keys("name")


def test_a_list_that_names_no_column_is_refused():
    """What its first row says is told."""
    with pytest.raises(roster.NoColumnError, match="row, seat"):
        listed("row,seat\n1,2\n")


def test_everyone_is_found_by_what_is_known_of_them():
    """Id before login before name; a folder's own name is tried as each of them."""
    text = "id,login,name\n1,kim,김민수\n2,lee,Lee Younghee\n3,park,박철수\n4,choi,최지우\n"
    senders = {
        "x": Sender(students=(Student(id="1", name="somebody else"),)),
        "y": Sender(students=(Student(login="LEE"),)),
        "박철수": Sender(),
        "stranger": Sender(),
    }

    assert joined(text, senders) == {
        "theirs": {"김민수": "x", "Lee Younghee": "y", "박철수": "박철수"},
        "strangers": ["stranger"],
        "doubts": [],
        "absent": ["최지우"],
    }


def test_a_number_in_the_name_of_a_file_may_be_the_id():
    """`학번_이름` is how people name what they hand in; a number that nobody has is nobody's, whatever the name."""
    text = "학번,이름\n20231111,홍길동\n20232222,홍길동\n20233333,이영희\n20234444,박민수\n12,김하나\n20235555,최지우\n"
    names = ("20231111_홍길동.zip", "홍길동 (20232222)", "hw-12", "20239999_이영희", "team 20234444-20235555")

    people = listed(text)
    found = roster.join(people, dict.fromkeys(names, Sender()).items())

    assert {person.ids[0]: found.submissions.get(person.row) for person in people} == {
        "20231111": "20231111_홍길동.zip",
        "20232222": "홍길동 (20232222)",
        "20233333": None,
        "20234444": None,
        "12": None,
        "20235555": None,
    }
    assert [claim.submission for claim in found.strangers] == ["20239999_이영희", "hw-12"]
    assert [doubt.submission for doubt in found.doubts] == ["team 20234444-20235555"]


def test_an_archive_is_named_after_whoever_packed_it():
    """The ending is no part of a name."""
    senders = {"kim.zip": Sender(), "Lee Younghee.tar.gz": Sender(), "park.v2.ipynb": Sender()}

    assert joined("name\nKim\nLee Younghee\nPark\n", senders) == {
        "theirs": {"Kim": "kim.zip", "Lee Younghee": "Lee Younghee.tar.gz"},
        "strangers": ["park.v2.ipynb"],
        "doubts": [],
        "absent": ["Park"],
    }


def test_two_of_one_name_are_a_doubt_even_when_one_of_them_is_known():
    """By name alone it could be either; that the other one has handed in proves nothing."""
    senders = {"a": Sender(students=(Student(id="1"),)), "b": Sender(students=(Student(name="김 민수"),))}

    assert joined("id,name\n1,김민수\n2,김민수\n3,이영희\n", senders) == {
        "theirs": {},
        "strangers": [],
        "doubts": ["a", "b"],
        "absent": ["이영희"],
    }


def test_ids_of_another_platform_say_nothing():
    """Where nobody is found by id, names are tried."""
    senders = {"a": Sender(students=(Student(id="90001", name="Kim, Minsu"),))}

    assert joined("id,name\n1,Minsu Kim\n", senders)["theirs"] == {"Minsu Kim": "a"}


def grade(folder, *words):
    """Run a command."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *words, "--lang", "en"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_a_batch_tells_who_handed_in_nothing(tmp_path):
    """On the screen and as tables beside the grades."""
    for name in ("2023001", "모르는 사람", "=Kim Minsu"):
        (tmp_path / "class" / name).mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / "relu.py", tmp_path / "class" / name)
    text = '학번,이름\n2023001,김민수\n2023002,"이, 영희"\n2023003,Kim Minsu\n2023004,Kim Minsu\n'
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    done = grade(tmp_path, "batch", "class", "-o", "out", "--unsafe-no-sandbox", "--roster", "roster.csv")

    def table(name):
        with (tmp_path / "out" / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    assert done.returncode == FULL_MARKS
    assert "3 of 4 people on the list handed in" in done.stderr
    assert table("missing.csv") == [["name", "id", "login"], ["이, 영희", "2023002", ""]]
    assert table("unlisted.csv") == [
        ["submission", "name", "id", "login", "could_be"],
        ["모르는 사람", "", "", "", ""],
        ["'=Kim Minsu", "", "", "", "Kim Minsu, 2023003 | Kim Minsu, 2023004"],
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"\x89PNG\x00\xff", "is no CSV file"),
        (b"a,b\n", "says who somebody is"),
        (b"name\n", "nobody on"),
    ],
)
def test_a_list_that_cannot_be_used_stops_before_anything_is_graded(tmp_path, content, said):
    """The instructor is still at the screen then."""
    (tmp_path / "class" / "a").mkdir(parents=True)
    if content is not None:
        (tmp_path / "roster.csv").write_bytes(content)
    done = grade(tmp_path, "batch", "class", "-o", "out", "--unsafe-no-sandbox", "--roster", "roster.csv")

    assert done.returncode == WRONG_USAGE
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_part_of_a_class_takes_no_roster(tmp_path):
    """Everyone else would seem to be missing; `grade merge` takes one."""
    (tmp_path / "class" / "a").mkdir(parents=True)
    words = ("batch", "class", "-o", "out", "--unsafe-no-sandbox", "--shard", "1/2", "--roster", "roster.csv")
    done = grade(tmp_path, *words)

    assert done.returncode == WRONG_USAGE
    assert "`grade merge OUT PART... --roster FILE`" in done.stderr
