"""Which names count: what is a source file, what an archive, what is nobody's work, which exercise a name means.

The readers of folders and archives and the choice of candidates ask here. Knows names and the catalogue's ids; never
looks into a file.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from grader.catalogue import exercises, follow

# Notepad and some browsers put .txt or .json behind a name that they do not know.
_ENDING = re.compile(r"\.(py|ipynb)(\.txt|\.json)?$", re.IGNORECASE)
_TEST = re.compile(r"(test_.*|.*_test|conftest)\.py", re.IGNORECASE)
_ARCHIVE = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
_FOREIGN_ARCHIVE = re.compile(r"\.(7z|rar|alz|egg|lzh|tar\.zst|gz|bz2|xz)$", re.IGNORECASE)
_NOT_THEIRS = frozenset({"__pycache__", "__macosx", "node_modules", "site-packages", "venv", "env", "virtualenv"})
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini", "icon\r"})
_JUNK = _NOT_THEIRS | _SYSTEM_FILES
_KIT_FOLDERS = frozenset({"solutions", "grader", "tests"})
VENV_MARK = "pyvenv.cfg"

# What browsers, editors and people append to a second copy: `relu (1)`, `relu-2`, `relu - Copy`, `relu - 복사본`.
_SECOND_COPY = re.compile(
    r"""(\s*\(\d{1,3}\)
        |[\s_.-]+v?\d{1,3}
        |[\s_.-]+(copy|final|last|new|fixed|done|submit|submission|복사본|사본|최종|최종본|완성|완성본|수정|수정본|제출))$""",
    re.VERBOSE,
)
_COPY_OF = re.compile(r"^(copy\s+of|사본)[\s_-]+")
# No file system takes more; only an archive can hold a longer one, to keep patterns busy.
_LONGEST_NAME = 255
_BESIDE_LETTERS = re.compile(r"[\W_]+")


def base(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def depth(path: str) -> int:
    """How many folders a path goes down."""
    return path.count("/")


def is_source(name: str) -> bool:
    """Whether a file of this name may hold an exercise."""
    name = base(name)
    return bool(_ENDING.search(name)) and not name.startswith(".") and not _TEST.fullmatch(name)


def is_notebook(name: str) -> bool:
    """Whether a source file of this name is a notebook."""
    found = _ENDING.search(name)
    return found is not None and found[1].lower() == "ipynb"


def is_archive(name: str) -> bool:
    """Whether a file of this name is an archive that can be opened."""
    return bool(_ARCHIVE.search(name))


def is_foreign_archive(name: str) -> bool:
    """Whether a file of this name is an archive that needs a program of its own."""
    return bool(_FOREIGN_ARCHIVE.search(name)) and not is_archive(name)


def is_junk(name: str) -> bool:
    """Whether a name (one part of a path) is hidden, or made by a machine: Office's `~$name`, too."""
    return name.startswith((".", "~$")) or name.lower() in _JUNK


def belongs_to_the_kit(folder: str, neighbours: frozenset[str]) -> bool:
    """Whether a folder came with a clone of this kit: `solutions` beside `exercises` is nobody's submission."""
    return folder in _KIT_FOLDERS and "exercises" in neighbours


def stem(name: str) -> str:
    """A file's name without its folders and endings."""
    return _ENDING.sub("", base(name))


def unpacked_stem(name: str) -> str:
    """An archive's name without its endings, as programs name the folder that they pack or unpack."""
    return _ARCHIVE.sub("", base(name))


@follow
@functools.lru_cache(maxsize=1024)  # the files of a class have few different names
def exercise_named(name: str) -> str | None:
    """The exercise that a file is named after, whatever an editor or a browser made of the name."""
    if len(base(name)) > _LONGEST_NAME or not _ENDING.search(name):
        return None
    written = unicodedata.normalize("NFKC", stem(name)).casefold().strip()
    ids = _ids()
    while True:
        found = ids.get(_BESIDE_LETTERS.sub("", written))
        if found is not None:
            return found
        shorter = _COPY_OF.sub("", _SECOND_COPY.sub("", written))
        if shorter == written:
            return None
        written = shorter


def expected() -> list[str]:
    """The very names that are asked for."""
    return [f"{id}{ending}" for id in exercises() for ending in (".py", ".ipynb")]


def is_exactly(name: str, exercise_id: str) -> bool:
    """Whether a file has the very name that is asked for, as a script or as a notebook."""
    return base(name) in {f"{exercise_id}.py", f"{exercise_id}.ipynb"}


@follow
@functools.cache
def _ids() -> dict[str, str]:
    return {_BESIDE_LETTERS.sub("", id): id for id in exercises()}
