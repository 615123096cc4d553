"""Tensors, devices and trainable parameters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from grader.check import check
from grader.draw import Draw
from grader.facts import Unlike
from grader.observe import (
    array,
    describe,
    gradient,
    instance,
    integer,
    leaf,
    number,
    place,
    several,
    tensor,
)
from grader.watch import named

# --- n_dims


@check("n_dims", aspect="numbers", look="Tensor.ndim", tidy=True)
def counts_the_dimensions(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """A scalar has 0 dimensions, a vector 1, a matrix 2, and so on; the tensor stays as it was.

    The number of dimensions is the length of the shape, not the number of elements.
    """
    tensors = {
        "scalar": draw.tensor(),
        "vector": draw.tensor(draw.integer(3, 5)),
        "matrix": draw.tensor(draw.integer(3, 5), 2),
        "three dimensions": draw.tensor(1, 1, draw.integer(2, 4)),
        "more dimensions": draw.tensor(*(2,) * draw.integer(4, 6)),
        "vector of one number": draw.tensor(1),
        "parameter": draw.parameter(1, 2),
    }
    facts: dict[str, Any] = {name: integer(exercise.n_dims(t)) for name, t in tensors.items()}
    parameter = tensors["parameter"]
    return {
        **facts,
        "the parameter afterwards": tensor(parameter),
        **named("the parameter", leaf(parameter)),
    }


# --- to_tensor


@check("to_tensor", aspect="numbers", look="torch.from_numpy", tidy=True)
def gives_float32_numbers_of_the_same_shape(
    exercise: Any, draw: Draw, device: str
) -> dict[str, Any]:
    """The tensor holds the array's numbers as float32, in its shape, and the array stays as it was.

    numpy counts in float64, torch's layers in float32: the dtype is converted, and nothing else.
    """
    column, cube = draw.array(draw.integer(3, 6), 1), draw.array(2, 1, 3)
    made = exercise.to_tensor(column, device)
    return {
        "tensor": tensor(made),
        **named("tensor", leaf(made)),
        "of three dimensions": tensor(exercise.to_tensor(cube, torch.device(device))),
        "of whole numbers": tensor(exercise.to_tensor(np.arange(3), device)),
        "of no dimension": tensor(exercise.to_tensor(np.array(draw.uniform(-2, 2)), device)),
        "array afterwards": array(column),
    }


@check("to_tensor", aspect="device", look="Tensor.to", tidy=True)
def is_sent_to_the_device(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The tensor lives on the device handed in, given as a string or as a torch.device.

    from_numpy makes a tensor on the CPU; .to(device) sends it where the model is.
    """
    values = draw.array(4, 1)
    at_home = exercise.to_tensor(values, "cpu")
    by_name = exercise.to_tensor(values, device)
    by_object = exercise.to_tensor(values, torch.device(device))
    return {
        "tensor is on": place(by_name, device),
        "with a torch.device it is on": place(by_object, device),
        "on the CPU it is on": place(at_home, "cpu"),
        "numbers": tensor(by_name),
    }


# --- to_numpy


@check("to_numpy", aspect="gradient", look="Tensor.detach", tidy=True)
def gives_the_same_numbers_shape_and_dtype(
    exercise: Any, draw: Draw, device: str
) -> dict[str, Any]:
    """Returns the tensor's numbers, shape and dtype as a numpy array, also if it requires grad.

    numpy knows no graph: take the numbers out of it first, without touching the tensor itself.
    """
    t, whole = draw.tensor(1, draw.integer(3, 5)), torch.arange(draw.integer(3, 6))
    return {
        "array": array(exercise.to_numpy(t)),
        "of whole numbers": array(exercise.to_numpy(whole)),
        "of one number": array(exercise.to_numpy(draw.tensor())),
        "tensor afterwards": tensor(t),
        **_of_a_parameter(exercise, draw),
    }


@check("to_numpy", aspect="device", look="Tensor.cpu")
def fetches_the_numbers_from_any_device(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Works for a tensor on any device, which stays there.

    A numpy array lives in the CPU's memory, so the numbers must be brought there.
    """
    t, p = draw.tensor(3, 2, device=device), draw.parameter(2, device=device)
    facts = {
        "array": array(exercise.to_numpy(t)),
        "of a parameter": array(exercise.to_numpy(p)),
        "tensor is on": place(t, device),
        **leaf(p),
    }
    with torch.no_grad():
        exercise.to_numpy(p)
        return {**facts, "grad mode stays off under no_grad": not torch.is_grad_enabled()}


# --- add_in_place


@check("add_in_place", aspect="numbers", look="Tensor.add_", tidy=True)
def changes_the_tensor_itself(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Adds the value to every number of t in place, and returns t itself.

    Each number of t grows by the value, where it is in memory: add_ and += do that; t + value makes another tensor.
    """
    t, value = draw.tensor(draw.integer(2, 4), 2), draw.uniform(1, 5)
    view, turned = t[0], draw.tensor(2, draw.integer(3, 4)).T
    result = exercise.add_in_place(t, value)
    exercise.add_in_place(turned, value)
    return {
        "t": tensor(t),
        "a view of t": tensor(view),
        "returns": _which(result, t),
        "t requires grad": t.requires_grad,
        "a transposed t": tensor(turned),
    }


@check("add_in_place", aspect="device", look="Tensor.add_")
def adds_where_the_tensor_is(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Works for a tensor on any device, which stays there.

    A Python number may meet a tensor anywhere.
    """
    t = draw.tensor(3, device=device)
    view = t[:2]
    result = exercise.add_in_place(t, draw.uniform(1, 5))
    return {
        "t": tensor(t),
        "a view of t": tensor(view),
        "t is on": place(t, device),
        "returns": _which(result, t),
    }


# --- pick_device


@check("pick_device", aspect="device", look="torch.cuda.is_available", tidy=True)
def asks_whether_cuda_is_available(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Gives "cuda" where CUDA is available and "cpu" where it is not, decided at each call.

    torch knows a device by its name; torch.cuda.is_available() says, whenever it is called, which one to use.
    """
    answers = [draw.integer(0, 1) == 1]
    answers = [*answers, not answers[0], answers[0]]
    facts: dict[str, Any] = {}
    for turn, available in enumerate(answers, 1):
        with _cuda_that_is(available):
            picked = exercise.pick_device()
        where = "available" if available else "not available"
        facts[f"call {turn}, CUDA {where}"] = _device_name(picked)
    return facts


# --- make_params


@check("make_params", aspect="numbers", look="torch.manual_seed", tidy=True, generator="seeded")
def seeds_then_draws_a_and_b(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Seeds torch's generator, then draws a and b in this order, as torch.randn(1) does.

    The seed handed in decides all numbers drawn after it, also those of a later torch.rand.
    """
    facts: dict[str, Any] = {}
    seeds = {"": (seed := draw.seed()), " of another seed": draw.seed(), " once more": seed}
    for name, seed in seeds.items():
        a, b = several(exercise.make_params(seed, "cpu"), "a", "b")
        facts |= {f"a{name}": tensor(a), f"b{name}": tensor(b)}
        facts[f"next torch.rand(1){name}"] = number(torch.rand(1))
    return facts


@check("make_params", aspect="gradient", look="requires_grad")
def are_trainable_leaves(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """a and b are leaves that require grad, and get a gradient.

    Only a tensor that was made requiring grad, or told so afterwards, collects gradients.
    """
    a, b = several(exercise.make_params(draw.seed(), "cpu"), "a", "b")
    a, b = (instance(p, torch.Tensor, "two tensors") for p in (a, b))
    facts = {**named("a", leaf(a)), **named("b", leaf(b))}
    (draw.uniform(1, 3) * a + draw.uniform(1, 3) * b * b).sum().backward()
    return {**facts, "a.grad": gradient(a), "b.grad": gradient(b)}


@check("make_params", aspect="device", look="Tensor.requires_grad_", tidy=True, generator="seeded")
def are_leaves_on_the_device(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """a and b live on the device handed in and are leaves there, which an optimizer can train.

    .to(device) is an operation like any other: its result is no leaf, the CPU tensor behind it is.
    Ask for the gradient after the move, or make the tensor on the device.
    """
    facts: dict[str, Any] = {}
    for given in (device, torch.device(device)):
        a, b = several(exercise.make_params(draw.seed(), given), "a", "b")
        a, b = (instance(p, torch.Tensor, "two tensors") for p in (a, b))
        kind = "" if given is device else " (torch.device)"
        facts[f"a is on{kind}"] = place(a, device)
        facts |= named(f"a{kind}", leaf(a)) | named(f"b{kind}", leaf(b))
        (draw.uniform(1, 3) * a + draw.uniform(1, 3) * b).sum().backward()
        facts[f"a.grad{kind}"] = gradient(a) if a.is_leaf else tensor(torch.zeros(1))
        facts[f"a equals b{kind}"] = a.item() == b.item()
    return facts


def _which(result: Any, t: torch.Tensor) -> str:
    """Whether a result is t itself, as the page asks, in words that tell nothing from a copy."""
    if result is t:
        return "t itself"
    return "another tensor" if isinstance(result, torch.Tensor) else describe(result)


def _of_a_parameter(exercise: Any, draw: Draw) -> dict[str, Any]:
    p = draw.parameter(3)
    p.grad = draw.tensor(3)
    values = exercise.to_numpy(p)
    facts = {
        "of a parameter": array(values),
        **named("the parameter", leaf(p)),
        "the parameter's gradient afterwards": gradient(p),
    }
    if p.requires_grad:
        facts["of a result"] = array(exercise.to_numpy(p * 2))
        (p * 2).sum().backward()
    return {**facts, "a later gradient": gradient(p)}


def _device_name(picked: Any) -> Any:
    if isinstance(picked, torch.device):
        return picked.type
    return picked if isinstance(picked, str) else Unlike("", describe(picked))


@contextmanager
def _cuda_that_is(available: bool) -> Iterator[None]:
    """Let torch say that CUDA is there or not.

    The code of the functions is exchanged, not their names, so that who imported them by name is reached as well.
    """
    stand_ins = {
        torch.cuda.is_available: (lambda: True) if available else (lambda: False),
        torch.cuda.device_count: (lambda: 1) if available else (lambda: 0),
    }
    kept = {function: function.__code__ for function in stand_ins}
    try:
        for function, stand_in in stand_ins.items():
            function.__code__ = stand_in.__code__
        yield
    finally:
        for function, code in kept.items():
            function.__code__ = code
