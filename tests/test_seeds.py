"""The table of `docs/seeds.md` speaks of exercises, checks and mistakes that are there."""

import re
from pathlib import Path

import pytest

from grader import catalogue, pitfalls, texts
from grader.diagnosis.rehearsal import suite

PAGE = Path(__file__).parents[1] / "docs" / "seeds.md"
EXERCISES = catalogue.exercises()


def rows():
    """Exercises, checks and mistakes of each row."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 5 and cells[0] not in {"article", "---"}:
            yield cells[1], cells[2], cells[3], cells[4]


@pytest.mark.parametrize(("what", "exercises", "checks", "mistakes"), list(rows()))
def test_every_name_in_a_row_exists(what, exercises, checks, mistakes):
    """Checks belong to the row's exercises; a mistake is in the collection or a symptom with words of its own."""
    ids = list(EXERCISES) if exercises == "all" else exercises.split(", ")
    known = {f.check.id.split("/")[1] for id in ids for f in suite(EXERCISES[id].suite)}
    assert set(re.findall(r"`([a-z]\w*_\w+)`", checks)) <= known
    for id, slug in re.findall(r"`([\w*]+)/([\w-]+)`", mistakes):
        entry = id in EXERCISES and f"{id}/{slug}" in pitfalls.entries(id)
        assert entry or texts.find(f"symptom.{slug}.title") or texts.find(f"symptom.{slug}.near.title"), f"{id}/{slug}"


def test_every_exercise_of_the_kit_has_a_row():
    """None of them comes from nowhere."""
    named = {id for _, exercises, _, _ in rows() for id in exercises.split(", ")}
    assert set(EXERCISES) <= named
