"""What one would write without a kit: the scenarios in pytest's own process, compared with the solution's; no walls, no diagnosis.

pytest benchmarks/plain_pytest.py, with SUBMISSION naming a folder of modules
"""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType

import pytest

from grader import accelerator, scenario
from grader.check import Check, checks_of
from grader.compare import differences
from grader.facts import Observed
from grader.oracle import exercises, load_checks, load_solution

CHECKS = [check for name in exercises() for check in checks_of(load_checks(name))]

Modules = dict[str, ModuleType]


@pytest.fixture(scope="session")
def submission() -> Modules:
    """The modules that were handed in."""
    accelerator.install()
    sys.path.insert(0, os.environ["SUBMISSION"])
    return {name: importlib.import_module(name) for name in exercises()}


@pytest.fixture(scope="session")
def solutions() -> Modules:
    """The modules to compare with."""
    return {name: load_solution(name) for name in exercises()}


@pytest.mark.parametrize(
    "check", CHECKS, ids=lambda check: f"{check.info.exercise}.{check.info.id}"
)
def test_check(check: Check, submission: Modules, solutions: Modules) -> None:
    """The submission shows what the solution shows."""
    name = check.info.exercise
    expected = scenario.run(check, solutions[name], seed=1)
    seen = scenario.run(check, submission[name], seed=1)
    assert isinstance(expected, Observed)
    assert isinstance(seen, Observed)
    assert not differences(expected.facts, seen.facts)
