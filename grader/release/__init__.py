"""The student's copy of the kit: stubs, grader and recorded observations, and no answer.

writing      which files it has, and writing them
project      its pyproject.toml, made from the kit's
student/     files that only it has
"""

from __future__ import annotations

from .writing import ReleaseFailed, release

__all__ = ["ReleaseFailed", "release"]
