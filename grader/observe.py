"""From a student's values to facts: each observer says what kind of thing a claim asks for, and normalises what is left open.

Scalars of every kind become numbers, tuples and lists become sequences, a missing gradient equals zeros. What is not of the
kind asked for becomes `Unlike`, which equals nothing and says in words what it saw. Methods are taken from the base classes, so that
a subclass with methods of its own is read as what it is.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np
import torch

from . import tensors
from .facts import MAX_NUMBERS, MAX_TEXT, Fact, Facts, Many, Numbers, Unlike


class Unusable(Exception):
    """A result that the scenario cannot go on with, told as expected and seen."""

    def __init__(self, expected: str, saw: str) -> None:
        super().__init__(expected, saw)
        self.expected = expected
        self.saw = saw


def describe(value: Any) -> str:
    """Say in a few words what `value` is, without calling its own code."""
    if value is None:
        return "None"
    kind = type(value)
    if kind is str and len(value) > 60:
        return "a long str"
    if kind in (bool, int, float, str, complex):
        return f"{_short(repr(value))} ({_article(kind.__name__)})"
    if isinstance(value, torch.Tensor):
        return _describe_tensor(value)
    if isinstance(value, np.ndarray):
        shape = tuple(np.ndarray.shape.__get__(value))
        return f"a numpy array of shape {shape}"
    if kind in (tuple, list, dict, set):
        return f"{_article(kind.__name__)} of {len(value)}"
    return _article(_short(str(kind.__name__)))


def fact(value: Any) -> Fact:
    """What a scenario states in plain Python, as a fact: lists become `Many`, single floats numbers."""
    if value is None or isinstance(value, bool | int | str | Numbers | Unlike | Many):
        return value
    if isinstance(value, list | tuple):
        return Many(tuple(fact(item) for item in value))
    return number(value)


def number(value: Any, steps: int = 1) -> Fact:
    """A single real number of any kind and shape, which carries no graph."""
    asked = "a float"
    if isinstance(value, torch.Tensor):
        if tensors.requires_grad(value):
            return Unlike(asked, "a tensor that still carries its graph")
        if (
            tensors.size_of(value) != 1
            or not tensors.is_real_and_dense(value)
            or tensors.dtype_of(value) == "bool"
        ):
            return Unlike(asked, describe(value))
        return Numbers.of(tensors.values_of(value), (), "float32", steps)
    if isinstance(value, np.ndarray | np.generic):
        plain = np.asarray(value)
        if plain.size != 1 or plain.dtype.kind not in "fiu":
            return Unlike(asked, describe(value))
        return Numbers.of([float(plain.reshape(()).item())], (), "float32", steps)
    if isinstance(value, bool) or not isinstance(value, Real):
        return Unlike(asked, describe(value))
    return Numbers.of([_plain_float(value)], (), "float32", steps)


def integer(value: Any) -> Fact:
    """A Python or numpy integer."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return Unlike("an int", describe(value))
    plain = int.__int__(value) if isinstance(value, int) else int(np.integer.__int__(value))
    return plain if abs(plain) < 2**63 else Unlike("an int", "a very large int")


def floats(value: Any, steps: int = 1) -> Fact:
    """A list of floats: a list, a tuple, or a 1-d array."""
    asked = "a list of floats"
    if isinstance(value, torch.Tensor | np.ndarray) and value.ndim != 1:
        return Unlike(asked, describe(value))
    if not isinstance(value, list | tuple | torch.Tensor | np.ndarray):
        return Unlike(asked, describe(value))
    if len(value) > MAX_NUMBERS:
        return Unlike(asked, f"{len(value)} items")
    facts = [number(item, steps) for item in value]
    bad = next((fact for fact in facts if isinstance(fact, Unlike)), None)
    if bad is not None:
        return Unlike(asked, f"a list that holds {bad.saw}")
    values = [v for fact in facts if isinstance(fact, Numbers) for v in fact.values()]
    return Numbers.of(values, (len(values),), "float32", steps)


def integers(value: Any) -> Fact:
    """A list of ints: a list, a tuple, or a 1-d array of whole numbers."""
    asked = "a list of ints"
    if isinstance(value, np.ndarray | torch.Tensor):
        value = value.tolist() if value.ndim == 1 else None
    if not isinstance(value, list | tuple) or len(value) > MAX_NUMBERS:
        return Unlike(asked, describe(value))
    facts = tuple(integer(item) for item in value)
    bad = next((fact for fact in facts if isinstance(fact, Unlike)), None)
    return Unlike(asked, f"a list that holds {bad.saw}") if bad else Many(facts)


def array(value: Any, steps: int = 1) -> Fact:
    """A numpy array: its numbers, shape and dtype."""
    if not isinstance(value, np.ndarray):
        return Unlike("a numpy array", describe(value))
    plain = np.asarray(value)
    if plain.size > MAX_NUMBERS or plain.dtype.kind not in "fiub":
        return Unlike("a numpy array of numbers", describe(value))
    flat = np.array(plain, dtype=np.float64, copy=True, subok=False).ravel().tolist()
    return Numbers.of(flat, plain.shape, str(plain.dtype), steps)


def tensor(value: Any, steps: int = 1) -> Fact:
    """A tensor: its numbers, shape and dtype, wherever it is."""
    if not isinstance(value, torch.Tensor):
        return Unlike("a tensor", describe(value))
    if tensors.size_of(value) > MAX_NUMBERS or not tensors.is_real_and_dense(value):
        return Unlike("a tensor of numbers", describe(value))
    shape, dtype = tensors.shape_of(value), tensors.dtype_of(value)
    return Numbers.of(tensors.values_of(value), shape, dtype, steps)


def gradient(value: Any, steps: int = 1) -> Fact:
    """The `.grad` of a tensor; a missing gradient and zeros are the same."""
    if not isinstance(value, torch.Tensor):
        return Unlike("a tensor", describe(value))
    with warnings.catch_warnings():
        # Torch warns when asked for the gradient of a tensor that is no leaf.
        warnings.simplefilter("ignore")
        grad = tensors.gradient_of(value)
    if grad is None and tensors.size_of(value) <= MAX_NUMBERS:
        shape = tensors.shape_of(value)
        return Numbers.of([0.0] * math.prod(shape), shape, "float32", steps)
    return tensor(value if grad is None else grad, steps)


def scalar_tensor(value: Any, steps: int = 1) -> Fact:
    """A 0-d tensor's number."""
    if isinstance(value, torch.Tensor) and tensors.shape_of(value) == ():
        return tensor(value, steps)
    return Unlike("a tensor with no dimensions", describe(value))


def several(value: Any, *names: str) -> list[Any]:
    """Take apart a result that should be several, as a tuple or list (or rows of an array).

    Raises:
        Unusable: when it is not that many.
    """
    if isinstance(value, tuple | list | np.ndarray | torch.Tensor) and (
        getattr(value, "ndim", 1) > 0 and len(value) == len(names)
    ):
        return list(value)
    raise Unusable(f"{len(names)} results, {_listing(names)}", describe(value))


def instance(value: Any, kind: type | tuple[type, ...], asked: str) -> Any:
    """Return `value` if it is a `kind`.

    Raises:
        Unusable: when it is not; `asked` says what was wanted, such as "an nn.Linear".
    """
    if isinstance(value, kind):
        return value
    raise Unusable(asked, describe(value))


def function(value: Any, asked: str = "a function") -> Callable[..., Any]:
    """Return `value` if it can be called.

    Raises:
        Unusable: when it cannot.
    """
    if callable(value):
        return value
    raise Unusable(asked, describe(value))


def place(value: Any, device: str | torch.device) -> Fact:
    """Where a tensor lives: "the device handed in", or the name of another."""
    if not isinstance(value, torch.Tensor):
        return Unlike("a tensor", describe(value))
    kind = tensors.device_of(value)
    return "the device handed in" if kind == torch.device(device).type else f"the {kind}"


def leaf(value: Any) -> Facts:
    """Whether a tensor is a leaf and requires grad, as two facts."""
    if not isinstance(value, torch.Tensor):
        return {"is a tensor": Unlike("a tensor", describe(value))}
    return {"requires grad": tensors.requires_grad(value), "is a leaf": tensors.is_leaf(value)}


def text(value: Any) -> Fact:
    """A string, as it is."""
    return _short(str.__str__(value)) if isinstance(value, str) else Unlike("text", describe(value))


def texts(value: Any) -> Fact:
    """A list of strings."""
    if not isinstance(value, list | tuple) or len(value) > MAX_NUMBERS:
        return Unlike("a list of strings", describe(value))
    return Many(tuple(text(item) for item in value))


def raised_by(call: Callable[[], Any], *kinds: type[BaseException]) -> Fact:
    """Which of `kinds` the call raises: "raises ValueError", or "raises nothing"; other errors pass through."""
    try:
        call()
    except kinds as error:
        kind = next(kind for kind in kinds if isinstance(error, kind))
        return f"raises {kind.__name__}"
    return "raises nothing"


def _plain_float(value: Real) -> float:
    for kind in (float, int):
        if isinstance(value, kind):
            return float(kind.__float__(value))
    return float(value)


def _describe_tensor(value: torch.Tensor) -> str:
    return f"{_article(tensors.dtype_of(value))} tensor of shape {tensors.shape_of(value)}"


def _short(words: str) -> str:
    return words if len(words) <= MAX_TEXT else words[: MAX_TEXT - 1] + "…"


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _listing(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
