"""The pyproject.toml of a student's copy: the kit's, without what serves teachers and the kit's own development."""

from __future__ import annotations

import re

_KEPT = (
    "build-system",
    "project",
    "project.scripts",
    "project.entry-points.pytest11",
    "tool.setuptools.packages.find",
    "tool.setuptools.package-data",
    "tool.pytest.ini_options",
)
_TEACHERS = re.compile(r' *"(?:nbgrader|bleach)[^"]*",\n')
"""What is used by commands alone that need answers; nbgrader is large to install, too."""


def for_students(text: str) -> str:
    """Make a student's pyproject.toml of the kit's.

    >>> print(for_students('[project]\\nname = "gradkit"\\n\\n[tool.ruff]\\nline-length = 100\\n'))
    [project]
    name = "gradkit"
    <BLANKLINE>
    """
    sections = re.split(r"(?m)^(?=\[)", text)
    kept = [section for section in sections if _header(section) in _KEPT]
    kept_text = _TEACHERS.sub("", "".join(kept))
    return kept_text.replace('testpaths = ["tests"]', 'testpaths = ["grader"]').rstrip() + "\n"


def _header(section: str) -> str:
    return section.partition("\n")[0].strip("[]")
