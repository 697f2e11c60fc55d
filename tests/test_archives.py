"""Archives as they are handed in: ordinary ones, odd ones, and those that bite."""

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import time
import tracemalloc
import unicodedata
import zipfile
import zlib

import pytest

from grader.submissions import ReadingLimits, names, read, read_class
from grader.submissions.members import Member

RELU = b"class Relu:\n    pass\n"
FILES = {"relu.py": RELU, "sub/affine.py": b"class Affine: ..."}
DAMAGED = "Damaged or cut off, so it could not be read"
MEBIBYTE = 1 << 20


def zipped(files, method=zipfile.ZIP_DEFLATED, comment=b""):
    """A zip of files by name; a value may also be a ZipInfo with its bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.comment = comment
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(files, mode="w", **options):
    """A tar of files by name; a value may also be a TarInfo's changes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, **options) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            info = tarfile.TarInfo(name)
            if isinstance(data, dict):
                for key, value in data.items():
                    setattr(info, key, value)
                archive.addfile(info)
            else:
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def handed_in(tmp_path, name, data, **limits):
    """The submission that an archive of this name makes in a class."""
    folder = tmp_path / "class"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    entries = {entry.submission.name: entry.submission for entry in read_class(folder, ReadingLimits(**limits))}
    return entries[name]


def contents(submission):
    """What was kept, by name."""
    return {file.name: file.data for file in submission.files}


# Ordinary ones


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("kim.zip", zipped(FILES)),
        ("kim.ZIP", zipped(FILES, zipfile.ZIP_STORED)),
        ("kim.zip", zipped(FILES, comment=b"from the PK\x05\x06 laboratory " * 30)),
        ("kim.zip", b"#!/bin/sh\n" + zipped(FILES)),
        ("kim.zip", b"MZ" + b"\0" * 1000 + zipped(FILES)),
        ("kim.zip", zipped(FILES) + b"\r\n"),
        ("kim.tar", tarred(FILES)),
        ("kim.tar", tarred(FILES, format=tarfile.GNU_FORMAT)),
        ("kim.tar", tarred(FILES, format=tarfile.USTAR_FORMAT)),
        ("kim.tar.gz", tarred(FILES, "w:gz")),
        ("kim.tgz", tarred(FILES, "w:gz")),
        ("kim.tar.bz2", tarred(FILES, "w:bz2")),
        ("kim.tar.xz", tarred(FILES, "w:xz")),
        ("kim.tar.xz", lzma.compress(tarred(FILES), preset=9)),
        ("misnamed.zip", tarred(FILES, "w:gz")),
        ("misnamed.tar", zipped(FILES)),
    ],
)
def test_an_archive_is_read_whatever_its_format_is_called(tmp_path, name, data):
    """The first bytes tell, not the name; what stands before or behind a zip does not matter."""
    submission = handed_in(tmp_path, name, data)

    assert contents(submission) == FILES
    assert submission.notes == ()
    assert [path.name for path in tmp_path.iterdir()] == ["class"]


def test_an_archive_can_be_checked_at_the_desk(tmp_path):
    """As a file of its own."""
    (tmp_path / "homework.zip").write_bytes(zipped(FILES))

    assert contents(read([tmp_path / "homework.zip"])) == FILES


def test_an_archive_in_a_folder_is_opened_when_nothing_lies_beside_it(tmp_path):
    """Moodle makes a folder for each student, and students pack what they hand in."""
    folder = tmp_path / "kim"
    folder.mkdir()
    (folder / "homework.zip").write_bytes(zipped(FILES))
    assert contents(read([folder])) == FILES

    (folder / "more.zip").write_bytes(zipped({"sigmoid.py": b""}))
    assert set(contents(read([folder]))) == {
        "homework.zip/relu.py",
        "homework.zip/sub/affine.py",
        "more.zip/sigmoid.py",
    }

    (folder / "softmax_with_loss.py").write_bytes(b"")
    submission = read([folder])
    assert set(contents(submission)) == {"softmax_with_loss.py"}
    assert submission.notes == ("Not opened, since there are source files beside it: `homework.zip`, `more.zip`",)


def test_the_rules_for_folders_hold_in_archives(tmp_path):
    """Hidden files, environments, tests and the kit's own folders are passed over."""
    files = {
        "exercises/relu.py": RELU,
        "solutions/relu.py": b"",
        "grader/x.py": b"",
        "__MACOSX/exercises/._relu.py": b"",
        "env2/pyvenv.cfg": b"",
        "env2/lib/x.py": b"",
        ".ipynb_checkpoints/a.ipynb": b"",
        "test_relu.py": b"",
        "exercises/": b"",
    }

    for data, name in ((zipped(files), "kim.zip"), (tarred(files, "w:gz"), "kim.tgz")):
        submission = handed_in(tmp_path, name, data)
        assert (contents(submission), submission.notes) == ({"exercises/relu.py": RELU}, ())


def test_zip64_fields_are_understood(tmp_path):
    """Programs that stream write them even for small files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("relu.py", "w", force_zip64=True) as file:
        file.write(RELU)

    assert contents(handed_in(tmp_path, "kim.zip", buffer.getvalue())) == {"relu.py": RELU}


def test_a_directory_of_more_than_65535_members_is_found(tmp_path):
    """Its end is written twice, the first time with room for large numbers."""
    data = zipped(FILES)
    end = data.index(b"PK\x05\x06")
    _, count, size, place = struct.unpack_from("<8sxxHII", data, end)
    wide = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, place)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1)
    short = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)

    assert contents(handed_in(tmp_path, "kim.zip", data[:end] + wide + locator + short)) == FILES
    # A locator that points nowhere leaves nothing to go by but the members' own heads.
    lost = data[:end] + wide + struct.pack("<4sIQI", b"PK\x06\x07", 0, 1 << 60, 1) + short
    assert contents(handed_in(tmp_path, "lee.zip", lost)) == FILES


def test_a_zip_written_to_a_pipe_is_read(tmp_path):
    """Its heads know no sizes; they follow the data."""

    class Pipe(io.RawIOBase):
        data = b""

        def writable(self):
            return True

        def write(self, piece):
            self.data += bytes(piece)
            return len(piece)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("relu.py", RELU)

    assert contents(handed_in(tmp_path, "kim.zip", pipe.data)) == {"relu.py": RELU}


# Names


@pytest.mark.parametrize(
    "name",
    ["/etc/relu.py", "../relu.py", "a/../../relu.py", "C:/relu.py", "C:relu.py", "\\\\server\\relu.py", "..\\relu.py"],
)
def test_a_path_that_leads_out_is_not_read(tmp_path, name):
    """Although nothing is ever unpacked to disk, such an archive was made to do harm, and that is said."""
    submission = handed_in(tmp_path, "kim.zip", zipped([(name, b"evil"), ("sigmoid.py", b"")]))

    assert contents(submission) == {"sigmoid.py": b""}
    (note,) = submission.notes
    assert note.startswith("The path leads out of the archive, so it was not read: `")


def test_the_same_in_a_tar(tmp_path):
    """A drive letter means nothing there, but nobody hands it in on purpose."""
    files = {"/etc/relu.py": b"", "../relu.py": b"", "C:/relu.py": b"", "sigmoid.py": b""}

    submission = handed_in(tmp_path, "kim.tar", tarred(files))

    assert contents(submission) == {"sigmoid.py": b""}
    assert submission.notes == (
        "The path leads out of the archive, so it was not read: `/etc/relu.py`, `../relu.py`, `C:/relu.py`",
    )


def test_of_members_of_one_name_the_last_counts(tmp_path):
    """As for every program that adds to an archive."""
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped([("relu.py", b"old"), ("relu.py", RELU)])

    for name, archive in (("kim.zip", data), ("kim.tar", tarred([("relu.py", b"old"), ("relu.py", RELU)]))):
        submission = handed_in(tmp_path, name, archive)
        assert contents(submission) == {"relu.py": RELU}
        assert submission.notes == ("There twice; the last one counts: `relu.py`",)


def test_members_that_differ_in_case_are_kept_apart(tmp_path):
    """Nothing is written to disk, so neither takes the other's place; the exact name counts for the exercise."""
    submission = handed_in(tmp_path, "kim.zip", zipped({"RELU.PY": b"", "layers.py": b"a", "Layers.py": b"b"}))

    assert set(contents(submission)) == {"RELU.PY", "layers.py", "Layers.py"}


def test_names_from_a_korean_windows_are_read(tmp_path):
    """They are cp949, and no flag says so."""
    data = zipped({"AAAAAAA.py": RELU, "relu.py": b""}).replace(b"AAAAAAA", "과제_1".encode("cp949") + b"x")

    submission = handed_in(tmp_path, "kim.zip", data)

    assert contents(submission) == {"relu.py": b"", "과제_1x.py": RELU}
    assert submission.notes == ("The names in the archive were written on a Korean Windows (cp949): `과제_1x.py`",)


def test_names_in_other_encodings_stay_printable(tmp_path):
    """UTF-8 needs no flag, Info-ZIP's own field overrides the name, and what is nothing at all is still read."""
    utf8 = zipped({"AAAAAA.py": RELU}).replace(b"AAAAAA", "렐루".encode())
    assert set(contents(handed_in(tmp_path, "a.zip", utf8))) == {"렐루.py"}

    info = zipfile.ZipInfo("relu.py")
    told = b"\x01" + struct.pack("<I", zlib.crc32(b"relu.py")) + "렐루.py".encode()
    info.extra = struct.pack("<HH", 0x7075, len(told)) + told
    assert set(contents(handed_in(tmp_path, "b.zip", zipped([(info, RELU)])))) == {"렐루.py"}

    neither = zipped({"AAAAAA.py": RELU}).replace(b"AAAAAA", b"\xff\xff\x01\x1bAA")
    (found,) = contents(handed_in(tmp_path, "c.zip", neither))
    assert found.endswith("\\x01\\x1bAA.py")

    neither = repaired(tarred({"AAAAAA.py": RELU}).replace(b"AAAAAA", b"\xff\xff\x01\x1bAA", 1))
    assert set(contents(handed_in(tmp_path, "d.tar", neither))) == {"\\xff\\xff\\x01\\x1bAA.py"}


def test_names_in_pieces_are_put_together(tmp_path):
    """macOS packs Hangul decomposed."""  # noqa: D403 - its name
    name = unicodedata.normalize("NFD", "렐루.py")

    assert set(contents(handed_in(tmp_path, "kim.tgz", tarred({name: RELU}, "w:gz")))) == {"렐루.py"}


def test_names_that_no_disk_would_take(tmp_path):
    """Reserved ones do no harm in memory; overlong ones are left out."""
    files = {"con.py": b"", "aux.py": b"", "x" * 300 + ".py": b"", "a" * 200 + "/relu.py": RELU}

    for name, data in (("kim.zip", zipped(files)), ("kim.tar", tarred(files))):
        submission = handed_in(tmp_path, name, data)
        assert set(contents(submission)) == {"con.py", "aux.py", "a" * 200 + "/relu.py"}
        (note,) = submission.notes
        assert note.startswith("A name of more than 255 characters, so it was not read: `xxxx")
        assert len(note) < 160


def test_tars_know_three_ways_to_write_a_long_name(tmp_path):
    """A prefix, a member before the member, an attribute; and the oldest format has none and no folders."""
    name = "/".join(["folder" * 8] * 3) + "/relu.py"

    for number, format in enumerate((tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)):
        assert contents(handed_in(tmp_path, f"{number}.tar", tarred({name: RELU}, format=format))) == {name: RELU}


# What is no file


def test_links_devices_and_pipes_are_not_followed(tmp_path):
    """A link in an archive points at the grader's disk."""
    files = [
        ("relu.py", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}),
        ("affine.py", {"type": tarfile.LNKTYPE, "linkname": "secret.py"}),
        ("null.py", {"type": tarfile.CHRTYPE}),
        ("disk.py", {"type": tarfile.BLKTYPE}),
        ("pipe.py", {"type": tarfile.FIFOTYPE}),
        ("folder.py", {"type": tarfile.DIRTYPE}),
        ("what.py", {"type": b"Z"}),
        ("sigmoid.py", b""),
    ]

    submission = handed_in(tmp_path, "kim.tar", tarred(files))

    assert contents(submission) == {"sigmoid.py": b""}
    assert submission.notes == (
        "Links are not followed: `relu.py`, `affine.py`",
        "Neither a file nor a folder, so it was not read: `null.py`, `disk.py`, `pipe.py` and 1 more",
    )


def test_links_in_zips_are_known_by_their_mode(tmp_path):
    """The data of such a member is the path it points to."""
    link = zipfile.ZipInfo("relu.py")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    device = zipfile.ZipInfo("null.py")
    device.create_system, device.external_attr = 3, 0o020666 << 16

    submission = handed_in(tmp_path, "kim.zip", zipped([(link, "/etc/passwd"), (device, ""), ("sigmoid.py", b"")]))

    assert contents(submission) == {"sigmoid.py": b""}
    assert len(submission.notes) == 2


# What cannot be read


def test_a_password_is_named(tmp_path):
    """Other members are still read."""
    data = bytearray(zipped({"relu.py": RELU, "sigmoid.py": b""}))
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    submission = handed_in(tmp_path, "kim.zip", bytes(data))

    assert contents(submission) == {"sigmoid.py": b""}
    assert submission.notes == ("Protected with a password, so it could not be read: `relu.py`",)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_packing_is_named(tmp_path, method):
    """These unpack in steps that cannot be bounded."""
    submission = handed_in(tmp_path, "kim.zip", zipped({"relu.py": RELU}, method))

    assert submission.notes == (
        "Packed in a way that cannot be opened here; please hand in an ordinary .zip: `relu.py`",
    )


@pytest.mark.parametrize(
    ("name", "data"),
    [("kim.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 99), ("kim.rar", b"Rar!\x1a\x07\0"), ("kim.zip", b"Rar!\x1a\x07\0")],
)
def test_other_archives_ask_for_a_zip(tmp_path, name, data):
    """By name, or by content under a wrong name."""
    submission = handed_in(tmp_path, name, data)

    assert submission.notes == (f"This archive cannot be opened here; please hand in a .zip: `{name}`",)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("kim.zip", b"PK\x03\x04"),
        ("kim.zip", b"PK\x05\x06"),
        ("kim.zip", b"PK\x05\x06" + b"\xff" * 18),
        ("kim.zip", b"this is no archive"),
        ("kim.zip", b"\0" * 100),
        ("kim.tar", b"x" * 2000),
        ("kim.tar.gz", b"\x1f\x8b" + b"x" * 100),
        ("kim.tar.gz", gzip.compress(b"only a file", mtime=0)),
        ("kim.tar.bz2", b"BZh9" + b"x" * 100),
        ("kim.tar.xz", b"\xfd7zXZ\0" + b"x" * 100),
        ("kim.tar.xz", b"\xfd7zXZ\0"),
    ],
)
def test_garbage_is_said_to_be_damaged(tmp_path, name, data):
    """Whatever the first bytes promise."""
    submission = handed_in(tmp_path, name, data)

    assert submission.files == ()
    (note,) = submission.notes
    assert note.startswith((DAMAGED, "Packed in a way")), note


@pytest.mark.parametrize("data", [zipped({}), tarred({}), b"", b"\0" * 10240, gzip.compress(b"", mtime=0)])
def test_an_empty_archive_is_an_empty_submission(tmp_path, data):
    """Somebody forgot to choose the files."""
    submission = handed_in(tmp_path, "kim.zip", data)

    assert submission.notes == ("Nothing was handed in: there is no file in it",)


def test_a_damaged_directory_keeps_what_comes_before(tmp_path):
    """Where the next member stands is not known after that."""
    data = zipped({"relu.py": RELU, "affine.py": b"", "sigmoid.py": b""})
    data = bytearray(data)
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    data[second : second + 4] = b"XXXX"

    submission = handed_in(tmp_path, "kim.zip", bytes(data))

    assert contents(submission) == {"relu.py": RELU}
    assert submission.notes == ("The archive is cut off; what could be read was kept: `kim.zip`",)


@pytest.mark.parametrize(
    "size", [b"\xff" * 12, b"\x80" + b"\xff" * 11, b"12345678\0zz", b"hello world\0", b"-0000000007\0"]
)
def test_a_size_that_is_no_size_ends_a_tar(tmp_path, size):
    """Negative, astronomic or no number: what came before it is kept."""
    header = bytearray(tarfile.TarInfo("affine.py").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = size.ljust(12, b"\0")
    data = tarred({"relu.py": RELU})[:1024] + repaired(header) + tarred({"sigmoid.py": b""})

    submission = handed_in(tmp_path, "kim.tar", data)

    assert contents(submission).get("relu.py") == RELU
    assert submission.notes or "sigmoid.py" in contents(submission)


def test_a_damaged_member_costs_only_itself(tmp_path):
    """The sum over its bytes is checked."""
    data = zipped({"relu.py": RELU, "sigmoid.py": b"s"}, zipfile.ZIP_STORED).replace(RELU, RELU.upper(), 1)

    submission = handed_in(tmp_path, "kim.zip", data)

    assert contents(submission) == {"sigmoid.py": b"s"}
    assert submission.notes == (f"{DAMAGED}: `relu.py`",)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_that_is_cut_off_keeps_what_came_before(tmp_path, mode):
    """An upload that broke off."""
    noise = random.Random(1).randbytes(200_000)  # noqa: S311
    data = tarred({"relu.py": RELU, "noise.py": noise, "sigmoid.py": b""}, mode)

    submission = handed_in(tmp_path, "kim.tar", data[: len(data) // 2])

    # bzip2 gives back only whole blocks of 900 kB.
    assert contents(submission) == ({} if mode == "w:bz2" else {"relu.py": RELU})
    assert submission.notes


def test_a_zip_that_is_cut_off_keeps_what_came_before(tmp_path):
    """Its directory is gone, but each member has a head of its own."""
    noise = random.Random(1).randbytes(200_000)  # noqa: S311
    data = zipped({"relu.py": RELU, "affine.py": noise, "sigmoid.py": b""})

    submission = handed_in(tmp_path, "kim.zip", data[:100_000])

    assert contents(submission) == {"relu.py": RELU}
    assert submission.notes == (
        "The archive is cut off; what could be read was kept: `kim.zip`",
        f"{DAMAGED}: `affine.py`",
    )


# Bombs


@pytest.mark.parametrize("build", [zipped, lambda files: tarred(files, "w:gz")])
def test_a_member_that_declares_too_much_is_not_unpacked(tmp_path, build):
    """Its size is enough to know."""
    data = build({"relu.py": b"\0" * (50 * MEBIBYTE), "sigmoid.py": b""})
    assert len(data) < MEBIBYTE

    tracemalloc.start()
    submission = handed_in(tmp_path, "kim.zip", data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert contents(submission) == {"sigmoid.py": b""}
    assert submission.notes == ("Larger than 1 MiB, so it was not read: `relu.py`",)
    assert peak < 4 * MEBIBYTE


def test_a_member_that_declares_too_little_is_not_unpacked_further(tmp_path):
    """Nothing is unpacked beyond what it was let in for."""
    data = zipped({"relu.py": b"\0" * (50 * MEBIBYTE), "sigmoid.py": b""})
    data = data.replace(struct.pack("<I", 50 * MEBIBYTE), struct.pack("<I", 100))

    tracemalloc.start()
    submission = handed_in(tmp_path, "kim.zip", data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert contents(submission) == {"sigmoid.py": b""}
    assert submission.notes == (f"{DAMAGED}: `relu.py`",)
    assert peak < MEBIBYTE


def test_empty_blocks_are_not_gone_through(tmp_path):
    """A member of three megabytes that unpacks to six bytes may be named by a thousand entries."""
    blocks = b"\0\0\0\xff\xff" * 600_000
    packed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    member = blocks + packed.compress(b"x = 1\n") + packed.flush()
    data = zipped({"relu.py": member}, zipfile.ZIP_STORED)
    head, directory = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    told = struct.pack("<III", zlib.crc32(b"x = 1\n"), len(member), 6)
    data = bytearray(data)
    for place, method, sizes in ((head, 8, 14), (directory, 10, 16)):
        data[place + method : place + method + 2] = b"\x08\0"
        data[place + sizes : place + sizes + 12] = told

    assert zipfile.ZipFile(io.BytesIO(data)).read("relu.py") == b"x = 1\n"
    assert handed_in(tmp_path, "kim.zip", bytes(data)).notes == (f"{DAMAGED}: `relu.py`",)


def test_all_members_together_are_bounded(tmp_path):
    """Overlapping members make a small archive of many full-sized files."""
    files = {f"part{number:02}.py": b"\0" * MEBIBYTE for number in range(39)} | {"relu.py": RELU}

    submission = handed_in(tmp_path, "kim.zip", zipped(files), total_bytes=5 * MEBIBYTE)

    assert len(submission.files) == 5
    assert "relu.py" in contents(submission)
    assert submission.notes[0].startswith("All files together are larger than 5 MiB; left out: ")


@pytest.mark.parametrize("build", [zipped, tarred])
def test_too_many_entries_end_the_search(tmp_path, build):
    """A million empty files are small when packed."""
    files = {"relu.py": RELU} | {f"{number}.txt": b"" for number in range(200)} | {"sigmoid.py": b""}

    submission = handed_in(tmp_path, "kim.zip", build(files), entries=100)

    assert contents(submission) == {"relu.py": RELU}
    assert submission.notes == (
        "Only the first 100 files and folders were looked at; the rest was left out from `99.txt` on",
    )


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gz", "bz2", "xz"])
def test_a_packed_tar_is_unpacked_up_to_a_limit(tmp_path, pack):
    """Whatever lies behind a huge member is out of reach; what lies before it counts."""
    data = pack(tarred([("relu.py", RELU), ("huge.bin", b"\0" * (20 * MEBIBYTE)), ("sigmoid.py", b"")]))

    tracemalloc.start()
    submission = handed_in(tmp_path, "kim.tar", data, unpacked_bytes=4 * MEBIBYTE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert contents(submission) == {"relu.py": RELU}
    assert submission.notes == ("Unpacks to more than 4 MiB; what lies beyond was not read: `kim.tar`",)
    assert peak < 12 * MEBIBYTE, "of which xz itself takes 8"


def test_a_dictionary_of_gigabytes_is_not_made(tmp_path):
    """An xz file may ask for it in its first bytes."""
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3, "preset": 0}]
    data = bytearray(lzma.compress(tarred(FILES), filters=[filters[0] | {"dict_size": 1 << 20}]))
    header = 12
    # The block's header: its size, flags, the filter's id and its properties, of which the one byte is the dictionary.
    data[header + 4] = 36
    length = (data[header] + 1) * 4
    data[header + length - 4 : header + length] = struct.pack("<I", zlib.crc32(data[header : header + length - 4]))

    submission = handed_in(tmp_path, "kim.tar.xz", bytes(data))

    assert submission.notes == (
        "Packed in a way that cannot be opened here; please hand in an ordinary .zip: `kim.tar.xz`",
    )


def test_no_stream_makes_a_dictionary_of_gigabytes(tmp_path):
    """Not only the first one is looked at."""
    first = lzma.compress(tarred({"x.txt": b""})[:512])
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}]
    submission = handed_in(tmp_path, "kim.txz", first + lzma.compress(b"\0" * 4096, filters=filters))

    assert [note.partition(";")[0] for note in submission.notes] == ["Packed in a way that cannot be opened here"]


@pytest.mark.parametrize("build", [zipped, tarred])
def test_a_name_of_thousands_of_folders_is_not_taken_apart(tmp_path, monkeypatch, build):
    """A zip has 64 KiB for a name, and thousands of such names pack into nothing."""
    name = "a/" * 4000 + "relu.py"
    taken = []
    parts = Member.parts.fget
    monkeypatch.setattr(Member, "parts", property(lambda member: taken.append(parts(member)) or taken[-1]))

    submission = handed_in(tmp_path, "kim.zip", build({name: RELU, "b/../" * 100 + "x.py": b"", "affine.py": b"a"}))

    assert contents(submission) == {"affine.py": b"a"}
    assert [note.partition(",")[0] for note in submission.notes] == [
        "Not looked into",
        "The path leads out of the archive",
    ]
    assert max(map(len, taken)) <= 101


def test_fields_behind_a_name_are_not_searched_for_ever(tmp_path, monkeypatch):
    """There is room for sixteen thousand empty ones at each member."""
    looked = []
    unpack_from = struct.unpack_from
    monkeypatch.setattr(struct, "unpack_from", lambda *words: looked.append(None) or unpack_from(*words))
    member = zipfile.ZipInfo("relu.py")
    member.extra = b"\x34\x12\0\0" * 16_000

    assert contents(handed_in(tmp_path, "kim.zip", zipped([(member, RELU)]))) == {"relu.py": RELU}
    assert 0 < len(looked) < 1000


def test_a_sparse_file_is_not_read_with_its_map(tmp_path):
    """What is stored of it begins with a list of its holes."""
    headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "relu.py"}
    data = tarred({"GNUSparseFile.0/relu.py": {"pax_headers": headers}, "affine.py": b"a"}, format=tarfile.PAX_FORMAT)

    submission = handed_in(tmp_path, "kim.tar", data)

    assert contents(submission) == {"affine.py": b"a"}
    assert submission.notes == ("Neither a file nor a folder, so it was not read: `relu.py`",)


def test_headers_of_a_tar_are_bounded(tmp_path):
    """An attribute of megabytes, lengths that are nonsense, sizes below zero, and header after header."""
    attributes = tarfile.TarInfo("ignored")
    attributes.type = b"x"

    def with_attributes(body):
        attributes.size = len(body)
        padded = body + b"\0" * (-len(body) % 512)
        return attributes.tobuf() + padded + tarred({"relu.py": RELU})

    for body in (
        b"1" * 5_000_000,
        b"99999999 path=x\n",
        b"0 path=x\n",
        b"-5 path=x\n",
        b"8 path=\n",
        b"5 size\n",
        b"\xff" * 600,
    ):
        assert contents(handed_in(tmp_path, "kim.tar", with_attributes(body))).get("relu.py", RELU) == RELU

    assert contents(handed_in(tmp_path, "kim.tar", with_attributes(b"16 path=sub.py\n\n"))) == {"sub.py": RELU}

    negative = tarfile.TarInfo("relu.py")
    header = bytearray(negative.tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" * 11 + b"\x00"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    submission = handed_in(tmp_path, "kim.tar", bytes(header) + tarred({"sigmoid.py": b""}))
    assert submission.notes == (f"{DAMAGED}: `kim.tar`",) or submission.files == ()

    many = b"".join(with_attributes(b"")[:512] for _ in range(2_000))
    submission = handed_in(tmp_path, "kim.tar", many + tarred({"relu.py": RELU}), entries=100)
    assert submission.files == ()
    assert submission.notes


# Archives in archives


def test_an_archive_in_an_archive_is_opened(tmp_path):
    """Some platforms pack what students have packed."""
    data = zipped({"homework.tar.gz": tarred(FILES, "w:gz")})

    assert contents(handed_in(tmp_path, "kim.zip", data)) == FILES


def test_archives_are_not_opened_for_ever(tmp_path):
    """A quine holds itself."""
    data = zipped({"relu.py": RELU})
    for _ in range(5):
        data = zipped({"again.zip": data})

    submission = handed_in(tmp_path, "kim.zip", data)

    assert submission.files == ()
    assert submission.notes == ("An archive inside an archive inside an archive; it was not opened: `again.zip`",)


def test_many_archives_in_one_share_the_limits(tmp_path):
    """Each of them is within its own."""
    inner = zipped({f"{number}.py": b"\0" * MEBIBYTE for number in range(30)})
    data = zipped({f"{number}.zip": inner for number in range(10)})

    tracemalloc.start()
    submission = handed_in(tmp_path, "kim.zip", data, files=1000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sum(len(file.data) for file in submission.files) <= 32 * MEBIBYTE
    assert peak < 40 * MEBIBYTE


def one_for_all(count, name, inner=b""):
    """A zip whose directory names one and the same member as often as asked: small, whatever it holds."""
    data = bytearray(zipped({name: inner}))
    start = data.index(b"PK\x01\x02")
    entry, end = bytes(data[start : data.index(b"PK\x05\x06")]), bytes(data[data.index(b"PK\x05\x06") :])
    _, _, _, _, _, _, place, comment = struct.unpack("<4s4H2IH", end)
    entries = b"".join(entry.replace(name.encode(), b"%05d%s" % (number, name[5:].encode())) for number in range(count))
    closing = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(entries), place, comment)
    return bytes(data[:start]) + entries + closing


@pytest.mark.parametrize("holder", ["archive", "folder"])
def test_archives_in_archives_share_how_much_is_looked_at(tmp_path, monkeypatch, holder):
    """A thousand archives of a thousand names each fit into 60 kB; each alone is within every limit."""
    looked = []
    parts = Member.parts.fget
    monkeypatch.setattr(Member, "parts", property(lambda member: looked.append(None) or parts(member)))
    bomb = one_for_all(1000, "00000.zip", one_for_all(1000, "00000.txt"))
    folder = tmp_path / "class" / "kim"
    folder.mkdir(parents=True)
    for number in range(30):
        (folder / f"{number}.zip").write_bytes(bomb)
    (folder.parent / "lee.zip").write_bytes(bomb)

    found = {entry.submission.name: entry.submission for entry in read_class(folder.parent)}
    submission = found["kim" if holder == "folder" else "lee.zip"]

    assert submission.files == ()
    assert any("Only 20 archives are opened" in note for note in submission.notes)
    assert any("Only the first 5000 files and folders were looked at" in note for note in submission.notes)
    assert len(looked) < 100_000


@pytest.mark.parametrize("pack", [gzip, bz2, lzma], ids=["gz", "bz2", "xz"])
def test_packed_tars_share_how_far_they_are_unpacked(tmp_path, pack):
    """Each is within the limit, and takes a second to go through; 300 bytes are enough for it."""
    inner = pack.compress(tarred({"x.bin": b"\0" * 9 * MEBIBYTE, "y.txt": b""}))
    data = zipped({f"{number}.tar.gz": inner for number in range(5)})

    submission = handed_in(tmp_path, "kim.zip", data, unpacked_bytes=10 * MEBIBYTE)

    assert submission.notes == (
        "Unpacks to more than 10 MiB; what lies beyond was not read: `2.tar.gz`, `3.tar.gz`, `4.tar.gz`",
    )


@pytest.mark.parametrize("pack", [gzip, bz2, lzma], ids=["gz", "bz2", "xz"])
def test_empty_streams_are_not_begun_for_ever(tmp_path, pack):
    """Thirty megabytes of them, which pack into one, kept a batch for forty seconds."""
    relu = tarred({"relu.py": RELU})
    few = pack.compress(b"") * 20 + pack.compress(relu[:700]) + bytes(4) + pack.compress(relu[700:])
    many = pack.compress(b"") * 20_000 + pack.compress(relu)

    assert contents(handed_in(tmp_path, "kim.tgz", few)) == {"relu.py": RELU}
    assert handed_in(tmp_path, "lee.tgz", many, unpacked_bytes=100 * MEBIBYTE).notes == (
        "Unpacks to more than 100 MiB; what lies beyond was not read: `lee.tgz`",
    )


def test_going_back_in_a_packed_tar_is_paid_for(tmp_path):
    """Whoever reads the last file first has unpacked all that stands before it, and unpacks it again for the next."""
    inner = {f"{number}.zip": zipped({f"{number}.py": b"x"}) for number in (3, 2, 1)}
    data = tarred({"x.bin": b"\0" * MEBIBYTE, **inner}, "w:gz")

    submission = handed_in(tmp_path, "kim.tgz", data, unpacked_bytes=2 * MEBIBYTE)

    assert sorted(contents(submission)) == ["1.zip/1.py", "2.zip/2.py", "3.zip/3.py"]
    assert submission.notes == ()


def test_an_archive_in_an_archive_that_is_too_large_is_named(tmp_path):
    """It would be held in memory."""
    data = zipped({"homework.zip": zipped({"relu.py": RELU}) + b"\0" * 5000})

    submission = handed_in(tmp_path, "kim.zip", data, archive_bytes=1000)

    assert submission.notes == ("Larger than 1000 B, so it was not read: `homework.zip`",)


# Classes in archives

CLASS = {
    "student-01/relu.py": RELU,
    "student-02/work/affine.py": b"class Affine: ...",
    "kim.zip": zipped({"sigmoid.py": b"s"}),
    "lee.py": b"class Relu: ...",
    "__MACOSX/student-01/._relu.py": b"",
    "README.txt": b"",
}
CLASS_READ = {
    "student-01": {"relu.py": RELU},
    "student-02": {"work/affine.py": b"class Affine: ..."},
    "kim.zip": {"sigmoid.py": b"s"},
    "lee.py": {"lee.py": b"class Relu: ..."},
}


@pytest.mark.parametrize("wrapping", ["", "homework/", "homework/homework/"])
@pytest.mark.parametrize(
    ("name", "build"), [("homework.zip", zipped), ("homework.tar.gz", lambda files: tarred(files, "w:gz"))]
)
def test_a_class_may_be_an_archive(tmp_path, wrapping, name, build):
    """With or without the folder that programs put around what they pack."""
    (tmp_path / name).write_bytes(build({wrapping + path: data for path, data in CLASS.items()}))

    entries = list(read_class(tmp_path / name))

    assert {entry.submission.name: contents(entry.submission) for entry in entries} == CLASS_READ
    assert names(tmp_path / name) == tuple(entry.submission.name for entry in entries)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"kim/relu.py": RELU, "kim/affine.py": b""}, ("kim",)),
        ({"kim/exercises/relu.py": RELU}, ("kim",)),
        ({"kim/homework.ipynb": b"{}"}, ("kim",)),
        ({"class/kim/relu.py": RELU}, ("kim",)),
        ({"class/kim/relu.py": RELU, "class/lee/relu.py": RELU}, ("kim", "lee")),
        ({"class/kim.zip": b"", "class/lee.zip": b""}, ("kim.zip", "lee.zip")),
        ({"download/kim.py": b"", "download/lee.py": b""}, ("kim.py", "lee.py")),
    ],
)
def test_one_folder_in_an_archive_is_a_wrapping_or_a_submission(tmp_path, files, expected):
    """What lies in it tells."""
    (tmp_path / "download.zip").write_bytes(zipped(files))

    assert names(tmp_path / "download.zip") == expected


def test_a_class_packed_on_a_korean_windows_has_its_names(tmp_path):
    """Students are not told how the instructor's download was written."""
    files = {"AAAAAA/relu.py": RELU, "BBBBBB/relu.py": RELU}
    data = zipped(files).replace(b"AAAAAA", "김민수".encode("cp949")).replace(b"BBBBBB", "이소라".encode("cp949"))
    (tmp_path / "class.zip").write_bytes(data)

    found = {entry.submission.name: entry.submission for entry in read_class(tmp_path / "class.zip")}

    assert list(found) == ["김민수", "이소라"]
    assert all((contents(one), one.notes) == ({"relu.py": RELU}, ()) for one in found.values())


def test_an_archive_of_a_class_has_a_limit(tmp_path):
    """Far above any class; the last entry says that something may be missing."""
    (tmp_path / "class.zip").write_bytes(zipped({f"{number}/relu.py": RELU for number in range(20)}))

    entries = list(read_class(tmp_path / "class.zip", ReadingLimits(class_entries=5)))

    assert len(entries) == 5
    assert entries[-1].submission.notes == (
        "Only the first 5 files and folders were looked at; the rest was left out from `4` on",
    )


def test_entries_that_are_mixed_up_in_a_tar_are_put_together(tmp_path):
    """Whoever adds files later breaks the order."""
    files = [("a/relu.py", b"1"), ("b/relu.py", b"2"), ("a/affine.py", b"3"), ("b/affine.py", b"4")]
    (tmp_path / "class.tar.gz").write_bytes(tarred(files, "w:gz"))

    found = {entry.submission.name: contents(entry.submission) for entry in read_class(tmp_path / "class.tar.gz")}

    assert found == {"a": {"relu.py": b"1", "affine.py": b"3"}, "b": {"relu.py": b"2", "affine.py": b"4"}}


def test_one_bad_entry_does_not_cost_the_class(tmp_path):
    """Each note stands with the submission that it is about."""
    link = zipfile.ZipInfo("lee/relu.py")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    files = [
        ("kim/relu.py", RELU),
        (link, "/etc/passwd"),
        ("park/../../relu.py", b""),
        ("choi.zip", b"PK no"),
        ("jung/" + "x" * 300 + ".py", b""),
        ("\x1b[31m\n/relu.py", RELU),
    ]
    (tmp_path / "class.zip").write_bytes(zipped(files))

    found = {entry.submission.name: entry.submission for entry in read_class(tmp_path / "class.zip")}

    assert contents(found["kim"]) == contents(found["\\x1b[31m\\x0a"]) == {"relu.py": RELU}
    assert found["kim"].notes == ()
    for name in ("lee", "park", "choi.zip", "jung"):
        assert (found[name].files, len(found[name].notes)) == ((), 1)


def test_a_class_that_is_cut_off_says_so_at_its_last_entry(tmp_path):
    """It may lack files."""
    noise = random.Random(1).randbytes(2000)  # noqa: S311
    data = tarred({f"{number:02}/relu.py": noise for number in range(20)})
    (tmp_path / "class.tar").write_bytes(data[: len(data) // 2])

    entries = list(read_class(tmp_path / "class.tar"))

    assert 5 < len(entries) < 15
    assert all(entry.submission.files and not entry.submission.notes for entry in entries[:-1])
    assert entries[-1].submission.notes


def test_memory_does_not_grow_with_the_class(tmp_path):
    """Only names are held; ten times the submissions may not take ten times the memory."""

    def peak(count):
        files = {f"{number:04}/relu.py": b"#" * 50_000 for number in range(count)}
        (tmp_path / "class.zip").write_bytes(zipped(files))
        del files
        tracemalloc.start()
        assert sum(len(entry.submission.files) for entry in read_class(tmp_path / "class.zip")) == count
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak(10)
    assert peak(400) < peak(40) + 400 * 1500


# Bytes at random


def mutated(draw, data):
    """One of the things that happen to bytes on their way, or in an enemy's hands."""
    data = bytearray(data)
    for _ in range(draw.choice((1, 1, 1, 2, 5, 20))):
        position = draw.randrange(len(data)) if data else 0
        kind = draw.randrange(6)
        if kind == 0:
            data[position : position + 1] = bytes([draw.randrange(256)])
        elif kind == 1:
            data[position : position + 4] = draw.choice(
                (b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\xfe\xff\xff\xff")
            )
        elif kind == 2:
            del data[position : position + draw.randrange(1, 200)]
        elif kind == 3:
            data[position:position] = draw.randbytes(draw.randrange(1, 40))
        elif kind == 4:
            start = draw.randrange(len(data)) if data else 0
            data[position:position] = data[start : start + draw.randrange(300)]
        else:
            del data[draw.randrange(len(data) // 2, len(data) + 1) :]
    return bytes(data)


def repaired(data):
    """A tar whose first checksums are right again, so that what was changed behind them is looked at."""
    data = bytearray(data)
    for start in range(0, min(len(data), 8 * 512) - 511, 512):
        block = data[start : start + 512]
        if block[257:262] == b"ustar":
            block[148:156] = b" " * 8
            data[start + 148 : start + 156] = b"%06o\0 " % sum(block)
    return bytes(data)


def test_five_thousand_mutated_archives_give_five_thousand_submissions(tmp_path):
    """No crash, no hang, nothing beyond the caps, and never a fault of the grader's own."""
    draw = random.Random(20261101)  # noqa: S311
    many = {f"{number}/file{number}.py": b"x" * number * 40 for number in range(12)} | {"relu.py": RELU}
    seeds = [
        zipped(FILES),
        zipped(FILES, zipfile.ZIP_STORED),
        zipped({"in.zip": zipped(FILES), "in.tar.gz": tarred(FILES, "w:gz")}),
        zipped(many, comment=b"comment"),
        tarred(FILES),
        tarred({"x" * 150 + "/relu.py": RELU}, format=tarfile.GNU_FORMAT),
        tarred({"é" * 80 + "/relu.py": RELU}, format=tarfile.PAX_FORMAT),
        tarred(many, "w:gz"),
        tarred(FILES, "w:bz2"),
        tarred(FILES, "w:xz"),
    ]
    limits = ReadingLimits(source_bytes=1 << 16, total_bytes=1 << 18, archive_bytes=1 << 18, unpacked_bytes=1 << 20)
    data = (mutated(draw, seeds[number % len(seeds)]) for number in range(5_000))
    repairs = (repaired(archive) if number % 3 else archive for number, archive in enumerate(data))
    (tmp_path / "class.zip").write_bytes(
        zipped(((f"{number}.zip", archive) for number, archive in enumerate(repairs)), zipfile.ZIP_STORED),
    )

    entries = read_class(tmp_path / "class.zip", limits)
    kept = count = peak = 0
    slowest = 0.0
    before = time.monotonic()
    for count, entry in enumerate(entries, 1):
        slowest = max(slowest, time.monotonic() - before)
        submission = entry.submission
        assert not any("grader itself" in note for note in submission.notes), (submission.name, submission.notes)
        assert submission.files or submission.notes
        assert sum(len(file.data) for file in submission.files) <= limits.total_bytes
        kept += bool(submission.files)
        # Following every allocation triples the time, so every tenth has to do.
        if tracemalloc.is_tracing():
            peak = max(peak, tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        if count % 10 == 0:
            tracemalloc.start()
        before = time.monotonic()

    assert count == 5_000
    assert 1_000 < kept < 5_000
    assert peak < 12 * MEBIBYTE, "of which xz itself takes 8"
    assert slowest < 5, "a hang is minutes; a busy machine is not"
