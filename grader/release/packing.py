"""Zip files and wheels that are the same byte for byte whenever the same is packed.

The other modules here say what goes in; this one knows how files, rights and a wheel's own records are written.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import grader
from grader import catalogue

_DISTRIBUTION = "dlfs-grader"
PACKAGE = Path(grader.__file__).parent
# The first day that a zip file can tell.
_WHEN = (1980, 1, 1, 0, 0, 0)
_FILE, _PROGRAM = 0o100644 << 16, 0o100755 << 16
_LEFT_OUT = frozenset({"__pycache__", "_data"})
_WHEEL = b"Wheel-Version: 1.0\nGenerator: grade\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def archive(files: Mapping[str, bytes], programs: Mapping[str, bytes] | None = None) -> bytes:
    """A zip file of these files; programs are those that may be run."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for rights, group in ((_FILE, files), (_PROGRAM, programs or {})):
            for name, data in sorted(group.items()):
                entry = zipfile.ZipInfo(name, _WHEN)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = 3  # Unix: only there do rights count
                entry.external_attr = rights
                packed.writestr(entry, data)
    return stream.getvalue()


def files_below(folder: Path) -> Iterator[Path]:
    """Every file of a folder that somebody wrote, sorted."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not _LEFT_OUT.intersection(parts) and not any(part.startswith(".") for part in parts):
            yield path


def package() -> dict[str, bytes]:
    """The installed kit as a wheel holds it, by name: code, texts, stubs and solutions."""
    files = {f"grader/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes() for path in files_below(PACKAGE)}
    for exercise in catalogue.exercises().values():
        if exercise.suite.is_relative_to(PACKAGE):
            files[f"grader/_data/exercises/{exercise.id}.py"] = exercise.stub.read_bytes()
            files[f"grader/_data/solutions/{exercise.id}.py"] = exercise.solution.read_bytes()
    return files


def version() -> str:
    """The version of the installed kit."""
    return metadata.version(_DISTRIBUTION)


def description() -> str:
    """What the installed kit tells installers about itself."""
    return metadata.distribution(_DISTRIBUTION).read_text("METADATA") or ""


def wheel(files: Mapping[str, bytes], about: str, version: str) -> tuple[str, bytes]:
    """A wheel with these files: its name and its bytes."""
    stem = f"{_DISTRIBUTION.replace('-', '_')}-{version}"
    told = {
        "METADATA": about.encode(),
        "WHEEL": _WHEEL,
        "entry_points.txt": b"[console_scripts]\ngrade = grader.cli:main\n",
    }
    licence = metadata.distribution(_DISTRIBUTION).read_text("licenses/LICENSE")
    if licence:
        told["licenses/LICENSE"] = licence.encode()
    files = {**files, **{f"{stem}.dist-info/{name}": data for name, data in told.items()}}
    record = "".join(f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in sorted(files.items()))
    files[f"{stem}.dist-info/RECORD"] = f"{record}{stem}.dist-info/RECORD,,\n".encode()
    return f"{stem}-py3-none-any.whl", archive(files)


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
