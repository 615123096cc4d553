"""One thing found in a submission, and the limits that a submission must keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .names import printable

MAX_BYTES = 20_000_000
"""Of all the files of a submission together, and of any one zip."""

MAX_FILES = 500
"""Files in a submission, and again folders."""

MAX_MODULE = 1_000_000
"""Bytes of one module, or of the code of one notebook."""

MAX_DEPTH = 20
"""Folders inside one another."""


class UnreadableError(Exception):
    """One thing cannot be read; the rest of the submission can. The message completes "ex05_autograd.py ..."."""


class RefusedError(Exception):
    """The submission as a whole is not read. The message is a sentence without its full stop."""


@dataclass(frozen=True)
class Entry:
    """A file, or what stands where a file or folder could have been.

    Args:
        place: the names that lead to it from the submission's top, its own last.
        size: in bytes, as its folder or archive tells.
        read: gives its bytes; raises UnreadableError when there are more than the limit it is given.
        trouble: why it cannot be read, completing "NAME ..."; "" where it can.
        hides: whether modules may be in it that now cannot be seen, as in a broken zip.
    """

    place: tuple[str, ...]
    size: int = 0
    read: Callable[[int], bytes] = field(default=lambda limit: b"", repr=False)
    trouble: str = ""
    hides: bool = False

    @property
    def name(self) -> str:
        """Its own name."""
        return self.place[-1]

    @property
    def depth(self) -> int:
        """How many folders it is in."""
        return len(self.place) - 1

    @property
    def shown(self) -> str:
        """Where it is, for a message."""
        return shown(self.place)


@dataclass
class Budget:
    """What a submission has used of its limits; each method raises RefusedError when that is too much."""

    files: int = 0
    folders: int = 0
    size: int = 0

    def take_file(self, place: tuple[str, ...], size: int) -> None:
        """Count a file of `size` bytes."""
        self.files += 1
        self.size += size
        if self.files > MAX_FILES:
            raise RefusedError(f"it holds more than {MAX_FILES} files")
        if self.size > MAX_BYTES:
            raise RefusedError(
                f"it holds more than {megabytes(MAX_BYTES)}, "
                f"{shown(place)} alone {megabytes(size)}; hand in the modules alone"
            )

    def take_folder(self, place: tuple[str, ...]) -> None:
        """Count a folder."""
        self.folders += 1
        if self.folders > MAX_FILES:
            raise RefusedError(f"it holds more than {MAX_FILES} folders")
        if len(place) > MAX_DEPTH:
            raise RefusedError(f"its folders lie more than {MAX_DEPTH} deep")


def shown(place: tuple[str, ...]) -> str:
    """The place as a path on one line."""
    return printable("/".join(place))


def megabytes(size: int) -> str:
    """A size for a message: the unit of the limits, however small the number.

    >>> megabytes(1_000_000), megabytes(1_234_567), megabytes(300)
    ('1 MB', '1.2 MB', '0.0003 MB')
    """
    return f"{size / 1e6:.2g} MB" if size < 1e8 and size % 1_000_000 else f"{size / 1e6:.0f} MB"


def within(data: bytes, limit: int) -> bytes:
    """The data itself, which was read up to one byte more than `limit`.

    Raises:
        UnreadableError: when that byte was there.
    """
    if len(data) > limit:
        raise too_large(limit)
    return data


def too_large(limit: int) -> UnreadableError:
    """What to raise for a file of more than `limit` bytes."""
    return UnreadableError(f"is larger than {megabytes(limit)}")
