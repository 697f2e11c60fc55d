"""One member of an archive, before anyone has decided whether it counts.

`zips` and `tars` make them, `archives` judges them. Knows how names are encoded by the programs that people pack with.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

_DRIVE = re.compile(r"[A-Za-z]:")
# Behind as many folders the rest of a name is left in one piece: 64 KiB hold thirty thousand.
_PARTS = 100


class Kind(enum.Enum):
    """What a member says it is."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    """Symbolic or hard; never followed."""
    SPECIAL = "special"
    """A device, a pipe, a sparse file, or something this kit has no word for."""


@dataclass(frozen=True, slots=True)
class Member:
    """What an archive's directory says about one member; all of it may be a lie."""

    name: str
    korean: bool
    """The name was no UTF-8 but reads as cp949."""
    kind: Kind
    size: int
    place: tuple[int, ...]
    """Whatever the format's reader needs to find the bytes."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The name's parts without those that mean nothing or lead elsewhere."""
        name = _DRIVE.sub("", self.name, count=1) if _DRIVE.match(self.name) else self.name
        return tuple(part for part in name.split("/", _PARTS) if part not in {"", ".", ".."})

    @property
    def leads_outside(self) -> bool:
        """Whether a program that unpacks to disk could be made to write elsewhere."""
        return self.name.startswith("/") or "/../" in f"/{self.name}/" or bool(_DRIVE.match(self.name))


def decoded(name: bytes, fallback: str) -> tuple[str, bool]:
    """A member's name, and whether it had to be read as cp949.

    Programs on Linux and macOS write UTF-8, with or without saying so; Korean Windows writes cp949 and does not say so.
    """
    try:
        return name.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    try:
        return name.decode("cp949"), True
    except UnicodeDecodeError:
        return name.decode(fallback, "surrogateescape"), False
