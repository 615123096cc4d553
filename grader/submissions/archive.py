"""Zips, read in memory: nothing is extracted, and nothing is decompressed but the files that are wanted."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from functools import partial

from .limits import MAX_NAMES, Budget, File, TooMuch, Unreadable, within
from .names import is_litter, is_zip, shown

_CENTRAL_HEADER = b"PK\x01\x02"
_DRIVE = re.compile(r"[A-Za-z]:")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
"""Flag bits: encrypted, strongly encrypted, names hidden."""

_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The other methods can blow up four kilobytes to tens of megabytes at one go."""


def files_in_zip(content: bytes, budget: Budget, where: tuple[str, ...] = ()) -> Iterator[File]:
    """List the files in a zip, ordered by name.

    Args:
        content: the zip's bytes.
        budget: counts the files and their unpacked sizes.
        where: the zip itself, for the files' paths.

    Raises:
        Unreadable: when it is broken, or a path in it leads out of it.
        TooMuch: when the files are too many or too large together.
    """
    if content.count(_CENTRAL_HEADER) > MAX_NAMES:  # each costs memory once zipfile reads them
        raise TooMuch(f"it holds more than {MAX_NAMES:,} entries; a submission may have 500 files")
    with _opened(content) as archive:
        entries = sorted(
            ((_parts(info.filename), info) for info in archive.infolist()), key=lambda e: e[0]
        )
        for parts, info in entries:
            budget.name()
            if not parts or info.is_dir() or any(map(is_litter, parts)):
                continue
            if not is_zip(parts[-1]):
                budget.file(info.file_size)
            yield File((*where, *parts), partial(_read, archive, info), _mode(info) == stat.S_IFLNK)


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # on crafted input, zipfile raises whatever its parser trips over
        raise Unreadable("is no zip, or a broken one") from error


def _parts(name: str) -> tuple[str, ...]:
    """The path of an entry; some tools on Windows write backslashes.

    Raises:
        Unreadable: when the path is absolute, names a drive, or goes up.
    """
    parts = name.replace("\\", "/").split("/")
    if parts[0] == "" or _DRIVE.match(name) or ".." in parts:
        raise Unreadable(f"holds the path {shown([name])}, which leads out of it")
    return tuple(part for part in parts if part not in ("", "."))


def _mode(info: zipfile.ZipInfo) -> int:
    """The kind of file, where the zip was made on a system that says so; otherwise 0."""
    return stat.S_IFMT(info.external_attr >> 16)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """The content of one entry.

    Raises:
        Unreadable: when it is a link, encrypted, damaged, or has more than `limit` bytes.
    """
    if _mode(info) == stat.S_IFLNK:
        raise Unreadable("is a link, and links are not followed")
    if _mode(info) not in (0, stat.S_IFREG):
        raise Unreadable("is no regular file")
    if info.flag_bits & _ENCRYPTED:
        raise Unreadable("is encrypted; hand in a zip without a password")
    if info.compress_type not in _PLAIN:
        raise Unreadable("is compressed in an unusual way; make the zip with the usual settings")
    within(info.file_size, limit)
    try:
        with archive.open(info) as file:
            content = file.read(limit + 1)
    except Exception as error:  # see _opened
        raise Unreadable("is damaged inside its zip") from error
    if len(content) != info.file_size:
        raise Unreadable("is damaged inside its zip")
    return content
