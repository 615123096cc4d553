"""Names: as people see them, as exercises are recognised in them, and as files that are safe on any system."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import count
from typing import Literal

Kind = Literal["module", "notebook"]

ARCHIVES = (".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".txz", ".xz")
"""Archives that people hand in although only zip is read: worth a word, where a stray file is not."""

_JUNK = {"__macosx", "__pycache__", "node_modules", "venv"}

_MAX_FILE_NAME = 120
"""Bytes: encrypted file systems allow 143, and an ending such as ".html" is still to come."""

_UNSAFE = frozenset('<>:"/\\|?*%#')
"""Forbidden on Windows, or read as something else in a link."""

_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)
}


def decoded(name: str) -> str:
    r"""A file's name as text: bytes that are not UTF-8, which Python keeps as surrogates, become `\xNN`.

    >>> decoded("caf\udce9")
    'caf\\xe9'
    """
    try:
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # a surrogate that stands for no byte: Windows allows those
        return name.encode("utf-8", "backslashreplace").decode("utf-8")


def printable(text: str, limit: int = 120) -> str:
    r"""The text on one line that a terminal can show: what cannot be printed is escaped, what is long is cut.

    >>> printable("a\nb\x1b[31m")
    'a\\nb\\x1b[31m'
    """
    shown = "".join(
        ch if ch.isprintable() else ch.encode("unicode_escape").decode("ascii") for ch in text
    )
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"


def suffix_of(name: str) -> str:
    """The last ending in lower case, with its dot; "" where there is none."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def is_junk(name: str) -> bool:
    """Whether people do not know that they hand this in: hidden files, caches, a Mac's resource forks."""
    return name.startswith(".") or name.lower() in _JUNK


def exercise_in(name: str, exercises: tuple[str, ...]) -> tuple[str, Kind] | None:
    """Which exercise a file is, by its name, and in which form.

    Canvas puts `doejane_LATE_12345_678901_` before a name and `-1` after it, Moodle puts
    `Jane Doe_123456_assignsubmission_file_` before it, browsers put ` (1)` after it.

    >>> exercise_in("doejane_12345_678901_ex05_autograd-1.py", ("ex05_autograd",))
    ('ex05_autograd', 'module')
    """
    found = _pattern(exercises).fullmatch(name) if len(name) <= 255 else None
    if found is None:
        return None
    exercise = next(e for e in exercises if e.lower() == found["exercise"].lower())
    return exercise, "module" if found["suffix"].lower() == "py" else "notebook"


@lru_cache(maxsize=32)
def _pattern(exercises: tuple[str, ...]) -> re.Pattern[str]:
    canvas = r"(?:\w+_\d+|(?:LATE_)?anon_\w+)_\d+_"
    moodle = r".+_\d+_assignsubmission_file_"
    names = "|".join(map(re.escape, exercises)) or r"(?!)"
    return re.compile(
        rf"(?:{canvas}|{moodle})?(?P<exercise>{names})(?:-\d+| ?\(\d+\))?\.(?P<suffix>py|ipynb)",
        re.IGNORECASE,
    )


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A file name, without ending, for each name: itself where that is safe, never two alike.

    Safe means on every common system: upper and lower case are the same there, so are composed and decomposed
    letters, Windows keeps some names to itself, and no name is long. A name that must change, or that
    another already has, ends in `~` and eight digits made from it.
    """
    safe = {name: _safe(name) for name in sorted(set(names))}
    taken: set[str] = set()
    given: dict[str, str] = {}
    for name in sorted(safe, key=lambda name: safe[name] != name):
        given[name] = next(c for c in _candidates(name, safe[name]) if _key(c) not in taken)
        taken.add(_key(given[name]))
    return given


def _candidates(name: str, safe: str) -> Iterator[str]:
    if safe == name:
        yield name
    for attempt in count():
        seed = f"{attempt}/{name}".encode("utf-8", "backslashreplace")
        yield f"{_cut(safe, _MAX_FILE_NAME - 9)}~{hashlib.sha256(seed).hexdigest()[:8]}"


def _safe(name: str) -> str:
    text = "".join("_" if ch in _UNSAFE or not ch.isprintable() else ch for ch in name)
    text = _cut(text, _MAX_FILE_NAME).rstrip(" .")
    reserved = _key(text).partition(".")[0].rstrip() in _RESERVED
    if (
        reserved or not text or text[0] in "-. ~"
    ):  # options, hidden files and home folders to a shell
        text = _cut(f"_{text}", _MAX_FILE_NAME)
    return text


def _cut(text: str, size: int) -> str:
    return text.encode("utf-8")[:size].decode("utf-8", "ignore").rstrip(" .")


def _key(name: str) -> str:
    """What two names share when some file system takes them for one."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
