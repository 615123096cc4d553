"""The checks as such: complete, and neither too strict nor too lax."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from grader.check import ASPECTS

from . import kit

WAYS = ("do nothing", "zero", "zeros", "own argument", "own arguments", "true")


def _lazy(way: str, original: Any) -> Any:
    """A function of the same arguments that does no work."""
    results = {
        "do nothing": lambda *args, **kwargs: None,
        "zero": lambda *args, **kwargs: 0.0,
        "zeros": lambda *args, **kwargs: (np.zeros((1, 1)), np.zeros((1, 1))),
        "own argument": lambda *args, **kwargs: args[0] if args else None,
        "own arguments": lambda *args, **kwargs: args,
        "true": lambda *args, **kwargs: True,
    }
    lazy = results[way]
    if inspect.isclass(original) and way == "do nothing":
        bases = tuple(base for base in original.__mro__[1:] if base is not object)
        return type(original.__name__, bases[:1], {})
    return lazy


def _all_lazy() -> Iterator[Any]:
    for exercise in kit.EXERCISES:
        for function in kit.functions(exercise):
            for way in WAYS:
                yield pytest.param(exercise, function, way, id=f"{exercise}.{function}-{way}")


@pytest.mark.parametrize("seed", kit.SEEDS)
@pytest.mark.parametrize("exercise", kit.EXERCISES)
def test_the_reference_earns_every_point(exercise, seed):
    assert not kit.unearned(kit.verdicts(exercise, kit.reference(exercise), seed))


@pytest.mark.parametrize(("exercise", "function", "way"), list(_all_lazy()))
def test_no_point_without_work(exercise, function, way):
    lazy = _lazy(way, getattr(kit.reference(exercise), function))
    module = kit.with_replaced(kit.reference(exercise), **{function: lazy})
    found = kit.verdicts(exercise, module, only=function)
    assert found
    assert not [v.check.id for v in found if v.status == "passed"]


ALTERNATIVES = [
    pytest.param(e, a, id=f"{e}.{a.function}-{a.name}")
    for e in kit.EXERCISES
    for a in kit.alternatives(e)
]


@pytest.mark.parametrize(("exercise", "other"), ALTERNATIVES)
def test_a_right_answer_in_another_style_earns_every_point(exercise, other):
    module = kit.replaced(exercise, other.function, other.implementation)
    for seed in kit.SEEDS:
        assert not kit.unearned(kit.verdicts(exercise, module, seed, only=other.function))


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("exercise", kit.EXERCISES)
def test_alternatives_combined_earn_every_point(exercise, turn):
    chosen: dict[str, Any] = {}
    for function in kit.functions(exercise):
        own = [a for a in kit.alternatives(exercise) if a.function == function]
        assert len(own) >= 3, f"{function} has {len(own)} alternatives, not three"
        chosen[function] = own[turn % len(own)].implementation
    module = kit.with_replaced(kit.reference(exercise), **chosen)
    assert not kit.unearned(kit.verdicts(exercise, module))


@pytest.mark.parametrize("exercise", kit.EXERCISES)
def test_every_function_has_checks_that_say_what_they_claim(exercise):
    own = kit.checks(exercise)
    assert {c.info.function for c in own} == set(kit.functions(exercise))
    order = [kit.functions(exercise).index(c.info.function) for c in own]
    assert order == sorted(order), "checks stand in the page's order"
    for check in own:
        assert check.info.aspect in ASPECTS
        assert 20 < len(check.info.claim) < 160, check.info.id
        assert len(check.info.why) > 20, check.info.id
        assert check.info.points >= 1
    for function in kit.functions(exercise):
        assert any(c.tidy for c in own if c.info.function == function), f"{function}: no tidy check"


def test_there_are_enough_checks_and_a_hundred_points():
    everything = [c.info for e in kit.EXERCISES for c in kit.checks(e)]
    assert len(everything) >= 90
    assert sum(info.points for info in everything) == 100


@pytest.mark.parametrize("exercise", kit.EXERCISES)
def test_a_check_leaves_the_process_as_it_was(exercise):
    kit.outcomes(exercise, kit.reference(exercise))
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32
    assert str(torch.get_default_device()) == "cpu"
