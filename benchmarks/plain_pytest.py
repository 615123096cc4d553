"""What one would write without a kit: the scenarios in pytest's own process, compared with the solution's; no walls, no diagnosis.

pytest benchmarks/plain_pytest.py, with SUBMISSION naming a folder of modules
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest

from grader import accelerator, scenario
from grader.check import Check, checks_of
from grader.compare import differences
from grader.facts import Observed
from grader.oracle import exercises, load_checks, load_solution

CHECKS = [(name, check) for name in exercises() for check in checks_of(load_checks(name))]


def load(name: str) -> ModuleType:
    """Import one of the submission's modules."""
    path = Path(os.environ["SUBMISSION"], f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def modules() -> dict[str, ModuleType]:
    """All modules of the submission."""
    accelerator.install()
    return {name: load(name) for name in exercises()}


@pytest.mark.parametrize(("name", "check"), CHECKS, ids=lambda value: str(value)[:40])
def test_check(name: str, check: Check, modules: dict[str, ModuleType]) -> None:
    """The submission shows in a check what the solution shows."""
    expected = scenario.run(check, load_solution(name), seed=1)
    seen = scenario.run(check, modules[name], seed=1)
    assert isinstance(expected, Observed)
    assert isinstance(seen, Observed)
    assert not differences(expected.facts, seen.facts)
