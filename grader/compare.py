"""Compare what was seen with what was expected, fact by fact, with a stated tolerance.

Tolerance: numbers agree when they differ by no more than `tolerance` times the largest number expected (or 1, if that is
larger). It is 1e-5 for float32 and for single floats, 1e-7 for float64 arrays, zero for whole numbers, and grows with the
number of accumulated steps. NaN agrees with nothing, except when NaN is what was expected.
"""

from __future__ import annotations

import math

import msgspec

from .facts import Fact, Facts, Many, Numbers, Observed, Outcome, Raised, Unlike

TOLERANCE = {"float64": 1e-7, "float32": 1e-5}


class Difference(msgspec.Struct, frozen=True):
    """One fact that is not as expected; `note` says by how much numbers are off, if little."""

    name: str
    expected: Fact
    saw: Fact
    note: str = ""


def differences(expected: Facts, saw: Facts) -> list[Difference]:
    """The facts that differ, in the order in which the scenario states them."""
    unknown = [name for name in saw if name not in expected]
    if unknown and isinstance(saw[unknown[0]], Unlike):
        # The scenario could not go on: that is the one thing to tell.
        return [Difference(unknown[0], None, saw[unknown[0]])]
    missing = Unlike("", "nothing")
    found = []
    for name, fact in expected.items():
        other = saw.get(name, missing)
        if not agree(fact, other):
            found.append(Difference(name, fact, other, _note(fact, other)))
    return found + [Difference(name, None, saw[name]) for name in unknown]


def same_outcome(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes show the same behaviour: facts that agree, or the same error."""
    if isinstance(one, Observed) and isinstance(other, Observed):
        return one.facts.keys() == other.facts.keys() and all(
            agree(fact, other.facts[name], alike=True) for name, fact in one.facts.items()
        )
    if isinstance(one, Raised) and isinstance(other, Raised):
        return (one.type, _words(one.message)) == (other.type, _words(other.message))
    return False


def agree(expected: Fact, saw: Fact, *, alike: bool = False) -> bool:
    """Whether a fact is as expected.

    Args:
        expected: what the reference showed.
        saw: what the student's code showed.
        alike: compare two faulty facts: then `Unlike` equals its equal, and NaN is like NaN.
    """
    if isinstance(expected, Numbers) and isinstance(saw, Numbers):
        return _numbers_agree(expected, saw, nan=alike)
    if isinstance(expected, Many) and isinstance(saw, Many):
        return len(expected.items) == len(saw.items) and all(
            agree(a, b, alike=alike) for a, b in zip(expected.items, saw.items, strict=True)
        )
    if isinstance(expected, Unlike) or isinstance(saw, Unlike):
        return alike and expected == saw
    return type(expected) is type(saw) and expected == saw


def allowed(expected: Numbers) -> float:
    """The largest difference that still counts as equal."""
    scale = max([1.0, *(abs(v) for v in expected.values() if math.isfinite(v))])
    return TOLERANCE.get(expected.dtype, 0.0) * expected.steps * scale


def _numbers_agree(expected: Numbers, saw: Numbers, *, nan: bool) -> bool:
    if not _comparable(expected, saw):
        return False
    limit = allowed(expected)
    pairs = zip(expected.values(), saw.values(), strict=True)
    return all(_close(a, b, limit, nan) for a, b in pairs)


def _comparable(expected: Numbers, saw: Numbers) -> bool:
    return expected.shape == saw.shape and expected.dtype == saw.dtype


def _close(a: float, b: float, limit: float, nan: bool) -> bool:
    if math.isnan(a) or math.isnan(b):
        return nan and math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= limit


def _note(expected: Fact, saw: Fact) -> str:
    """Tell the margin where a small difference decides."""
    if not (isinstance(expected, Numbers) and isinstance(saw, Numbers)):
        return ""
    if not _comparable(expected, saw):
        return ""
    gaps = [abs(a - b) for a, b in zip(expected.values(), saw.values(), strict=True)]
    worst, limit = max(gaps, default=0.0), allowed(expected)
    if not math.isfinite(worst) or worst > 300 * limit:
        return ""
    return f"off by {worst:.0e}, allowed {limit:.0e}"


def _words(message: str) -> str:
    """A message without its numbers and addresses, so that random inputs do not tell it apart."""
    return "".join("#" if c.isdigit() else c for c in message)
