"""The tutorial's own numbers come out of the reference answers, page by page and all together."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from .test_pages import load

Data = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
Columns = tuple[torch.Tensor, torch.Tensor]

START, TRAINED = ("0.3367", "0.1288"), ("1.0235", "1.9690")


def printed(*numbers: str) -> Any:
    """Numbers as they are printed: right to half a unit of their last digit."""
    [decimals] = {len(number.partition(".")[2]) for number in numbers}
    return pytest.approx([float(number) for number in numbers], abs=0.501 * 10**-decimals, rel=0)


def values(*numbers: Any) -> list[float]:
    """Python floats, from numpy numbers or from tensors of one element."""
    return [number.item() for number in numbers]


@pytest.fixture(scope="module")
def pages() -> dict[str, ModuleType]:
    """The reference answers, by the number of their page."""
    solutions = Path(__file__).parent.parent / "solutions"
    return {path.stem[:4]: load(path) for path in solutions.glob("ex*.py")}


@pytest.fixture
def all_points(pages: dict[str, ModuleType]) -> tuple[np.ndarray, np.ndarray]:
    return pages["ex01"].generate_data(np.random.RandomState(42))


@pytest.fixture
def data(pages: dict[str, ModuleType]) -> Data:
    rng = np.random.RandomState(42)
    x, y = pages["ex01"].generate_data(rng)
    return pages["ex01"].split_data(rng, x, y)


@pytest.fixture
def columns(pages: dict[str, ModuleType], data: Data) -> Columns:
    """The training data as tensors."""
    return pages["ex04"].to_tensor(data[0], "cpu"), pages["ex04"].to_tensor(data[1], "cpu")


@pytest.fixture
def params(pages: dict[str, ModuleType]) -> Columns:
    a, b = pages["ex04"].make_params(42, "cpu")
    assert values(a, b) == printed(*START)
    return a, b


def test_ex03_numpy(pages: dict[str, ModuleType], data: Data) -> None:
    a, b = pages["ex03"].init_params(np.random.RandomState(42))
    assert values(a, b) == printed("0.49671415", "-0.13826430")
    a, b, losses = pages["ex03"].train(data[0], data[1], a, b)
    assert values(a, b) == printed("1.02354094", "1.96896411")
    assert len(losses) == 1000


def test_ex02_step_by_step_is_the_same_descent(pages: dict[str, ModuleType], data: Data) -> None:
    step, (x, y) = pages["ex02"], data[:2]
    a, b = pages["ex03"].init_params(np.random.RandomState(42))
    for _ in range(1000):
        a_grad, b_grad = step.gradients(x, y, step.predict(a, b, x))
        a, b = step.update(a, a_grad, 0.1), step.update(b, b_grad, 0.1)
    assert values(a, b) == printed("1.02354094", "1.96896411")


def test_ex03_scikit_learn(pages: dict[str, ModuleType], data: Data) -> None:
    assert list(pages["ex03"].sklearn_fit(data[0], data[1])) == printed("1.02354075", "1.96896447")


def test_ex05_autograd(pages: dict[str, ModuleType], columns: Columns, params: Columns) -> None:
    pages["ex05"].train(*columns, *params)
    assert values(*params) == printed(*TRAINED)


def test_ex06_the_loss_depends_on_a_and_b(
    pages: dict[str, ModuleType], columns: Columns, params: Columns
) -> None:
    (x, y), (a, b) = columns, params
    leaves = pages["ex06"].trainable_leaves(((y - (a + b * x)) ** 2).mean())
    assert {id(leaf) for leaf in leaves} == {id(a), id(b)}


def test_ex07_optimizer(pages: dict[str, ModuleType], columns: Columns, params: Columns) -> None:
    pages["ex07"].train(*columns, *params, pages["ex07"].make_sgd(params, 0.1), 1000)
    assert values(*params) == printed(*TRAINED)


def test_ex08_loss(pages: dict[str, ModuleType], columns: Columns, params: Columns) -> None:
    optimizer = torch.optim.SGD(params, lr=0.1)
    pages["ex08"].train(*columns, *params, pages["ex08"].make_mse(), optimizer, 1000)
    assert values(*params) == printed(*TRAINED)


def test_ex09_model(pages: dict[str, ModuleType], columns: Columns) -> None:
    torch.manual_seed(42)
    model = pages["ex09"].ManualLinearRegression()
    assert values(model.a, model.b) == printed(*START)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    pages["ex09"].train(model, nn.MSELoss(), optimizer, *columns, 1000)
    assert values(model.a, model.b) == printed(*TRAINED)


def test_ex12_the_full_program(
    pages: dict[str, ModuleType], all_points: tuple[np.ndarray, np.ndarray]
) -> None:
    start, _, _ = pages["ex12"].run(*all_points, n_epochs=0)
    assert values(start[0].weight, start[0].bias) == printed("-0.9676", "-0.5727")
    model, losses, val_losses = pages["ex12"].run(*all_points)
    assert values(model[0].weight, model[0].bias) == printed("1.9625", "1.0147")
    assert values(np.mean(losses), np.mean(val_losses)) == printed("0.04880", "0.02073")
    assert (len(losses), len(val_losses)) == (5 * 150, 150)


def test_ex09_to_ex12_together_are_the_full_program(
    pages: dict[str, ModuleType], all_points: tuple[np.ndarray, np.ndarray]
) -> None:
    loaders, evaluate = pages["ex11"], pages["ex12"].evaluate
    train_set, val_set = loaders.split_dataset(
        pages["ex10"].make_tensor_dataset(*all_points), 80, 42
    )
    train_loader = loaders.make_loader(train_set, 16, shuffle=False)
    val_loader = loaders.make_loader(val_set, 20, shuffle=False)
    assert loaders.batch_sizes(train_loader) == [16] * 5

    torch.manual_seed(42)
    torch.randperm(100)  # The tutorial splits with the global generator, before it makes the model.
    model = pages["ex09"].make_sequential("cpu")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    train_step = pages["ex09"].make_train_step(model, nn.MSELoss(), optimizer)
    losses, val_losses = [], []
    for _ in range(150):
        losses += loaders.train_epoch(train_loader, train_step, "cpu")
        val_losses += evaluate(model, nn.MSELoss(), val_loader, "cpu")
    assert values(model[0].weight, model[0].bias) == printed("1.9625", "1.0147")
    assert values(np.mean(losses), np.mean(val_losses)) == printed("0.04880", "0.02073")
