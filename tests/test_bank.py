"""The bank of known mistakes proves the checks, and the checks prove the bank."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from grader import oracle

from . import kit

KNOWN = [(e, m) for e in kit.EXERCISES for m in kit.mistakes(e)]


def _id(value: object) -> str:
    info = getattr(value, "info", None)
    return f"{info.function}-{info.name}" if info else str(value)


@pytest.mark.parametrize(("exercise", "mistake"), KNOWN, ids=_id)
def test_a_known_mistake_loses_points_and_is_named(exercise, mistake):
    module = kit.replaced(exercise, mistake.info.function, mistake.implementation)
    found = kit.verdicts(exercise, module, only=mistake.info.function)
    lost = [v for v in found if v.status != "passed"]
    assert lost, "every check passed"
    assert all(v.status in ("failed", "error") for v in lost), kit.unearned(found)
    named = {v.mistake for v in lost}
    assert named & {mistake.info.name, *mistake.info.same_as}, kit.unearned(found)


@pytest.mark.parametrize(("exercise", "mistake"), KNOWN, ids=_id)
def test_a_known_mistake_costs_nothing_elsewhere(exercise, mistake):
    module = kit.replaced(exercise, mistake.info.function, mistake.implementation)
    others = [c for c in kit.checks(exercise) if c.info.function != mistake.info.function]
    seen = kit.outcomes(exercise, module)
    elsewhere = kit.judge(kit.oracle(exercise), {c.info.id: seen[c.info.id] for c in others})
    assert not kit.unearned(elsewhere)


def test_a_mistake_is_named_only_where_it_explains_the_fact_that_is_told():
    def of_the_layers_one_level_down(model):
        layers = [model, *model.children()]
        found = [p for layer in layers for p in layer.parameters(recurse=False)]
        return sum(p.numel() for p in found if p.requires_grad)

    module = kit.replaced("ex09_model", "count_params", of_the_layers_one_level_down)
    (verdict,) = kit.verdicts("ex09_model", module, only="count_params")
    assert [d.name for d in verdict.differences][:1] == ["nested layers"]
    assert "a shared tensor" in [d.name for d in verdict.differences]
    assert verdict.mistake != "counts-a-shared-tensor-twice"


def test_a_mistake_is_not_named_where_the_code_passes_a_check_that_it_fails():
    class WithAConstant(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Parameter(torch.randn(1))
            self.b = nn.Parameter(torch.randn(1))

        def forward(self, x):
            return torch.ones(1) * self.a + self.b * x

    name = "ManualLinearRegression"
    module = kit.replaced("ex09_model", name, WithAConstant)
    parameters, prediction = kit.verdicts("ex09_model", module, only=name)
    assert parameters.status == "passed"
    assert prediction.mistake is None  # as with plain tensors, which are no parameters
    assert "Tensors meet on one device only" in prediction.message


@pytest.mark.parametrize("exercise", kit.EXERCISES)
def test_every_check_catches_a_known_mistake(exercise):
    idle = {c.info.id for c in kit.checks(exercise)}
    for mistake in kit.mistakes(exercise):
        module = kit.replaced(exercise, mistake.info.function, mistake.implementation)
        found = kit.verdicts(exercise, module, only=mistake.info.function)
        idle -= {v.check.id for v in found if v.status != "passed"}
    assert not idle


@pytest.mark.parametrize("exercise", kit.EXERCISES)
def test_a_mistakes_name_is_unique_in_its_function(exercise):
    names = [(m.info.function, m.info.name) for m in kit.mistakes(exercise)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("exercise", kit.EXERCISES)
def test_every_mistake_says_why_and_where_to_look(exercise):
    for mistake in kit.mistakes(exercise):
        info = mistake.info
        assert info.function in kit.functions(exercise)
        assert len(info.why) > 30, info.name
        assert info.look, info.name
        assert "!" not in info.why.replace("!=", ""), info.name


def test_the_bank_is_large():
    assert len(KNOWN) >= 180
    few = {
        f"{exercise}.{function}": count
        for exercise in kit.EXERCISES
        for function in kit.functions(exercise)
        if (count := sum(m.info.function == function for m in kit.mistakes(exercise))) < 4
    }
    assert few.keys() <= FEWER_ARE_PLAUSIBLE


FEWER_ARE_PLAUSIBLE: set[str] = set()
"""Functions in which fewer than four different mistakes are plausible."""


@pytest.mark.parametrize("imports", ["load_checks", "load_solution", "mistakes_of"])
def test_nothing_is_imported_while_another_job_watches_the_generators(monkeypatch, imports):
    # A layer in a class body draws from torch's generator when its module is imported.
    waited = []
    real = getattr(oracle, imports)

    def watched(*arguments):
        waited.append(oracle._ONE_AT_A_TIME.locked())
        return real(*arguments)

    monkeypatch.setattr(oracle, imports, watched)
    oracle.Live("ex04_tensors", seed=3).suspects("n_dims")
    assert waited == [True]
