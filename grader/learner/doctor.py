"""`gradkit doctor`: what this machine offers, and what to do about what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from .machine import Found
from .safe import safe


class Report(msgspec.Struct, frozen=True):
    """What `gradkit doctor --json` writes.

    Args:
        fine: whether nothing that is needed is broken.
        found: everything that was looked at.
    """

    fine: bool
    found: tuple[Found, ...]


def report(found: Sequence[Found]) -> Report:
    """Sum up."""
    return Report(all(each.state != "broken" for each in found), tuple(found))


def as_json(told: Report) -> bytes:
    """For a machine."""
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def lines(told: Report) -> list[str]:
    """For a person: a line for each thing, below it what to do, and a last line for all."""
    width = max(len(each.name) for each in told.found)
    text = []
    for each in told.found:
        text.append(f"{each.state:<7}  {each.name:<{width}}  {each.saw}".rstrip())
        if each.advice:
            text.append(f"{'':<7}  {'':<{width}}  -> {each.advice}")
    broken = [each.name for each in told.found if each.state == "broken"]
    last = f"Broken: {', '.join(broken)}." if broken else "All that is needed is here."
    return [safe(line) for line in [*text, "", last]]
