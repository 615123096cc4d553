"""Zip files: listed and read in memory, never unpacked, whatever sizes and names they claim to hold."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator

from .disk import LINK
from .entries import Budget, Entry, RefusedError, UnreadableError, too_large, within
from .names import is_junk, printable

MAX_NAMES = 10_000
"""Names that a zip may list, those of caches and hidden folders among them."""

_LISTED = b"PK\x01\x02"

_UTF8, _ENCRYPTED = 0x800, 0x41

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The ones that zipfile unpacks in bounded steps; with the others a few bytes fill the memory at once."""


def entries(data: bytes, place: tuple[str, ...], budget: Budget) -> Iterator[Entry]:
    """What is in the zip; each entry can be read until the last is asked for.

    Args:
        data: the zip's bytes.
        place: where the zip itself is; its content is below that.
        budget: pays for the content.

    Raises:
        UnreadableError: when it is no zip that can be opened.
        RefusedError: when it lists too much, or a path that leads out of it.
    """
    with _opened(data) as archive:
        seen: set[tuple[str, ...]] = set()
        for info in archive.infolist():
            here = (*place, *_parts(info))
            is_folder = info.filename.endswith(("/", "\\"))
            folders = here if is_folder else here[:-1]
            if len(here) == len(place) or any(map(is_junk, folders[len(place) :])):
                continue
            for end in range(len(place) + 1, len(folders) + 1):
                if folders[:end] not in seen:
                    seen.add(folders[:end])
                    budget.take_folder(folders[:end])
            if not is_folder:
                budget.take_file(here, info.file_size)
                yield _entry(archive, info, here)


def _opened(data: bytes) -> zipfile.ZipFile:
    if data.count(_LISTED) > MAX_NAMES:
        raise RefusedError(f"the zip lists more than {MAX_NAMES:,} names")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:  # on hostile bytes zipfile raises nearly anything
        raise UnreadableError(f"is no zip file that can be opened ({_reason(error)})") from None


def _parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """The names on the way to a member, as bytes first: both slashes part them, some zips being made on Windows."""
    encoding = "utf-8" if info.flag_bits & _UTF8 else "cp437"
    raw = info.orig_filename.encode(encoding, "surrogatepass").replace(b"\\", b"/")
    parts = tuple(part.decode("utf-8", "backslashreplace") for part in raw.split(b"/"))
    if not parts[0] or re.match("[A-Za-z]:", parts[0]) or ".." in parts or b"\0" in raw:
        raise RefusedError(
            f"the zip lists the path {printable(repr('/'.join(parts)))}, which leads out of it"
        )
    return tuple(part for part in parts if part not in ("", "."))


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: tuple[str, ...]) -> Entry:
    def read(limit: int) -> bytes:
        if info.file_size > limit:
            raise too_large(limit)
        try:
            with archive.open(info) as file:
                data = file.read(limit + 1)
        except Exception as error:
            raise UnreadableError(f"is damaged in its zip ({_reason(error)})") from None
        return within(data, limit)

    return Entry(place, info.file_size, read, _trouble_with(info))


def _trouble_with(info: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return LINK
    if kind not in (0, stat.S_IFREG):
        return "is no regular file"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in _METHODS:
        return f"is packed by method {info.compress_type}; make an ordinary zip (deflate)"
    return ""


def _reason(error: Exception) -> str:
    return printable(str(error) or type(error).__name__).lower()
