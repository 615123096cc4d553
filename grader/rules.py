"""The rule behind what goes wrong alike in every exercise: Python's and PyTorch's own errors, and results that are none."""

from __future__ import annotations

import re

from .compare import Difference
from .facts import Numbers, Raised, Unlike


def of_error(error: Raised) -> str:
    """The rule behind an exception, or nothing where its own words must do."""
    if error.type == "NotImplementedError" and error.frames:
        last = error.frames[-1]
        if last.source.startswith("raise NotImplementedError"):
            return f"{last.function} is not written yet, and this code calls it"
    return _behind(f"{error.type}: {error.message}")


def of_difference(found: Difference) -> str:
    """The rule behind a result that cannot be what was asked for, or nothing where it could."""
    expected, saw = found.expected, found.saw
    if found.name.endswith(" afterwards"):
        return _CHANGED
    if isinstance(saw, Unlike):
        return _of_kind(saw)
    if isinstance(expected, Numbers) and isinstance(saw, Numbers):
        if expected.shape != saw.shape:
            return _SHAPE
        if expected.dtype != saw.dtype:
            return _DTYPE
    return ""


def _of_kind(found: Unlike) -> str:
    words = found.saw
    if words in _NONE or words.startswith(_USED_NONE):
        return _NO_RETURN
    if words.endswith(_UNCALLED):
        return _NO_PARENTHESES
    if words == "a type":
        return _NO_OBJECT
    if words.startswith(_USING):
        return _behind(words.removeprefix(_USING))
    return _SEVERAL if re.match(r"\d+ results", found.expected) else ""


def _behind(words: str) -> str:
    return next((rule for pattern, rule in _RULES if re.search(pattern, words)), "")


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
_NO_OBJECT = "The name of a class is not yet an object of it: parentheses after the name make one"
_SEVERAL = (
    "Several results stand behind one return, with commas between them, in the order of the page"
)
_CHANGED = (
    "What is handed in stays as it was: -=, an assignment to an index, sort, shuffle or add_ "
    "change the caller's own object"
)
_SHAPE = (
    "How many numbers there are, and in which shape, is part of the result, as the page says it"
)
_DTYPE = "The dtype is part of the result: unless told otherwise numpy makes float64, torch float32"

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
    (
        "IndexError: .*out of (range|bounds)",
        "Counting begins at 0: the last of n entries has the index n - 1",
    ),
    (
        r"'torch.dtype' object is not callable|range\(\) missing .* \"end\"",
        "from torch import * puts torch's own float, int and range in the place of Python's",
    ),
    (
        r"has no attribute '_(parameters|modules|buffers)'|before Module.__init__\(\) call",
        "nn.Module keeps its layers and parameters in places that its own __init__ makes: "
        "super().__init__() is the first line of yours",
    ),
    ('missing the required "forward"', "nn.Module calls the method by its exact name, forward"),
    (
        "NotImplementedError",
        "PyTorch itself raises this when a method it needs is missing or misspelt",
    ),
    (
        r"\w\.\w+\(\) takes \d+ positional arguments? but",
        "A method is handed the object itself first: its def line names self, then what the call "
        "hands over",
    ),
    (
        r"takes .*positional arguments? (but|\()|missing \d+ required",
        "A call hands over what the def line of the function names, no more and no less",
    ),
    (
        "unexpected keyword argument|invalid combination of arguments",
        "A function takes the arguments that its documentation lists: their number, types and names",
    ),
    ("'method'|'builtin_function_or_method'", _NO_PARENTHESES),
    (
        "NoneType",
        "The value is None: that is what a function without return gives, and .grad before "
        "backward() or of a tensor that is no leaf",
    ),
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
        r"Can't call numpy\(\)|can't convert .* to numpy",
        "numpy knows neither graphs nor other devices: detach() and cpu() lead to it, and item() to "
        "a single number",
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
        "modified by an inplace operation",
        "backward() needs the numbers that the prediction was made with; after an update, predict anew",
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
        "cannot be converted to Scalar",
        "item() and float() take the number out of a tensor that has one alone; this one has several",
    ),
    (
        "cannot be interpreted as an integer",
        "range() and sizes take an int, not a float; a call's values go to the names of the def line in order",
    ),
    (
        r"(PosixPath|WindowsPath|execute).*\b(dot|unflatten)\b",
        "Rendering starts Graphviz's own programs, which not every machine has; a drawing needs none of them",
    ),
    (
        "object is not subscriptable",
        "Square brackets pick from a list, tuple or tensor; this value is none of them",
    ),
    (
        "object is not iterable|non-iterable",
        "Only what holds several values can be gone through or taken apart; range(n) gives n rounds",
    ),
    (
        "values to unpack",
        "As many names stand on the left of = as there are values on the right",
    ),
    (r"bitwise_xor|type\(s\) for \^", "A power is written **; ^ is another operation"),
    (
        "has no attribute",
        "What stands after a dot is there by the object's type, or since a line such as self.x = ... "
        "has run; spelling counts",
    ),
)
"""What an error's type and words match, and the rule to tell; the first that fits."""
