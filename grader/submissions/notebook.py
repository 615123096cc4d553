"""A notebook's code as one module: its code cells in order, what only IPython understands taken out.

Grade cells, which nbgrader puts into a notebook to test it, are left out: they are not the student's. Nothing is
compiled here; a cell with a mistake in it makes a module with that mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from .entries import UnreadableError

_COOKIE = "# -*- coding: utf-8 -*-"
"""First line of every module, so that no comment in a cell can name another encoding."""


class _Cell(msgspec.Struct):
    cell_type: str = ""
    source: str | list[str] = ""
    input: str | list[str] = ""
    metadata: dict[str, Any] = {}

    @property
    def text(self) -> str:
        """The code, with one kind of line end."""
        parts = self.source or self.input
        text = parts if isinstance(parts, str) else "".join(parts)
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @property
    def is_test(self) -> bool:
        """Whether nbgrader wrote it to grade what is above it."""
        marks = self.metadata.get("nbgrader")
        return isinstance(marks, dict) and marks.get("grade") is True and not marks.get("solution")


class _Sheet(msgspec.Struct):
    cells: list[_Cell] = []


class _Notebook(msgspec.Struct):
    """Of any version: cells since 4, worksheets of cells, each with `input`, in 3."""

    nbformat: int
    cells: list[_Cell] = []
    worksheets: list[_Sheet] = []


def module(data: bytes) -> bytes:
    """The module that a notebook's code cells make.

    Args:
        data: the .ipynb file.

    Returns:
        Source code in UTF-8.

    Raises:
        UnreadableError: when the file is not a notebook.
    """
    lines = [_COOKIE]
    for number, cell in enumerate(_cells(data), start=1):
        if cell.cell_type == "code" and not cell.is_test and cell.text.strip():
            lines += [f"# In cell {number}:", *_plain(cell.text), ""]
    return "\n".join(lines).encode("utf-8")


def _cells(data: bytes) -> list[_Cell]:
    try:
        notebook = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Notebook)
    except msgspec.ValidationError as error:
        raise UnreadableError(f"is not a notebook: {_first_lower(str(error))}") from None
    except msgspec.DecodeError as error:
        raise UnreadableError(f"is damaged: {_first_lower(str(error))}") from None
    except RecursionError:
        raise UnreadableError("is damaged: its JSON is nested too deep") from None
    return [*notebook.cells, *(cell for sheet in notebook.worksheets for cell in sheet.cells)]


def _first_lower(text: str) -> str:
    return text if text.startswith("JSON") else text[:1].lower() + text[1:]


_CELL_MAGIC = re.compile(r"\s*%%(?P<name>[^\s]*)(?P<rest>[^\n]*)\n?")
_PYTHON_MAGICS = {"time", "capture", "prun"}
"""Cell magics that run their cell as Python, names and all."""

_TIMED = re.compile(r"(?P<indent>[ \t]*)%time[ \t]+(?P<code>.+)")
_ASSIGNED = re.compile(r"(?P<indent>[ \t]*)(?P<names>[^\W\d][\w., ]*=)[ \t]*(?P<magic>[!%].*)")
_MAGIC = re.compile(r"(?P<indent>[ \t]*)(?P<magic>[%!?].*|%{0,2}[^\W\d][\w.*\[\]]*\?\??[ \t;]*)")


def _plain(text: str) -> Iterator[str]:
    """The lines of a cell, those in IPython's own language turned into comments or `pass`."""
    if found := _CELL_MAGIC.match(text):
        yield f"# {found[0].strip()}"
        text = text[found.end() :]
        if found["name"] not in _PYTHON_MAGICS:
            yield from (f"# {line}" for line in text.split("\n"))
            return
    scanner, continued = _Scanner(), False
    for line in text.split("\n"):
        if continued:
            plain: str | None = f"# {line}"
        else:
            plain = None if scanner.inside else _without_magic(line)
        continued = plain is not None and line.endswith("\\") and plain != line
        scanner.read(line if plain is None else plain)
        yield line if plain is None else plain


def _without_magic(line: str) -> str | None:
    """A line at the start of a statement, as Python; None when it is Python already."""
    if found := _TIMED.fullmatch(line):
        return found["indent"] + found["code"]
    if found := _ASSIGNED.fullmatch(line):
        return f"{found['indent']}{found['names']} None  # {_comment(found['magic'])}"
    if found := _MAGIC.fullmatch(line):
        # An indented one may be all there is in its block; an outer one may stand before `from __future__`.
        return f"{found['indent']}{'pass  ' if found['indent'] else ''}# {_comment(found['magic'])}"
    return None


def _comment(magic: str) -> str:
    return magic.rstrip("\\ \t")


_LEXEME = re.compile(
    r"""
    \#.* | (?P<triple>\"{3}|'{3}) | "(?:\\.|[^"\\])*"? | '(?:\\.|[^'\\])*'?
    | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<continued>\\\Z) | \\. | [^\#"'()\[\]{}\\]+
    """,
    re.VERBOSE,
)


class _Scanner:
    """Reads Python line by line and knows whether the next line starts a statement."""

    def __init__(self) -> None:
        self._quotes = ""
        self._depth = 0
        self._continued = False

    @property
    def inside(self) -> bool:
        """Whether the next line goes on with a string, a bracket or a continued line."""
        return bool(self._quotes) or self._depth > 0 or self._continued

    def read(self, line: str) -> None:
        """Take in one line, without its end."""
        place, self._continued = 0, False
        while place < len(line):
            place = self._in_string(line, place) if self._quotes else self._in_code(line, place)

    def _in_string(self, line: str, place: int) -> int:
        end = re.compile(rf"(?:\\.|[^\\])*?{self._quotes}").match(line, place)
        if end is None:
            return len(line)
        self._quotes = ""
        return end.end()

    def _in_code(self, line: str, place: int) -> int:
        found = _LEXEME.match(line, place)
        if found is None:
            return place + 1
        self._quotes = found["triple"] or ""
        self._depth = max(0, self._depth + bool(found["open"]) - bool(found["close"]))
        self._continued = bool(found["continued"])
        return found.end()
