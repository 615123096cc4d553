"""One check, which calls the module's `act` and reports what it returns."""

from __future__ import annotations

from typing import Any

from grader.check import check
from grader.draw import Draw
from grader.observe import number


@check("act", aspect="numbers", look="nothing")
def returns_a_number(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns a number."""
    return {"number": number(exercise.act())}


@check("other", aspect="numbers", look="nothing")
def returns_another(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns another number."""
    return {"number": number(exercise.other())}
