"""Names that survive JSON, terminals and every file system."""

import json
import random

import pytest

from grader.submissions import as_found, printable, safe_name

ODD = [
    "",
    "kim",
    "a\nb",
    "\udce9",
    "a\\x41",
    "\\x5cx41",
    "\\u202e",
    "\\",
    "\\\\x",
    "\x7f\x80\x9f",
    "\ufeff가",
    "👩\u200d💻",
    "\ud800",
]


@pytest.mark.parametrize("name", ODD)
def test_a_printable_name_can_be_brought_back(name):
    """No two names are written alike."""
    shown = printable(name)

    assert as_found(shown) == name
    assert json.loads(json.dumps(shown).encode("ascii")) == shown
    shown.encode("utf-8")


def test_any_mixture_can_be_brought_back():
    """Escapes inside escapes included; letters that make escapes are drawn often."""
    draw = random.Random(7)  # noqa: S311 - names, not keys
    letters = "\\xu05cdeé가\n\udc80\udcff\u202e\ud800"
    for _ in range(3000):
        name = "".join(draw.choices(letters, k=draw.randrange(12)))
        assert as_found(printable(name)) == name


@pytest.mark.parametrize(
    "name", ["kim", "kim.zip", "student-07", "김 민수", "Full Name_657737_assignsubmission_file_", "👩\u200d💻"]
)
def test_an_ordinary_name_stays_and_needs_no_escape(name):
    """People's names are not touched."""
    assert printable(name) == name
    assert safe_name(name, set()) == name


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "...", " ", "a/b", "/etc/passwd", "..\\up", "C:", "con", "CON.txt", "com1.zip", "LPT9", "a\0b",
        "a\nb", "end.", "end ", ".hidden", "x" * 300, "가" * 300, "a*?<>|", '"quoted"', "caf\udce9", "NUL", "CONIN$",
    ],
)  # fmt: skip
def test_a_file_name_is_one_that_every_system_takes(tmp_path, name):
    """It stays in its folder, is not reserved, and has room for an ending."""
    safe = safe_name(name, set())

    assert (tmp_path / safe).parent == tmp_path
    (tmp_path / f"{safe}.json").write_text("{}", encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == [f"{safe}.json"]
    assert len(safe.encode()) <= 143 - len(".json.tmp")
    assert safe.partition(".")[0].partition("~")[0].upper() not in {"CON", "NUL", "COM1", "LPT9", "CONIN$"}
    assert not safe.startswith(".")


def test_file_names_differ_where_a_file_system_might_not_see_it():
    """Case, composition, and names that become alike only when they are made safe."""
    found = ["Kim", "kim", "KIM", "a/b", "a:b", "a_b", "é", "e\u0301", "x" * 300, "x" * 301, "straße", "STRASSE"]
    taken: set[str] = set()

    safe = [safe_name(name, taken) for name in found]

    assert len({name.casefold() for name in safe}) == len(found)


def test_a_safe_name_does_not_depend_on_its_neighbours():
    """A second run, or another machine's share of the class, finds the same file."""
    assert safe_name("a/b", set()) == safe_name("a/b", {"x", "y"})
    assert safe_name("a/b", set()) != safe_name("a:b", set())
