"""The options of `pytest grader`, as a plugin that the distribution names to pytest.

They must be known before pytest looks for conftest files: it takes the value of an unknown option for a path to collect, and would
run a conftest.py that lies in a student's folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # who wants the seed alone is spared the import
    import pytest

PUBLISHED_SEED = 2019
"""The seed of the self-check; a class is graded with another."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare them."""
    group = parser.getgroup("gradkit")
    group.addoption(
        "--submission",
        metavar="DIR",
        help="folder of the modules to check (default: exercises)",
    )
    group.addoption(
        "--seed",
        type=int,
        default=PUBLISHED_SEED,
        help="decides the random inputs (default: %(default)s)",
    )
    group.addoption(
        "--device",
        default="sim",
        help="accelerator of the device checks: sim (simulated, the default) or cuda",
    )
