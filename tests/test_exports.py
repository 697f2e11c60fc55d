"""Scores into the learning platforms' own files: the right cells, and every other byte as it was."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import exports, sheets
from grader.exports import ColumnNotFound, OtherScale, Score
from grader.exports.gradebooks import GradeColumnNotFound
from grader.model import Report
from grader.store import Sender
from grader.submissions import Student

CANVAS = '''\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (77),Layers (78),Current Score,Final Score
    Points Possible,,,,,10.00,100.00,(read only),(read only)
"Kim, Minsu",101,20230001,minsu@uni.kr,"A, morning",9.50,,95.00,87.5
"O""Brien, Jo ""JJ""",102,20230002,jo@uni.kr,A,,55.00,,
"=cmd, Eve",103,20230003,eve@uni.kr,A,8.00,EX,,
이영희,104,20230004,young@uni.kr,B,7,,,
"Kim, Minsu",105,20230005,minsu2@uni.kr,B,6,,,
"Student, Test",900,,abc,A,,,,
'''
# What a Moodle that speaks Korean might write; the file begins with a byte order mark and has Windows line ends.
MOODLE = """\
식별자,성명,이메일 주소,상태,성적,최고 성적,성적 변경 가능,최종 수정일 (제출),최종 수정일 (성적),피드백 댓글
참여자 657737,김민수,minsu@uni.kr,채점을 위해 제출됨,,100.00,예,11월 3일 오전 9:00,-,
참여자 657738,"이, 영희",young@uni.kr,채점을 위해 제출됨,12.00,100.00,예,"11월 3일, 오전 10:00",-,"이미 적은 말, 그대로"
참여자 657739,김민수,minsu2@uni.kr,제출 안 함,,100.00,예,-,-,
""".replace("\n", "\r\n")


def student(**known):
    """Somebody who handed in alone."""
    return Sender(students=(Student(**known),))


def fill(data, platform, senders, scores=None, **wishes):
    """Fill a file; everyone has 87 points unless told otherwise."""
    known = {name: Score(score=87.0, max_score=100.0) for name in senders} | (scores or {})
    return exports.fill(sheets.read(data), platform, known, senders.items(), **wishes)


def differing(before, after):
    """The cells that differ, by row and column, with what stands there now; the rest of the bytes must be the same."""
    old, new = (list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) for data in (before, after))
    assert len(old) == len(new)
    return {
        (row, column): cell
        for row, cells in enumerate(new)
        for column, cell in enumerate(cells)
        if cell != old[row][column]
    }


def test_canvas_gets_its_cells_and_keeps_its_bytes():
    """By id; the awkward names and the other columns are as they were."""
    data = CANVAS.encode()
    senders = {"kimminsu_101": student(id="101"), "eve": student(id="103"), "lee": student(id="104")}
    filled = fill(data, "canvas", senders, column="Layers")

    assert filled.data == data.replace(b'"A, morning",9.50,,95', b'"A, morning",9.50,87,95').replace(
        "이영희,104,20230004,young@uni.kr,B,7,,,".encode(), "이영희,104,20230004,young@uni.kr,B,7,87,,".encode()
    )
    assert filled.rows == 2
    assert filled.column == "Layers (78)"
    assert [person.shown for person in filled.excused] == ["=cmd, Eve"]


@pytest.mark.parametrize("asked", ["Layers", "78", "Layers (78)"])
def test_a_column_is_named_by_its_title_its_number_or_both(asked):
    """Whatever the instructor has at hand."""
    filled = fill(CANVAS.encode(), "canvas", {"lee": student(id="104")}, column=asked)

    assert differing(CANVAS.encode(), filled.data) == {(5, 6): "87"}


def test_several_assignments_have_to_be_told_apart():
    """The columns that it could be are listed, and no others."""
    with pytest.raises(GradeColumnNotFound) as caught:
        fill(CANVAS.encode(), "canvas", {"lee": student(id="104")})

    assert caught.value.candidates == ("Homework 4 (77)", "Layers (78)")


def test_an_only_assignment_needs_no_name():
    """There is nothing to tell apart."""
    data = CANVAS.replace("Homework 4 (77)", "Notes").encode()

    assert fill(data, "canvas", {"lee": student(id="104")}).column == "Layers (78)"


def test_other_full_marks_are_refused_and_converted_when_asked():
    """87 of 100 is 8.7 of 10, never 87."""
    senders = {"lee": student(id="104")}
    with pytest.raises(OtherScale) as caught:
        fill(CANVAS.encode(), "canvas", senders, column="Homework 4")
    filled = fill(CANVAS.encode(), "canvas", senders, column="Homework 4", rescaled=True)

    assert (caught.value.theirs, caught.value.ours) == ("10.00", 100.0)
    assert differing(CANVAS.encode(), filled.data) == {(5, 5): "8.7"}
    assert [(one.shown, old, new) for one, old, new in filled.replaced] == [("이영희", "7", "8.7")]


def test_a_score_that_stands_there_already_is_not_written_anew():
    """55.00 stays 55.00."""
    scores = {"jo": Score(score=55.0, max_score=100.0)}
    filled = fill(CANVAS.encode(), "canvas", {"jo": student(id="102")}, scores, column="78")

    assert filled.data == CANVAS.encode()
    assert filled.rows == 1
    assert filled.replaced == ()


def test_what_was_not_decided_is_left_as_it_is():
    """The grader's fault is nobody's zero."""
    scores = {"jo": Score(score=None, max_score=100.0), "lee": Score(score=0.0, max_score=100.0)}
    filled = fill(CANVAS.encode(), "canvas", {"jo": student(id="102"), "lee": student(id="104")}, scores, column="78")

    assert differing(CANVAS.encode(), filled.data) == {(5, 6): "0"}
    assert filled.undecided == ("jo",)


def test_two_students_of_one_name_are_never_guessed():
    """With an id or a login each gets their own; by name alone neither gets anything, and both are listed."""
    known = fill(CANVAS.encode(), "canvas", {"a": student(id="105"), "b": student(id="101")}, column="78")
    by_login = fill(CANVAS.encode(), "canvas", {"a": student(login="MINSU2@uni.kr")}, column="78")
    by_name = fill(CANVAS.encode(), "canvas", {"a": student(name="Minsu Kim")}, column="78")

    assert differing(CANVAS.encode(), known.data) == {(2, 6): "87", (6, 6): "87"}
    assert differing(CANVAS.encode(), by_login.data) == {(6, 6): "87"}
    assert by_name.data == CANVAS.encode()
    assert [(doubt.submission, [person.ids[0] for person in doubt.people]) for doubt in by_name.doubts] == [
        ("a", ["101", "105"])
    ]


def test_canvas_names_are_found_as_canvas_writes_them_into_file_names():
    """Lower case, no spaces, no punctuation."""
    filled = fill(CANVAS.encode(), "canvas", {"a": student(name="obrienjojj")}, column="78")

    assert differing(CANVAS.encode(), filled.data) == {(3, 6): "87"}


def test_an_id_that_is_not_in_the_file_is_no_reason_to_go_by_name():
    """Not where other ids are: whoever has that id is somebody else."""
    senders = {"a": student(id="104"), "b": student(id="999", name="O'Brien, Jo")}
    filled = fill(CANVAS.encode(), "canvas", senders, column="78")

    assert differing(CANVAS.encode(), filled.data) == {(5, 6): "87"}
    assert [claim.submission for claim in filled.strangers] == ["b"]


def test_a_group_has_one_score():
    """Each member gets it."""
    group = Sender(students=(Student(id="101"), Student(id="104")))
    filled = fill(CANVAS.encode(), "canvas", {"team": group}, column="78")

    assert differing(CANVAS.encode(), filled.data) == {(2, 6): "87", (5, 6): "87"}


def test_two_submissions_of_one_student_are_a_doubt():
    """Which one counts is not for a program to say."""
    filled = fill(CANVAS.encode(), "canvas", {"a": student(id="104"), "b": student(id="104")}, column="78")

    assert filled.data == CANVAS.encode()
    assert [doubt.submission for doubt in filled.doubts] == ["a", "b"]


def test_a_korean_moodle_is_read_by_what_its_columns_are():
    """The byte order mark, the line ends and the quotes stay; a grade that was there is replaced and told."""
    data = b"\xef\xbb\xbf" + MOODLE.encode()
    senders = {"김민수_657737": student(id="657737"), "이영희": student(name="이, 영희", id="657738")}
    filled = fill(data, "moodle", senders)

    assert filled.data == data.replace("제출됨,,100.00".encode(), "제출됨,87,100.00".encode()).replace(
        b"12.00,100.00", b"87,100.00"
    )
    assert [(one.shown, old, new) for one, old, new in filled.replaced] == [("이, 영희", "12.00", "87")]
    assert [person.ids[0] for person in filled.absent] == ["657739"]


@pytest.mark.parametrize(
    "heading",
    [
        "Identifiant,Nom complet,Adresse,Statut,Note,Note maximale,Modifiable,Remis,Dernière modification (note),Mots",
        "a,b,c,d,e,f,g,h,i,j",
    ],
)
def test_a_moodle_in_any_language_is_read_by_what_its_cells_are(heading):
    """`Participant 657737` is who, and grades stand before the column that says what full marks are."""
    data = (heading + "\n" + MOODLE.split("\r\n", 1)[1]).replace("참여자", "Participant·e").encode()
    filled = fill(data, "moodle", {"x": student(id="657737")})

    assert differing(data, filled.data) == {(1, 4): "87"}


@pytest.mark.parametrize(
    "heading",
    [
        "First name,Last name,ID number,Institution,Email address,Assignment: Layers (CNN) (Real),Course total (Real)",
        "이름,성,ID 번호,기관,이메일 주소,과제: Layers (CNN) (실점수),강좌 총점 (실점수)",
    ],
)
def test_a_gradebook_of_moodle_is_filled_like_its_worksheet(heading):
    """By ID number, email or the name in two columns; a course total is no activity."""
    rows = '"민수",김,2023001,,minsu@uni.kr,-,-\r\n'
    rows += '"Jo ""JJ""",O\'Brien,2023002,,jo@uni.kr,55.00,-\r\nEve,Cho,9,,eve@uni.kr,-,-'
    data = f"{heading}\r\n{rows}"
    senders = {"a": student(name="김민수", id="657737"), "b": student(login="JO@uni.kr"), "c": student(name="Nobody")}

    filled = fill(data.encode("utf-8-sig"), "moodle", senders)

    assert differing(data.encode("utf-8-sig"), filled.data) == {(1, 5): "87", (2, 5): "87"}
    assert filled.data.startswith(b"\xef\xbb\xbf")
    assert [claim.submission for claim in filled.strangers] == ["c"]
    assert [person.shown for person in filled.absent] == ["Eve Cho"]
    two = data.replace("-,-\r\n", "-,-,-\r\n").replace("(Real)\r\n", "(Real),Assignment: Other (Real)\r\n")
    with pytest.raises(GradeColumnNotFound):
        fill(two.replace("(실점수)\r\n", "(실점수),과제: Other (실점수)\r\n").encode(), "moodle", senders)
    assert fill(data.encode(), "moodle", senders, column="Layers (CNN)").rows == 2


def test_feedback_goes_where_nothing_stands():
    """What an instructor wrote is not overwritten."""
    scores = {name: Score(score=87.0, max_score=100.0, feedback='relu: 18/20<br>- says "no", twice') for name in "ab"}
    filled = fill(MOODLE.encode(), "moodle", {"a": student(id="657737"), "b": student(id="657738")}, scores)

    assert differing(MOODLE.encode(), filled.data) == {
        (1, 4): "87",
        (1, 9): 'relu: 18/20<br>- says "no", twice',
        (2, 4): "87",
    }


@pytest.mark.parametrize(
    ("platform", "data"), [("canvas", MOODLE), ("moodle", CANVAS), ("moodle", ""), ("canvas", "a,b")]
)
def test_another_platforms_file_is_refused(platform, data):
    """Nothing is filled anywhere."""
    with pytest.raises(ColumnNotFound):
        fill(data.encode(), platform, {"x": student(id="101")})


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("cp949", b"")]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_writing_of_a_table_survives(encoding, mark, delimiter, end):
    """Encoding, mark, delimiter, line ends, odd quotes, blank lines, no line end at the end of the file."""
    rows = [
        "이름{0}점수{0}비고",
        "",
        '"김{0} 민수"{0}{0}"a ""b"" c"',
        'open"quote{0} 7 {0}',
        '"줄\n바꿈"{0}3{0}"끝"tail',
    ]
    data = mark + end.join(rows).format(delimiter).encode(encoding)
    sheet = sheets.read(data)

    assert sheet.changed({}) == data
    assert [sheet.value(row, 1) for row in range(4)] == ["점수", "", "7", "3"]
    assert [sheet.value(row, 0) for row in range(1, 4)] == [f"김{delimiter} 민수", 'open"quote', "줄\n바꿈"]
    assert sheets.read(sheet.changed({(1, 1): "87"})).value(1, 1) == "87"
    assert len(sheet.changed({(1, 1): "87"})) == len(data) + len("87".encode(encoding))


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6)


@given(rows=TABLES, end=st.sampled_from(["\n", "\r\n"]), value=CELLS, data=st.data())
@settings(derandomize=True, database=None, deadline=None, max_examples=300)
def test_one_changed_cell_is_all_that_changes(rows, end, value, data):
    """Whatever the csv module writes is read as it reads it, and written back with one cell changed."""
    rows = [["a", "b", *map(str, range(len(rows[0])))], *rows]
    stream = io.StringIO()
    csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    written = stream.getvalue().encode()
    sheet = sheets.read(written)
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[row]) - 1))

    assert [[cell.value for cell in cells] for cells in sheet.rows] == rows
    assert sheet.changed({}) == written
    rows[row][column] = value
    changed = sheet.changed({(row, column): value}).decode()
    assert list(csv.reader(io.StringIO(changed, newline=""))) == rows


def test_a_value_that_needs_quotes_gets_them():
    """And one that stood in quotes keeps them."""
    sheet = sheets.read(b'a,b\n1,"2"\n')

    assert sheet.changed({(1, 0): 'x,"y"', (1, 1): "3"}) == b'a,b\n"x,""y""","3"\n'


def test_bytes_of_no_encoding_are_no_table():
    """A picture, for one."""
    with pytest.raises(sheets.UnreadableTable):
        sheets.read(b"\x89PNG\r\n\x1a\n\x00\x00\xff")


def test_the_table_has_a_row_for_every_student():
    """Names that are formulas are made harmless; Excel is told that it is UTF-8."""
    report = Report(
        submission="=team",
        score=87.0,
        max_score=100.0,
        needs_review=False,
        seed=0,
        suite_digest="",
        grader_version="",
        digest="",
    )
    senders = {
        "=team": Sender(students=(Student(name="이, 영희", id="7"), Student(name='"JJ"', login="@jj")), late=True)
    }
    text = "".join(exports.lines([report], ("relu",), senders))

    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:]))) == [
        ["name", "id", "login", "late", "submission", "score", "max_score", "relu", "needs_review", "pitfalls"],
        ["이, 영희", "7", "", "true", "'=team", "87", "100", "", "false", ""],
        ['"JJ"', "", "'@jj", "true", "'=team", "87", "100", "", "false", ""],
    ]
