"""The rule behind what goes wrong alike in every exercise: Python's and PyTorch's own errors, and results that are none."""

from __future__ import annotations

from .facts import Fact, Raised, Unlike


def of_error(error: Raised) -> str:
    """The rule behind an exception, or nothing where its own words must do."""
    if error.type == "NotImplementedError" and error.frames:
        last = error.frames[-1]
        if last.source.startswith("raise NotImplementedError"):
            return f"{last.function} is not written yet, and this code calls it"
    return _behind(f"{error.type}: {error.message}")


def of_result(saw: Fact) -> str:
    """The rule behind a result that cannot be what was asked for, or nothing where it could."""
    words = saw.saw if isinstance(saw, Unlike) else ""
    if words in _NONE or words.startswith(_USED_NONE):
        return _NO_RETURN
    if words.endswith(_UNCALLED):
        return _NO_PARENTHESES
    return _behind(words.removeprefix(_USING)) if words.startswith(_USING) else ""


def _behind(words: str) -> str:
    return next((rule for part, rule in _RULES if part in words), "")


_USING = "using the result gave "
_NONE = ("None", "a list that holds None")
_USED_NONE = (f"{_USING}TypeError: 'NoneType'", f"{_USING}TypeError: object of type 'NoneType'")
_UNCALLED = ("a builtin_function_or_method", "a method")

_NO_RETURN = (
    "A function gives back what stands after return, and None without one; print only shows"
)
_NO_PARENTHESES = (
    "The name of a method is not yet a call of it: parentheses after the name make it run"
)

_RULES = (
    ("SystemExit", "the code left the program; a function should return to its caller"),
    ("RecursionError", "a function called itself without an end"),
    (
        "UnboundLocalError",
        "A name that a function assigns is its own, and has no value before the first assignment",
    ),
    (
        "NameError",
        "A name can be used once it has a value: an argument, something assigned or imported above; "
        "spelling and capitals count",
    ),
    ('missing the required "forward"', "nn.Module calls the method by its exact name, forward"),
    (
        "NotImplementedError",
        "PyTorch itself raises this when a method it needs is missing or misspelt",
    ),
    (
        "positional argument but 2 were given",
        "A method is handed the object itself first: self stands before its other arguments",
    ),
    (
        "'NoneType' object",
        "The value is None: that is what a function without return gives, and .grad before backward()",
    ),
    ("'method' object", _NO_PARENTHESES),
    ("'builtin_function_or_method' object", _NO_PARENTHESES),
    ("object is not callable", "Parentheses call a function; a plain value is used without them"),
    (
        "'type' object does not support the context manager",
        "A class has to be called to make the object that `with` needs: parentheses after its name",
    ),
    (
        "'float' object has no attribute 'backward'",
        "backward() starts from a tensor with its graph; a plain number, such as item() gives, has none",
    ),
    (
        "Boolean value of Tensor with more than one value",
        "A tensor of several numbers is neither true nor false; any() or all() makes one answer of them",
    ),
    (
        "grad can be implicitly created only for scalar outputs",
        "backward() starts from a single number, so the losses of all points must become one first",
    ),
    (
        "does not require grad and does not have a grad_fn",
        "backward() found no graph: nothing that led here requires grad, or it was computed under "
        "no_grad(), or detached",
    ),
    (
        "backward through the graph a second time",
        "backward() uses its graph up; each round needs a loss that is computed anew",
    ),
    (
        "a leaf Variable that requires grad",
        "Autograd refuses to change in place a leaf that requires grad, unless under no_grad()",
    ),
    (
        "on the same device",
        "Tensors meet on one device only, and one made without a device is on the CPU",
    ),
    (
        "not compiled with CUDA",
        "Not every machine has CUDA; the device to use is the one that is handed in",
    ),
    (
        "cannot be multiplied",
        "The columns of the first must be as many as the rows of the second: look at both shapes",
    ),
    (
        "object is not subscriptable",
        "Square brackets pick from a list, tuple or tensor; this value is none of them",
    ),
)
"""What an error's type or words contain, and the rule to tell; the first that fits."""
