"""The rules that are told where no known mistake explains what happened, tested as text."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader import accelerator, rules
from grader.compare import Difference
from grader.facts import Frame, Numbers, Raised, Unlike

from . import kit


def _why(exercise: str, function: str, implementation) -> str:
    """The Why of the first failing check, with the module's own function replaced."""
    module = kit.replaced(exercise, function, implementation)
    found = kit.verdicts(exercise, module, only=function)
    message = next(v.message for v in found if v.status != "passed")
    words = " ".join(message.split())
    return words.partition(" Why ")[2].partition(" Look at ")[0]


def test_a_result_that_was_printed_and_not_returned_is_told_so():
    told = _why("ex01_data", "generate_data", lambda *args, **options: print("x and y"))
    assert told.startswith("A function gives back what stands after return, and None without one")
    told = _why("ex04_tensors", "pick_device", lambda: print("cpu"))
    assert told.startswith("A function gives back what stands after return")


def test_losses_that_were_never_returned_are_told_so_where_their_use_fails():
    def printing(x, y, a, b, lr=0.1, n_epochs=1000):
        for _ in range(n_epochs):
            loss = ((y - a - b * x) ** 2).mean()
            loss.backward()
            with torch.no_grad():
                a -= lr * a.grad
                b -= lr * b.grad
            a.grad = b.grad = None

    module = kit.replaced("ex05_autograd", "train", printing)
    messages = [v.message for v in kit.verdicts("ex05_autograd", module, only="train") if v.message]
    assert messages
    assert all("what stands after return" in " ".join(m.split()) for m in messages)


def test_a_method_that_nobody_called_is_told_so():
    told = _why("ex02_gradient_descent", "mse", lambda y, yhat: ((y - yhat) ** 2).mean)
    assert told.startswith("The name of a method is not yet a call of it")


def test_a_function_of_the_page_that_is_not_written_yet_is_named():
    frames = (
        Frame(9, "train", "loss = backward_pass(a, b, x, y)"),
        Frame(5, "backward_pass", "raise NotImplementedError"),
    )
    told = rules.of_error(Raised("NotImplementedError", "", frames))
    assert told == "backward_pass is not written yet, and this code calls it"
    assert "PyTorch itself" in rules.of_error(Raised("NotImplementedError", "", frames[:1]))


@pytest.mark.parametrize(
    ("kind", "words", "rule"),
    [
        ("NameError", "name 'X' is not defined", "spelling and capitals count"),
        (
            "UnboundLocalError",
            "cannot access local variable 'a' where it is not associated with a value",
            "before the first assignment",
        ),
        ("AttributeError", "'NoneType' object has no attribute 'append'", "The value is None"),
        (
            "TypeError",
            "unsupported operand type(s) for *: 'float' and 'NoneType'",
            "of a tensor that is no leaf",
        ),
        ("TypeError", "'method' object is not iterable", "parentheses after the name"),
        (
            "TypeError",
            "unsupported operand type(s) for +: 'int' and 'builtin_function_or_method'",
            "parentheses after the name",
        ),
        ("AttributeError", "'Line' object has no attribute 'a'", "a line such as self.x = ..."),
        ("AttributeError", "'Line' object has no attribute '_modules'", "super().__init__()"),
        (
            "AttributeError",
            "cannot assign module before Module.__init__() call",
            "super().__init__()",
        ),
        ("TypeError", "'int' object is not iterable", "range(n) gives n rounds"),
        ("TypeError", "cannot unpack non-iterable int object", "range(n) gives n rounds"),
        ("TypeError", "'int' object is not callable", "a plain value is used without them"),
        ("TypeError", "'int' object is not subscriptable", "Square brackets"),
        ("AttributeError", "'float' object has no attribute 'backward'", "a plain number"),
        ("AssertionError", "Torch not compiled with CUDA enabled", "the one that is handed in"),
        ("RecursionError", "maximum recursion depth exceeded", "without an end"),
        (
            "ExecutableNotFound",
            "failed to execute PosixPath('dot'), make sure",
            "not every machine",
        ),
        ("PermissionError", "[Errno 1] Operation not permitted: PosixPath('dot')", "not every"),
        ("SystemExit", "1", "a function should return to its caller"),
        ("ValueError", "my own words", ""),
    ],
)
def test_an_error_that_beginners_meet_has_its_rule(kind, words, rule):
    told = rules.of_error(Raised(kind, words))
    assert rule in told
    assert bool(told) == bool(rule)


def _predicted_once():
    w = torch.ones(2, requires_grad=True)
    yhat = w**2
    with torch.no_grad():
        w -= 1
    yhat.sum().backward()


def _same_leaf():
    leaf = torch.ones(1, requires_grad=True)
    leaf -= 1


def _used_up():
    loss = (torch.ones(2, requires_grad=True) ** 2).sum()
    loss.backward()
    loss.backward()


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        (lambda: torch.ones(2, requires_grad=True).backward(), "must become one first"),
        (lambda: torch.ones(1).sum().backward(), "backward() found no graph"),
        (_used_up, "backward() uses its graph up"),
        (_same_leaf, "unless under no_grad()"),
        (_predicted_once, "after an update, predict anew"),
        (lambda: torch.ones(2).item(), "one alone"),
        (lambda: bool(torch.ones(2)), "any() or all()"),
        (lambda: torch.ones(2, 3) @ torch.ones(2, 3), "look at both shapes"),
        (lambda: torch.nn.Module()(1), "exact name, forward"),
    ],
)
def test_the_words_are_those_that_torch_itself_uses(code, rule):
    with pytest.raises((RuntimeError, NotImplementedError)) as raised:
        code()
    assert rule in rules.of_error(Raised(raised.type.__name__, str(raised.value)))


def test_a_class_where_an_object_is_needed_is_told_so():
    with pytest.raises(TypeError) as raised, torch.no_grad:
        pass
    assert "has to be called" in rules.of_error(Raised("TypeError", str(raised.value)))


def test_a_known_mistake_goes_before_the_rule():
    module = kit.replaced("ex09_model", "make_train_step", lambda *args: None)
    found = kit.verdicts("ex09_model", module, only="make_train_step")
    assert "The inner function must be returned" in " ".join(found[0].message.split())


class _Line:
    def forward(x):  # no self
        return x


def _step(x):
    return x


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        (lambda: _Line().forward(1), "self"),
        (lambda: torch.nn.Linear(1, 1)(torch.ones(1, 1), 2), "self"),
        (lambda: _step(1, 2), "no more and no less"),
        (lambda: _step(), "no more and no less"),
        (lambda: torch.seed(42), "no more and no less"),
        (lambda: _step(y=1), "its documentation lists"),
        (lambda: torch.randn(1, require_grad=True), "its documentation lists"),
        (lambda: list(range(0.1)), "take an int"),
        (lambda: torch.float(1), "from torch import *"),
        (lambda: torch.range(3), "from torch import *"),
        (lambda: torch.ones(3)[3], "Counting begins at 0"),
        (lambda: torch.tensor(1.0).shape[0], "Counting begins at 0"),
        (lambda: torch.ones(1, requires_grad=True).numpy(), "detach() and cpu()"),
        (lambda: torch.ones(1).to("sim").numpy(), "detach() and cpu()"),
        (lambda: np.ones(2) ^ 2, "A power is written **"),
        (lambda: 0.5 ^ 2, "A power is written **"),
        (lambda: next(iter((a, b) for a, b in [(1, 2, 3)])), "on the left of ="),
        (lambda: next(iter((a, b) for a, b in [(1,)])), "on the left of ="),
    ],
)
def test_what_does_not_fit_together_has_the_rule_of_its_own_kind(code, rule):
    accelerator.install()
    with pytest.raises((TypeError, ValueError, IndexError, RuntimeError)) as raised:
        code()
    assert rule in rules.of_error(Raised(raised.type.__name__, str(raised.value)))


def _numbers(count: int, dtype: str) -> Numbers:
    return Numbers.of([1.0] * count, (count,), dtype)


@pytest.mark.parametrize(
    ("expected", "saw", "rule"),
    [
        (None, Unlike("3 results, a, b and losses", "a tuple of 2"), "behind one return"),
        (None, Unlike("an nn.Linear", "a type"), "The name of a class"),
        (_numbers(3, "float32"), _numbers(1, "float32"), "How many numbers there are"),
        (_numbers(3, "float32"), _numbers(3, "float64"), "The dtype is part of the result"),
        (_numbers(3, "float32"), _numbers(3, "float32"), ""),
        (None, Unlike("a list of floats", "a list of 2"), ""),
        (None, Unlike("a torch.optim.SGD", "an Adam"), ""),
        ("shape (2,)", "shape (3,)", ""),
    ],
)
def test_a_result_of_another_kind_has_its_rule(expected, saw, rule):
    told = rules.of_difference(Difference("result", expected, saw))
    assert rule in told
    assert bool(told) == bool(rule)


def test_what_was_handed_in_and_is_another_afterwards_has_its_rule():
    changed = Difference("x afterwards", _numbers(3, "float64"), _numbers(1, "float64"))
    assert "change the caller's own object" in rules.of_difference(changed)


def test_every_rule_fits_two_lines_of_a_message():
    told = [rule for _, rule in rules._RULES]
    told += [
        rules._CHANGED,
        rules._NO_RETURN,
        rules._NO_OBJECT,
        rules._SEVERAL,
        rules._SHAPE,
        rules._DTYPE,
    ]
    assert all(20 < len(rule) < 140 for rule in told)
