"""A CSV file of another system's: single cells can be changed, and every other byte stays as it is.

The csv module reads values and forgets how they were written; here each cell keeps its place in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..submissions import shown

_BOM = "\ufeff"
_DELIMITERS = (",", ";", "\t")
_LINE_END = re.compile(r"\r\n|\r|\n")


class ExportError(Exception):
    """Grades cannot be exported; the text is one line that says what is wrong, and where."""


@dataclass(frozen=True)
class Cell:
    """A cell's text, and where it stands in the file, quotation marks included."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Row:
    """A row's cells, and the line on which it begins."""

    line: int
    cells: tuple[Cell, ...]

    def text(self, column: int) -> str:
        """The text in a column, without spaces around it; empty where the row is too short."""
        return self.cells[column].text.strip() if column < len(self.cells) else ""

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.text.strip() for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A CSV file.

    Args:
        path: where it was read.
        text: all of it, its byte order mark included.
        delimiter: what stands between cells.
        header: its first row.
        rows: the others, without blank ones.
    """

    path: Path
    text: str
    delimiter: str
    header: Row
    rows: tuple[Row, ...]

    def with_cells(self, column: int, values: Mapping[Row, str]) -> bytes:
        """The file with other values in one column.

        Args:
            column: counted from 0.
            values: by row, what its cell in that column shall hold.

        Raises:
            ExportError: when a row has no such cell.
        """
        pieces, done = [], 0
        for row in filter(values.__contains__, self.rows):
            if column >= len(row.cells):
                raise ExportError(
                    f"{self.path}, line {row.line}, has {len(row.cells)} cells, the header "
                    f"{len(self.header.cells)}; export the file again"
                )
            cell = row.cells[column]
            pieces += [self.text[done : cell.start], self._written(values[row], cell)]
            done = cell.end
        return "".join([*pieces, self.text[done:]]).encode()

    def _written(self, value: str, instead_of: Cell) -> str:
        quoted = self.text.startswith('"', instead_of.start) or self.delimiter in value
        return f'"{value}"' if quoted else value


def read_table(path: Path) -> Table:
    """Read a CSV file in UTF-8; what stands between its cells is found out.

    Raises:
        ExportError: when it cannot be read, is not text in UTF-8, or is no CSV.
    """
    try:
        content = path.read_bytes()
        text = content.decode()
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ExportError(
            f"{path}, line {line}, is not text in UTF-8; give the file as it was exported, or save it as CSV in UTF-8"
        ) from None
    delimiter = max(_DELIMITERS, key=lambda mark: _width(text, mark))
    try:
        header, *rows = _rows(text, delimiter)
    except ValueError as error:
        raise ExportError(f"{path}, {error}") from None
    if header.blank:
        raise ExportError(f"{path}, line 1, names no columns: give the file as it was exported")
    return Table(path, text, delimiter, header, tuple(row for row in rows if not row.blank))


def _width(text: str, delimiter: str) -> int:
    """The number of cells in the first row."""
    try:
        return len(next(_rows(text, delimiter)).cells)
    except ValueError:
        return 0


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """The rows of a text.

    Raises:
        ValueError: when quotation marks do not match.
    """
    cell = re.compile(
        rf'"(?P<quoted>(?:[^"]|"")*+)"|(?P<plain>(?:[^"\r\n{delimiter}][^\r\n{delimiter}]*+)?)'
    )
    position, line = int(text.startswith(_BOM)), 1
    cells: list[Cell] = []
    while found := cell.match(text, position):
        quoted = found["quoted"]
        value = found["plain"] if quoted is None else quoted.replace('""', '"')
        cells.append(Cell(value, *found.span()))
        position = found.end()
        if text.startswith(delimiter, position):
            position += 1
            continue
        end = _LINE_END.match(text, position)
        if end is None and position < len(text):
            raise ValueError(f"line {line}: its quotation marks do not match")
        yield Row(line, tuple(cells))
        position = end.end() if end else position
        if position == len(text):
            return
        line += 1 + sum(len(_LINE_END.findall(cell.text)) for cell in cells)
        cells = []


def named(names: list[str]) -> str:
    """Names from a file, for a message."""
    return ", ".join(shown([name]) for name in names)
