"""Hostile submissions: what each tries, and what must hold.

An attack's code is put after the right answers of its exercise, so whatever it defines replaces them. Functions that it leaves
alone are its honest part.

    leaving     ends the process, and hopes that silence is a pass
    crashing    kills the interpreter
    hanging     never ends
    exhausting  takes memory, processes, disk, output
    patching    replaces what a checker might use
    lying       answers with objects that say what one wants to hear
    searching   looks for answers in memory, on disk, among modules
    forging     writes answers, or facts, of its own
    lingering   acts later, or in another process
    spoiling    changes what later checks rest on
    reaching    touches what is outside: processes, network, files
    showing     says things that hurt whoever reads them
    folders     more than modules: files that Python, pytest or a reader might fall for
    residue     forges facts within its own process, which nobody can prevent: it must be flagged
"""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass, field
from functools import cached_property

from grader.oracle import ROOT
from tests import kit

AUTOGRAD, GRAPH = "ex05_autograd", "ex06_graph"
"""The second has a function with a single check that no other calls: cheap to spoil."""


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Args:
        name: also the submission's.
        tries: what its author hopes for.
        code: put after the right answers.
        exercise: whose answers.
        ends: status of the exercise.
        gives: status that every check of a replaced function has, where just one is right.
        works: functions that it replaces and that do what is asked, attack or not: they keep their points.
        loses: functions that it leaves alone and may spoil, to its own loss.
        says: words that stand in the message of the exercise, or of a failed check.
        flags: words that stand among the flags.
        wall: what isolation must give for this to hold.
        files: more files of the submission.
    """

    name: str
    tries: str
    code: str
    exercise: str = AUTOGRAD
    ends: str = "graded"
    gives: str = ""
    works: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    says: str = ""
    flags: tuple[str, ...] = ()
    wall: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The module that is handed in."""
        honest = (ROOT / "solutions" / f"{self.exercise}.py").read_text(encoding="utf-8")
        return f"{honest}\n\n{textwrap.dedent(self.code)}"

    @cached_property
    def cheats(self) -> set[str]:
        """The functions that must not earn anything."""
        defined = {
            node.name
            for node in ast.parse(textwrap.dedent(self.code)).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        }
        return defined & set(kit.functions(self.exercise)) - set(self.works)

    @cached_property
    def earns(self) -> set[str]:
        """The functions that must keep every point: none that calls a cheat."""
        return {
            name
            for name in kit.functions(self.exercise)
            if name not in self.cheats | set(self.loses) and not self.cheats & self._calls(name)
        }

    def _calls(self, name: str) -> set[str]:
        answer = getattr(kit.reference(self.exercise), name)
        return set(answer.__code__.co_names) if hasattr(answer, "__code__") else set()


def everything(exercise: str = AUTOGRAD) -> tuple[str, ...]:
    """All functions of an exercise, for an attack that may spoil them all."""
    return kit.functions(exercise)
