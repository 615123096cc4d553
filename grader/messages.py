"""What a person reads: a failing check in four parts, Expected, Saw, Why, Look at, and the other things that can be met."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from . import rules
from .check import CheckInfo
from .compare import Difference, agree
from .facts import LEFT, Absent, Fact, Many, Numbers, Raised, Stopped, Unlike
from .parts import TITLES, Part, text_of

MAX_MESSAGE = 2_000
"""Characters; what is longer is cut."""

_SHOWN = 6
_SHOWN_WORDS = 300
_SHOWN_LINES, _SHOWN_OUTPUT = 20, 2_000
_OTHER_ENCODING = ("encoding", "codec can't decode", "null bytes")
"""What Python says of a file in an encoding that it does not expect; in UTF-16 every other byte is null."""


def failed(check: CheckInfo, found: list[Difference], why: str, look: str) -> str:
    """The four parts for a check whose observation differs.

    Args:
        check: the check that failed.
        found: what differs, at least one; the first is told.
        why: the rule behind it.
        look: the name to look up.
    """
    first = found[0]
    expected, saw = (_labelled(first.name, side) for side in sides(first))
    claim = check.claim if expected in ("", check.claim) else f"{check.claim}; {expected}"
    if first.note:
        saw = f"{saw} ({first.note})"
    why = why or (_TIDY if first.name == LEFT else rules.of_difference(first) or check.why)
    return _in_parts(claim, saw, why, _look(check, look or check.look))


def raised(check: CheckInfo, error: Raised, why: str, look: str) -> str:
    """The student's own exception, with only the student's frames."""
    words = textwrap.shorten(error.message, _SHOWN_WORDS, placeholder=" …") or "(no message)"
    code = [f"{frame.place}, in {frame.function}: {frame.source}" for frame in error.frames[-3:]]
    saw = f"{error.type}: {words}"
    return _in_parts(check.claim, saw, why or rules.of_error(error), _look(check, look), code)


def import_failed(file: str, error: Raised) -> str:
    """Why a file could not be imported."""
    words = " ".join(error.message.split())
    if any(sign in words for sign in _OTHER_ENCODING):
        words += "; save the file as UTF-8 in your editor"
    at = f" at {error.frames[-1].place}: {error.frames[-1].source}" if error.frames else ""
    return cut(f"{file} cannot be imported: {error.type}: {words}{at}")


def absent(check: CheckInfo, found: Absent) -> str:
    """No such function, or something else in its place."""
    if found.saw is None:
        return f"The file has no {check.function}. Was it renamed or deleted?"
    return cut(f"{check.function} should be a function or class; here it is {found.saw}.")


def stopped(found: Stopped) -> str:
    """The code gave no answer, and where to look for the reason."""
    what, look = _STOPPED[found.reason]
    return cut(f"{what}: {found.detail}. {look}".rstrip())


def tail(output: str) -> str:
    """The last lines of what a student's code printed: where a loop prints, more would bury the message."""
    shown = output[-_SHOWN_OUTPUT:].splitlines()[-_SHOWN_LINES:]
    text = "\n".join(shown)
    return text if len(text) >= len(output.rstrip("\n")) else f"... (the end of it)\n{text}"


def show(fact: Fact) -> str:
    """A fact in words or digits, short."""
    if isinstance(fact, Unlike):
        return fact.saw
    if isinstance(fact, Many):
        shown = ", ".join(show(item) for item in fact.items[:_SHOWN])
        return f"[{shown}{', …' if len(fact.items) > _SHOWN else ''}]"
    if isinstance(fact, Numbers):
        return _show_numbers(fact, 4)
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    return str(fact)


def sides(difference: Difference) -> tuple[str, str]:
    """What was expected and what was seen, with as many digits as it takes to see the difference."""
    expected, saw = difference.expected, difference.saw
    if isinstance(saw, Unlike):
        return saw.expected or show(expected), saw.saw
    if isinstance(expected, Numbers) and isinstance(saw, Numbers):
        return _numbers_side_by_side(expected, saw)
    shown = show(expected), show(saw)
    if isinstance(expected, Many) and isinstance(saw, Many) and shown[0] == shown[1]:
        return _lists_side_by_side(expected, saw)
    return shown


def _labelled(name: str, shown: str) -> str:
    return shown if name in ("", "result") else f"{name}: {shown}"


def _lists_side_by_side(expected: Many, saw: Many) -> tuple[str, str]:
    """Lists that look alike: their lengths, or else the first item that differs."""
    if len(expected.items) != len(saw.items):
        return f"{len(expected.items)} items", f"{len(saw.items)} items"
    pairs = enumerate(zip(expected.items, saw.items, strict=True))
    place, (one, other) = next((i, pair) for i, pair in pairs if not agree(*pair))
    left, right = sides(Difference("", one, other))
    return f"item {place}: {left}", f"item {place}: {right}"


def _numbers_side_by_side(expected: Numbers, saw: Numbers) -> tuple[str, str]:
    if expected.shape != saw.shape:
        return f"shape {_shape(expected)}", f"shape {_shape(saw)}"
    if expected.dtype != saw.dtype:
        return expected.dtype, saw.dtype
    start = _first_gap(expected, saw)
    for digits in (4, 6, 9):
        left = _show_numbers(expected, digits, start)
        right = _show_numbers(saw, digits, start)
        if left != right:
            break
    return left, right


def _first_gap(expected: Numbers, saw: Numbers) -> int:
    """Where to begin showing: at the start if a difference shows there, else at the largest one."""
    gaps = [abs(a - b) for a, b in zip(expected.values(), saw.values(), strict=True)]
    if not gaps:
        return 0
    worst = max(gaps)
    if any(not gap <= worst / 2 for gap in gaps[:_SHOWN]):
        return 0
    return max(0, gaps.index(worst) - 1)


def _show_numbers(numbers: Numbers, digits: int, start: int = 0) -> str:
    values = numbers.values()
    shown = [_digits(v, digits, numbers.dtype) for v in values[start : start + _SHOWN]]
    if numbers.shape == ():
        return shown[0]
    if not values:
        return f"nothing (shape {_shape(numbers)})"
    before = f"… from number {start}: " if start else ""
    after = ", …" if len(values) > start + _SHOWN else ""
    return f"[{before}{', '.join(shown)}{after}]"


def _digits(value: float, digits: int, dtype: str) -> str:
    if dtype.startswith(("int", "uint")) and value.is_integer():
        return str(int(value))
    if dtype == "bool":
        return "True" if value else "False"
    short = f"{value:.{digits}g}"
    return short if any(c in short for c in ".en") else f"{short}.0"


def _shape(numbers: Numbers) -> str:
    return str(tuple(numbers.shape))


def _look(check: CheckInfo, look: str) -> str:
    return "; ".join(dict.fromkeys(part for part in (check.function, look) if part))


def _in_parts(expected: str, saw: str, why: str, look: str, code: Sequence[str] = ()) -> str:
    parts = [Part(*each) for each in zip(TITLES, (expected, saw, why, look), strict=True)]
    parts[1].code.extend(code)
    return cut(text_of(parts))


def cut(words: str) -> str:
    """A message of bearable length."""
    return words if len(words) <= MAX_MESSAGE else words[: MAX_MESSAGE - 1] + "…"


_TIDY = (
    "A function leaves settings and random generators as it found them, or the code after it "
    "runs otherwise than it should."
)

_STOPPED = {
    "timeout": (
        "The code did not come to an end",
        "Is there a loop that never ends, or one far too slow?",
    ),
    "out_of_memory": (
        "The code asked for too much memory",
        "Does something grow with each round, or is a shape far larger than meant?",
    ),
    "crashed": ("The code took its process down", ""),
    "not_graded": ("The grader itself failed, which is not your doing", ""),
}
