"""What a scenario observed, as plain typed values that can cross a process and be kept in a file.

An *outcome* is what one check's scenario made of one exercise module. Most are `Observed`: facts by name. Nothing here
imports torch or numpy, so that the side which judges need not load them, and nothing here can carry code.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from .statuses import Stop

MAX_NUMBERS = 20_000
"""Elements that one `Numbers` may hold; larger results are described, not sent."""

LEFT = "left behind"
"""The name of the fact that says what a tidy check's code left changed."""

MAX_TEXT = 500
"""Characters of any one text that a scenario reports."""


class Numbers(msgspec.Struct, frozen=True, tag_field="kind", tag="numbers"):
    """Numbers of any shape, kept as little-endian float64 in row-major order.

    Args:
        dtype: the precision they were computed in, such as "float32"; decides the tolerance.
        shape: lengths of the dimensions; `()` for a single number.
        data: 8 bytes a number.
        steps: how many accumulated steps led here; more steps allow more rounding.
    """

    dtype: str
    shape: tuple[int, ...]
    data: bytes
    steps: int = 1

    @classmethod
    def of(
        cls, values: Iterable[float], shape: tuple[int, ...], dtype: str, steps: int = 1
    ) -> Numbers:
        """Pack `values` (row-major order) as numbers of the given shape and dtype."""
        return cls(dtype, shape, array("d", values).tobytes(), steps)

    def values(self) -> list[float]:
        """The numbers, flat, in row-major order.

        Raises:
            ValueError: when there are not as many numbers as the shape says.
        """
        if len(self.data) != 8 * math.prod(self.shape) or any(n < 0 for n in self.shape):
            raise ValueError(f"{len(self.data)} bytes cannot be numbers of shape {self.shape}")
        numbers = array("d")
        numbers.frombytes(self.data)
        return numbers.tolist()


class Unlike(msgspec.Struct, frozen=True, tag_field="kind", tag="unlike"):
    """Something that is not of the kind asked for: equal to nothing, and says so in words."""

    expected: str
    saw: str


class Many(msgspec.Struct, frozen=True, tag_field="kind", tag="many"):
    """Several facts in order."""

    items: tuple[Fact, ...]


Fact: TypeAlias = bool | int | str | Numbers | Unlike | Many | None
Facts: TypeAlias = dict[str, Fact]


class Frame(msgspec.Struct, frozen=True):
    """One line of the student's own code in a traceback.

    Args:
        line: its number in the file, in a notebook in its cell.
        function: the function that it is in.
        source: the line.
        cell: the number of its cell, 0 in a module.
    """

    line: int
    function: str
    source: str
    cell: int = 0

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return f"cell [{self.cell}], line {self.line}" if self.cell else f"line {self.line}"


class Observed(msgspec.Struct, frozen=True, tag_field="kind", tag="observed"):
    """The scenario ran to its end and saw these facts."""

    facts: Facts


class Raised(msgspec.Struct, frozen=True, tag_field="kind", tag="raised"):
    """The student's code raised; `frames` are the student's own lines, outermost first."""

    type: str
    message: str
    frames: tuple[Frame, ...] = ()


class NotStarted(msgspec.Struct, frozen=True, tag_field="kind", tag="not_started"):
    """The function's own body raised NotImplementedError: a stub."""


class Absent(msgspec.Struct, frozen=True, tag_field="kind", tag="absent"):
    """The module has no such function; `saw` says what stands in its place, if anything does."""

    saw: str | None = None


class Stopped(msgspec.Struct, frozen=True, tag_field="kind", tag="stopped"):
    """No answer. Only the judging side writes this."""

    reason: Stop
    detail: str


Outcome: TypeAlias = Observed | Raised | NotStarted | Absent | Stopped
