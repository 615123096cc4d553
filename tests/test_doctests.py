"""The examples in the grader's docstrings are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import grader

MODULES = [
    found.name
    for found in pkgutil.walk_packages(grader.__path__, "grader.")
    # Run as a program when imported, or found by pytest alone.
    if found.name not in ("grader.__main__", "grader.conftest")
    and not found.name.startswith(("grader.checks.", "grader.mistakes."))
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    found = [test for name in MODULES for test in finder.find(importlib.import_module(name))]
    assert sum(bool(test.examples) for test in found) > 10
