"""What can become of a check and of an exercise, as records name it."""

from __future__ import annotations

from typing import Literal

Stop = Literal["timeout", "out_of_memory", "crashed", "not_graded"]
"""Why there was no answer; `not_graded` is the grader's own fault."""

Failure = Literal["missing", "unreadable", "import_error", Stop]
"""Why an exercise was not graded."""

ExerciseStatus = Literal["graded", Failure]
CheckOutcome = Literal[
    "passed",
    "failed",
    "error",
    "not_attempted",
    "missing",
    "timeout",
    "out_of_memory",
    "crashed",
]
"""What the checks of a graded exercise come to."""

CheckStatus = Literal[CheckOutcome, "unreadable", "import_error", "not_graded"]
"""Of an exercise that was not graded, every check carries the exercise's word."""
