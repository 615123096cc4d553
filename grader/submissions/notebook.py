"""A notebook's code as one module: all code cells in order, without what only a notebook understands.

Magics, shell lines and questions (`%matplotlib inline`, `!pip install x`, `foo?`) become `pass` and stay visible as comments,
so that a line of a cell stays a line. Cells that nbgrader puts back as they were released, tests above all, are left out, and
outputs are never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from ..cells import mark

SETUP = "gradkit"
"""nbgrader's id for the cell that brings `check`, in notebooks made by `gradkit nbgrader`."""


class NotANotebook(Exception):
    """The bytes are no notebook that can be read; the text says why and fits after "it "."""


class _Cell(msgspec.Struct):
    cell_type: str
    source: str | list[str] = ""
    input: str | list[str] = ""
    metadata: dict[str, Any] = {}

    @property
    def text(self) -> str:
        written = self.source or self.input  # the latter in format 3
        text = written if isinstance(written, str) else "".join(written)
        return text.replace("\r\n", "\n")

    @property
    def marks(self) -> dict[str, Any]:
        """What nbgrader noted about it."""
        marks = self.metadata.get("nbgrader")
        return marks if isinstance(marks, dict) else {}

    @property
    def is_given(self) -> bool:
        """Whether nbgrader puts it back as it was released, so that nothing in it is a student's."""
        test = self.marks.get("grade") and not self.marks.get("solution")
        return bool(test) or self.marks.get("grade_id") == SETUP

    def is_answer(self, answered: Collection[object]) -> bool:
        """Whether it holds a student's code; also where a solution cell has become another kind by a slip of the hand.

        Args:
            answered: nbgrader's ids of the solution cells that are code still.
        """
        if self.cell_type == "code":
            return not self.is_given
        was_code = self.marks.get("solution") and self.marks.get("cell_type") == "code"
        return bool(was_code) and self.marks.get("grade_id") not in answered


class _Sheet(msgspec.Struct):
    cells: list[_Cell]


class _Notebook(msgspec.Struct):
    cells: list[_Cell] | None = None
    worksheets: list[_Sheet] = []

    def all_cells(self) -> list[_Cell]:
        """Its cells, which lie in sheets in format 3."""
        if self.cells is None and not self.worksheets:
            raise ValueError("it has no cells")
        return self.cells or [cell for sheet in self.worksheets for cell in sheet.cells]


_QUOTE_END = {
    quote: re.compile(rf"\\.|{quote}" + (r"|\n" if len(quote) == 1 else ""), re.DOTALL)
    for quote in ("'", '"', "'''", '"""')
}
_TOKEN = re.compile(r"""\#[^\n]*|'''|\"\"\"|'|"|\\\n|[\[({]|[\])}]|\n""")
_MAGIC = re.compile(
    r"""(?P<indent>[ \t]*+)(?:
        (?P<timed>%time[ \t]+(?=[^\s-]))                                 # runs the statement behind it
      | (?P<target>[\w.,* \t]+=[ \t]*)[%!](?!=)                          # listing = !ls
      | (?P<future>from[ ]__future__[ ]import[ ][\w, ]++(?=[ \t]*+(?:\#.*)?$))  # must stand on a module's first line
      | [%!?]
      | from[ ]+grader\.nbgrader[ ]+import[ ]+check\b                    # what brings check() to a notebook
      | (?:pip|conda|mamba|uv)[ ]+(?:pip[ ]+)?install\b
      | [\w.*]+\?{1,2}[ \t]*$
    )""",
    re.VERBOSE | re.MULTILINE,
)
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w+)")
_KEEPS_ITS_BODY = frozenset({"time", "capture", "prun"})
"""Cell magics that run the cell as Python in the notebook's own namespace."""

_OFFERED = "display = print; check = lambda *names: 0.0"
"""What a notebook has without import; a student may add the points up that `check` returns."""

_SHELL = "from unittest.mock import MagicMock as get_ipython"
"""There is no shell to be had; what asks for one gets something that lets everything be done to it, in vain."""


def module_of(notebook: bytes, given: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """The source of a module, in UTF-8, that does what the notebook's code cells do.

    Args:
        notebook: as it was handed in.
        given: the text of cells that students may not change, by nbgrader's ids.

    Raises:
        NotANotebook: when it is not JSON, or not a notebook of format 3 or 4.
    """
    try:
        text = notebook.removeprefix(b"\xef\xbb\xbf")
        cells = msgspec.json.decode(text, type=_Notebook).all_cells()
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotANotebook(f"is a damaged notebook: {_short(error)}") from error
    answered = [cell.marks.get("grade_id") for cell in cells if cell.cell_type == "code"]
    answers, number = [], 0
    for cell in cells:
        number += cell.cell_type == "code" and cell.text.strip() != ""
        if cell.is_answer(answered):
            answers.append((number, given.get(str(cell.marks.get("grade_id")), cell.text)))
    return module_of_cells(answers)


def module_of_cells(cells: Iterable[tuple[int, str]]) -> bytes:
    """The source of a module, in UTF-8, that does what some cells do.

    Line 1 offers what a notebook offers by itself; each cell follows a comment with its number.

    Args:
        cells: the source of each, and the number that stands beside it where a notebook is run from its top.
    """
    lines, futures = [], []
    for number, source in cells:
        code, found = _plain_python(source)
        lines += [mark(number), code]
        futures += found
    body = "\n".join([*lines, ""])
    offered = [_OFFERED, *([_SHELL] if "get_ipython" in body else [])]
    first = "; ".join([*dict.fromkeys(futures), *offered])
    return "\n".join([first, body]).encode("utf-8", "backslashreplace")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _plain_python(cell: str) -> tuple[str, list[str]]:
    """A cell's code with as many lines as before, and the future imports that were taken out of it."""
    if (magic := _CELL_MAGIC.match(cell)) and magic["name"] not in _KEEPS_ITS_BODY:
        return "\n".join(f"# {line}" for line in cell.split("\n")), []
    pieces, futures, done = [], [], 0
    for magic in _magics(cell):
        if magic["future"]:
            futures.append(magic["future"].strip())
        end = len(cell) if (stop := cell.find("\n", magic.end())) < 0 else stop
        while cell[end - 1 : end] == "\\" and end < len(cell):
            end = len(cell) if (stop := cell.find("\n", end + 1)) < 0 else stop
        pieces += [cell[done : magic.start()], _neutral(magic, cell[magic.start() : end])]
        done = end
    return "".join(pieces) + cell[done:], futures


def _neutral(magic: re.Match[str], statement: str) -> str:
    """A Python statement in place of a magic, on as many lines."""
    indent, rest = magic["indent"], statement[len(magic["indent"]) :]
    if magic["timed"]:
        return indent + rest[len(magic["timed"]) :]
    first, *others = rest.split("\n")
    stand_in = f"{magic['target']}None" if magic["target"] else "pass"
    return "\n".join([f"{indent}{stand_in}  # {first}", *(f"{indent}# {line}" for line in others)])


def _magics(cell: str) -> Iterator[re.Match[str]]:
    """The magics that begin a statement; a `%` within brackets or a string is Python's own."""
    position, depth, at_start = 0, 0, True
    while position < len(cell):
        if at_start and depth == 0 and (magic := _MAGIC.match(cell, position)):
            yield magic
            position = magic.end()
            while (stop := cell.find("\n", position)) > 0 and cell[stop - 1] == "\\":
                position = stop + 1
            position = len(cell) if stop < 0 else stop + 1
            continue
        if (token := _TOKEN.search(cell, position)) is None:
            return
        word, position = token[0], token.end()
        if word in _QUOTE_END:
            position = _end_of_string(cell, position, word)
        depth = max(0, depth + (word in "[({") - (word in "])}"))
        at_start = word == "\n"


def _end_of_string(cell: str, position: int, quote: str) -> int:
    while found := _QUOTE_END[quote].search(cell, position):
        position = found.end()
        if found[0] == quote:
            return position
        if found[0] == "\n":  # never closed on its line
            return found.start()
    return len(cell)
