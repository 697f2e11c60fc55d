"""The store: rows by name, what a run met, who may write, what is refused."""

import contextlib
import json
import sqlite3

import pytest

from grader.model import Report
from grader.store import Sender, Store, StoreBusyError, StoreError, renamed
from grader.submissions import Student

BASIS = {"seed": "0", "suite_digest": "abc"}
OTHER = BASIS | {"seed": "1"}


def text(name, score=1.0):
    """A report as it is kept."""
    report = Report(
        submission=name,
        score=score,
        max_score=100.0,
        needs_review=False,
        seed=0,
        suite_digest="abc",
        grader_version="0",
        digest="def",
    )
    return json.dumps(report.to_json())


def put(store, name, *, score=1.0, key="k", basis=BASIS, sender=None):
    """Keep a report under its name."""
    store.put(name, text(name, score), f"{key}-{name}", basis, sender or Sender())


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    with Store(tmp_path / "store.sqlite") as opened:
        yield opened


def test_reports_come_back_in_the_order_of_their_names(store):
    """Whoever was put first, and however many there are."""
    names = [f"student-{number:03}" for number in range(250)]
    with store.run():
        for name in reversed(names):
            put(store, name)

    assert store.names() == names
    assert [report.submission for report in store.reports()] == names


def test_a_run_that_gets_to_its_end_knows_who_is_gone(store):
    """Those that it neither kept nor put are absent, and come back with their report when they are there again."""
    with store.run():
        put(store, "stays")
        put(store, "leaves")
    with store.run():
        assert store.keep("stays", "k-stays", Sender())

    assert (store.names(), store.absent()) == (["stays"], ["leaves"])
    with store.run():
        assert store.keep("leaves", "k-leaves", Sender())
    assert store.names() == ["leaves"]


def test_a_run_that_ends_early_leaves_everyone_present(store):
    """A killed run must not make half the class look as if it had left."""
    with store.run():
        put(store, "a")
        put(store, "b")
    with contextlib.suppress(KeyboardInterrupt), store.run():
        put(store, "c")
        raise KeyboardInterrupt

    assert store.names() == ["a", "b", "c"]


def test_a_run_that_ended_early_is_known_until_one_gets_to_its_end(store):
    """Whoever reads the store can say so."""
    assert store.is_whole
    with contextlib.suppress(KeyboardInterrupt), store.run():
        raise KeyboardInterrupt
    assert not store.is_whole
    with store.run():
        assert not store.is_whole
    assert store.is_whole


def test_a_report_is_kept_only_under_its_own_key(store):
    """Other sources, other suites, another seed: it has to be graded again."""
    with store.run():
        put(store, "a", key="old")

        assert not store.keep("a", "new-a", Sender())
        assert not store.keep("b", "old-a", Sender())
        assert store.keep("a", "old-a", Sender())


def test_a_twin_gets_the_same_report_under_its_own_name(store):
    """Nothing else differs."""
    with store.run():
        put(store, "a", score=7.0)
    twin = store.twin("k-a", "쌍둥이")

    assert json.loads(twin) == json.loads(text("a", 7.0)) | {"submission": "쌍둥이"}
    assert renamed(text("b"), "c") == text("c")
    assert store.twin("other", "b") is None


def test_who_handed_in_comes_back_whole(store):
    """Groups, late ones, names in any script, nobody."""
    group = Sender(students=(Student(name='이 "영희", 김', id="1"), Student(login="a@b.kr")), late=True)
    with store.run():
        put(store, "group", sender=group)
        put(store, "nobody")

    assert list(store.senders()) == [("group", group), ("nobody", Sender())]


def test_bases_are_those_of_the_present(store):
    """What decided the reports that count."""
    with store.run():
        put(store, "a", basis=BASIS)
        put(store, "b", basis=OTHER)
    assert sorted(basis["seed"] for basis in store.bases()) == ["0", "1"]

    with store.run():
        store.keep("b", "k-b", Sender())
    assert store.bases() == [OTHER]


def test_a_second_writer_is_refused_and_a_reader_is_not(store):
    """Also while the first one writes."""
    with store.run():
        put(store, "a")
        with pytest.raises(StoreBusyError):
            Store(store.path)
        with Store(store.path, writing=False) as reader:
            assert reader.names() == ["a"]


def test_a_closed_store_is_one_file_and_open_to_the_next(tmp_path):
    """Nothing beside it is needed to read it elsewhere, but for the lock that stays."""
    path = tmp_path / "store.sqlite"
    with Store(path) as store, store.run():
        put(store, "a")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["store.sqlite", "store.sqlite.lock"]
    with Store(path) as again:
        assert again.names() == ["a"]


def test_adopting_takes_over_what_is_present(tmp_path):
    """Rows of the same name are replaced; all others go, or stay."""
    with Store(tmp_path / "one.sqlite") as one, Store(tmp_path / "two.sqlite") as two:
        with one.run():
            put(one, "a", score=1.0)
            put(one, "b", score=1.0)
        with two.run():
            put(two, "gone")
        with two.run():
            put(two, "b", score=2.0, basis=OTHER)
            put(two, "c", score=2.0, basis=OTHER)

        one.adopt(two, others_stay=True)
        assert {report.submission: report.score for report in one.reports()} == {"a": 1.0, "b": 2.0, "c": 2.0}
        assert sorted(basis["seed"] for basis in one.bases()) == ["0", "1"]

        one.adopt(two, others_stay=False)
        assert one.names() == ["b", "c"]
        assert one.absent() == ["a"]


def test_parts_of_a_class_are_remembered(store):
    """Which ones, of how many."""
    assert store.shards == frozenset()
    store.shards = [(2, 3), (1, 3)]
    assert store.shards == {(1, 3), (2, 3)}


def test_what_is_no_store_is_refused(tmp_path):
    """Any other file, another program's database, a store of another layout, nothing at all."""
    (tmp_path / "words").write_text("no database at all, but long enough to be read as one" * 20, encoding="utf-8")
    with sqlite3.connect(tmp_path / "foreign") as foreign:
        foreign.execute("create table something (else_ text)")
    foreign.close()
    with Store(tmp_path / "newer"):
        pass
    with sqlite3.connect(tmp_path / "newer") as newer:
        newer.execute("pragma user_version = 99")
    newer.close()

    for name in ("words", "foreign", "newer", "missing"):
        with pytest.raises(StoreError):
            Store(tmp_path / name, writing=False)
    assert not (tmp_path / "missing").exists()


def test_a_store_in_a_folder_that_is_not_there_is_an_error(tmp_path):
    """One that says so."""
    with pytest.raises(StoreError, match="unable to open"):
        Store(tmp_path / "nowhere" / "store.sqlite")
