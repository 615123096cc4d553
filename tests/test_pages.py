"""The pages in `solutions/`, how they are read, and the stubs made from them."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from grader import expectations
from grader.build import build, stale
from grader.oracle import exercises
from grader.page import Page, PageError, PageFunction, read_page

ROOT = Path(__file__).parent.parent
SOLUTIONS = sorted((ROOT / "solutions").glob("*.py"))

# What students, notebooks and collected submissions rely on: names, order and defaults of arguments.
CATALOGUE = {
    "ex01_data": {
        "generate_data": "rng, n=100, a=1.0, b=2.0, noise=0.1",
        "split_data": "rng, x, y, n_train=80",
    },
    "ex02_gradient_descent": {
        "predict": "a, b, x",
        "mse": "y, yhat",
        "gradients": "x, y, yhat",
        "update": "param, grad, lr",
        "updates_per_epoch": "n_points, batch_size",
    },
    "ex03_numpy_regression": {
        "init_params": "rng",
        "train": "x, y, a, b, lr=0.1, n_epochs=1000",
        "sklearn_fit": "x, y",
    },
    "ex04_tensors": {
        "n_dims": "t",
        "to_tensor": "array, device",
        "to_numpy": "t",
        "add_in_place": "t, value",
        "pick_device": "",
        "make_params": "seed, device",
    },
    "ex05_autograd": {
        "backward_pass": "a, b, x, y",
        "update_params": "params, lr",
        "zero_grads": "params",
        "train": "x, y, a, b, lr=0.1, n_epochs=1000",
        "freeze": "model",
        "replace_head": "model, n_classes",
    },
    "ex06_graph": {
        "draw_graph": "output, params",
        "backward_ops": "output",
        "trainable_leaves": "output",
        "branching_loss": "error",
    },
    "ex07_optimizer": {
        "make_sgd": "params, lr",
        "optimizer_step": "loss, optimizer",
        "train": "x, y, a, b, optimizer, n_epochs",
    },
    "ex08_loss": {
        "make_mse": "reduction='mean'",
        "manual_mse": "y, yhat, reduction='mean'",
        "train": "x, y, a, b, loss_fn, optimizer, n_epochs",
    },
    "ex09_model": {
        "ManualLinearRegression": "self",
        "LayerLinearRegression": "self",
        "make_sequential": "device",
        "count_params": "model",
        "make_train_step": "model, loss_fn, optimizer",
        "train": "model, loss_fn, optimizer, x, y, n_epochs",
    },
    "ex10_dataset": {
        "CustomDataset": "self, x, y",
        "make_tensor_dataset": "x, y",
        "CsvDataset": "self, path, transform=None",
    },
    "ex11_dataloader": {
        "make_loader": "dataset, batch_size=16, shuffle=True",
        "split_dataset": "dataset, n_train, seed",
        "batch_sizes": "loader",
        "train_epoch": "loader, train_step, device",
    },
    "ex12_evaluation": {
        "evaluate": "model, loss_fn, loader, device",
        "fit": "model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device",
        "run": "x, y, seed=42, lr=0.1, n_epochs=150, device='cpu'",
    },
}

PAGES = {path.stem: read_page(path) for path in SOLUTIONS}
EACH_PAGE = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
FUNCTIONS = [(page, function) for page in PAGES.values() for function in page.functions]
EACH_FUNCTION = pytest.mark.parametrize(
    "function", [f for _, f in FUNCTIONS], ids=[f"{p.name}.{f.name}" for p, f in FUNCTIONS]
)


def signature(definition: ast.stmt) -> str:
    """The arguments of a function, or of a class's __init__, without type hints."""
    if isinstance(definition, ast.ClassDef):
        [definition] = (n for n in definition.body if getattr(n, "name", "") == "__init__")
    assert isinstance(definition, ast.FunctionDef)
    arguments = definition.args
    for argument in arguments.args:
        argument.annotation = None
    return ast.unparse(arguments).replace(" = ", "=")


def bodies(tree: ast.AST) -> list[list[ast.stmt]]:
    """The statements of each function and method, docstrings left out."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [f.body[ast.get_docstring(f) is not None :] for f in functions]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_offer_what_the_catalogue_promises() -> None:
    offered = {}
    for name, page in PAGES.items():
        trees = (ast.parse(function.source).body[0] for function in page.functions)
        offered[name] = dict(
            zip((f.name for f in page.functions), map(signature, trees), strict=True)
        )
    assert offered == CATALOGUE
    assert [list(functions) for functions in offered.values()] == [
        list(functions) for functions in CATALOGUE.values()
    ]


@EACH_PAGE
def test_every_example_on_the_page_is_true(page: Page) -> None:
    result = doctest.testmod(load(ROOT / "solutions" / f"{page.name}.py"))
    assert result.failed == 0
    assert result.attempted >= len(page.functions)


@EACH_FUNCTION
def test_every_function_has_an_example_and_three_hints(function: PageFunction) -> None:
    assert doctest.DocTestParser().get_examples(function.docstring)
    assert len(set(function.hints)) == 3
    assert all(len(hint) > 20 for hint in function.hints)


@EACH_FUNCTION
def test_no_hint_or_docstring_holds_a_whole_line_of_the_answer(function: PageFunction) -> None:
    answer = [
        ast.unparse(statement) for body in bodies(ast.parse(function.source)) for statement in body
    ]
    lines = {line.strip() for text in answer for line in text.split("\n") if len(line.strip()) > 15}
    told = " ".join([*function.hints, function.docstring, function.prose])
    assert not [line for line in lines if line in told]


@EACH_PAGE
def test_the_introduction_says_how_to_check_and_where_to_get_hints(page: Page) -> None:
    number = page.name.partition("_")[0]
    assert f"``pytest grader -k {number}`` (or ``gradkit check {number}``)" in page.introduction
    assert f"``gradkit hint {page.name}.FUNCTION``" in page.introduction


@EACH_PAGE
def test_a_page_imports_only_what_its_students_have(page: Page) -> None:
    allowed = {"numpy", "torch", "sklearn", "torchviz", "graphviz"} | sys.stdlib_module_names
    assert imported(ast.parse(page.source)) <= allowed


def imported(tree: ast.AST) -> set[str]:
    """The top-level names of all modules that are imported from outside the module's own package."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add((node.module or "").partition(".")[0])
    return names


def test_the_stubs_are_current() -> None:
    assert stale(ROOT) == [], "run gradkit build"


@EACH_PAGE
def test_a_stub_holds_no_answer_and_no_hint(page: Page) -> None:
    stub = page.stub()
    for body in bodies(ast.parse(stub)):
        assert [ast.unparse(statement) for statement in body] == ["raise NotImplementedError"]
    assert "SOLUTION" not in stub
    assert "HINT" not in stub


@EACH_PAGE
def test_a_stub_keeps_everything_but_answers_and_hints(page: Page) -> None:
    def skeleton(source: str) -> str:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                node.body = node.body[: ast.get_docstring(node) is not None] or [ast.Pass()]
        return ast.unparse(tree)

    def prose(source: str) -> list[str]:
        return [line for line in source.split("\n") if line.startswith("#")]

    assert skeleton(page.stub()) == skeleton(page.source)
    assert prose(page.stub()) == prose(page.source)


# Small pages for the reader and the builder.

TINY = '''"""Doubling

Twice as much.
"""

import math

FACTOR = 2


# Some prose, with `code`.
#
# And more.


def double(x):
    """Twice x."""
    # HINT 1: Is it more,
    #     or less?
    # HINT 2: A product.
    # HINT 3: Two factors.
    ### BEGIN SOLUTION
    y = FACTOR * x
    return y
    ### END SOLUTION


class Doubler:
    """Doubles."""

    given = 1

    def __init__(self):
        # HINT 1: One?
        # HINT 2: Two.
        # HINT 3: Three.
        ### BEGIN SOLUTION
        self.factor = 2
        ### END SOLUTION

    def __call__(self, x):
        """Twice x."""

        ### BEGIN SOLUTION
        def inner():
            return self.factor * x

        return inner()
        ### END SOLUTION
'''

TINY_STUB = '''"""Doubling

Twice as much.
"""

import math

FACTOR = 2


# Some prose, with `code`.
#
# And more.


def double(x):
    """Twice x."""
    raise NotImplementedError


class Doubler:
    """Doubles."""

    given = 1

    def __init__(self):
        raise NotImplementedError

    def __call__(self, x):
        """Twice x."""
        raise NotImplementedError
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A kit of one tiny page, not built yet."""
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "ex01_tiny.py").write_text(TINY, encoding="utf-8")
    return tmp_path


def test_a_page_is_read_in_its_parts(root: Path) -> None:
    page = read_page(root / "solutions" / "ex01_tiny.py")
    assert (page.name, page.title, page.introduction) == ("ex01_tiny", "Doubling", "Twice as much.")
    assert page.preamble == "import math\n\nFACTOR = 2"
    double, doubler = page.functions
    assert (double.name, double.kind, doubler.name, doubler.kind) == (
        *("double", "function"),
        *("Doubler", "class"),
    )
    assert double.prose == "Some prose, with `code`.\n\nAnd more."
    assert double.docstring == "Twice x."
    assert double.hints == ("Is it more, or less?", "A product.", "Two factors.")
    assert doubler.hints == ("One?", "Two.", "Three.")
    assert doubler.prose == ""


def test_a_stub_ends_each_body_with_the_raise_alone(root: Path) -> None:
    page = read_page(root / "solutions" / "ex01_tiny.py")
    assert page.stub() == TINY_STUB
    for function in page.functions:
        assert function.source in TINY
        assert function.stub() in TINY_STUB


def test_what_looks_like_a_mark_inside_a_string_is_kept(root: Path) -> None:
    path = root / "solutions" / "ex01_tiny.py"
    text = TINY.replace(
        "Twice as much.", "Marks look so:\n\n    ### BEGIN SOLUTION\n    # HINT 1: x"
    )
    path.write_text(text, encoding="utf-8")
    assert "    ### BEGIN SOLUTION\n    # HINT 1: x" in read_page(path).stub()


def test_building_writes_once_and_then_all_is_current(root: Path) -> None:
    stub = root / "exercises" / "ex01_tiny.py"
    assert stale(root) == [stub]
    assert build(root) == [stub]
    assert stub.read_text(encoding="utf-8") == TINY_STUB
    assert (build(root), stale(root)) == ([], [])


def test_stubs_that_differ_or_have_no_page_are_stale(root: Path) -> None:
    build(root)
    changed = root / "exercises" / "ex01_tiny.py"
    changed.write_text(TINY_STUB.replace("Twice x", "Thrice x"), encoding="utf-8")
    extra = root / "exercises" / "ex02_gone.py"
    extra.write_text("", encoding="utf-8")
    (root / "exercises" / "notes.py").write_text("", encoding="utf-8")
    assert stale(root) == [changed, extra]
    assert build(root) == [changed]
    assert extra.exists()


def test_a_broken_page_stops_the_build_before_anything_is_written(root: Path) -> None:
    (root / "solutions" / "ex02_broken.py").write_text("'''Title'''\n", encoding="utf-8")
    with pytest.raises(PageError):
        build(root)
    assert not (root / "exercises").exists()


def test_building_runs_nothing_of_a_page(root: Path) -> None:
    trace = root / "trace"
    danger = f"import no_such_module\n\nopen({str(trace)!r}, 'w').close()\nraise SystemExit"
    path = root / "solutions" / "ex01_tiny.py"
    path.write_text(TINY.replace("import math", danger), encoding="utf-8")
    build(root)
    assert not trace.exists()


@pytest.mark.parametrize("module", ["build", "marks", "page"])
def test_reading_and_building_need_only_the_standard_library(module: str) -> None:
    tree = ast.parse((ROOT / "grader" / f"{module}.py").read_text(encoding="utf-8"))
    assert imported(tree) <= sys.stdlib_module_names


BEGIN, END = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n"
HINT_3 = "    # HINT 3: Two factors.\n"

# name: what is replaced in the tiny page, by what, the line that is named, and the message.
BROKEN = {
    "no begin": (BEGIN, "", 24, "### BEGIN SOLUTION is missing for this mark"),
    "no end": (END, "", 36, "this mark is nested; ### END SOLUTION is missing for line 22"),
    "no end at the page's end": (
        "        return inner()\n        ### END SOLUTION\n",
        "        return inner()\n",
        44,
        "### END SOLUTION is missing for this mark",
    ),
    "nested": (
        "    return y\n",
        BEGIN + "    return y\n",
        24,
        "this mark is nested; ### END SOLUTION is missing for line 22",
    ),
    "neither": (
        BEGIN + "    y = FACTOR * x\n    return y\n" + END,
        "    return FACTOR * x\n",
        16,
        "double has no answer; put ### BEGIN SOLUTION and ### END SOLUTION around it",
    ),
    "misspelt mark": (
        BEGIN,
        "    # Begin solution\n",
        22,
        "write the mark alone on its line, as ### BEGIN SOLUTION or ### END SOLUTION",
    ),
    "mark behind code": (
        "    return y\n" + END,
        "    return y  ### END SOLUTION\n",
        24,
        "write the mark alone on its line, as ### BEGIN SOLUTION or ### END SOLUTION",
    ),
    "mark outside": (
        "FACTOR = 2\n",
        "### BEGIN SOLUTION\nFACTOR = 2\n### END SOLUTION\n",
        8,
        "this hint or answer belongs to no function; move or drop it",
    ),
    "second answer": (
        "    return y\n",
        END + BEGIN + "    return y\n",
        25,
        "double has a second answer; keep one",
    ),
    "code before": (
        BEGIN,
        "    x = x + 0\n" + BEGIN,
        22,
        "this line of double is outside the marks",
    ),
    "code behind": (END, END + "    return 0\n", 26, "this line of double is outside the marks"),
    "answer swallows the next function": (
        TINY,
        TINY.replace(END, "", 1).replace("    " + BEGIN, "", 1),
        27,
        "this is indented less than the answer; ### END SOLUTION goes above",
    ),
    "two hints": (HINT_3, "", 16, "double has 2 hints above its answer; write three"),
    "four hints": (
        HINT_3,
        HINT_3 + "    # HINT 4: No.\n",
        16,
        "double has 4 hints above its answer; write three",
    ),
    "hints out of order": ("# HINT 2: A", "# HINT 3: A", 20, "number this hint: # HINT 2: ..."),
    "hint inside the answer": (
        "    return y\n",
        "    # HINT 4: No.\n    return y\n",
        24,
        "this hint or answer belongs to no function; move or drop it",
    ),
    "no docstring": (
        '    """Twice x."""\n    # H',
        "    # H",
        16,
        "double has no docstring; say what the student is to do",
    ),
    "page without docstring": (
        '"""Doubling\n\nTwice as much.\n"""\n',
        "",
        1,
        "the page has no docstring; say what the student is to do",
    ),
    "loose code": (
        END + "\n\nclass",
        END + "\n\nX = 1\n\n\nclass",
        28,
        "this is below double; move it above",
    ),
    "nothing to write": (
        TINY,
        '"""Doubling"""\n',
        1,
        "there is nothing to write; add a function with an answer",
    ),
    "no Python": ("FACTOR = 2", "FACTOR = ", 8, "this is not Python: invalid syntax"),
}


@pytest.mark.parametrize(("old", "new", "line", "problem"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_page_is_told_by_file_line_and_remedy(
    root: Path, old: str, new: str, line: int, problem: str
) -> None:
    path = root / "solutions" / "ex01_tiny.py"
    assert old in TINY
    path.write_text(TINY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PageError) as caught:
        read_page(path)
    assert str(caught.value) == f"{path}:{line}: {problem}"
    assert (caught.value.path, caught.value.line) == (path, line)


def test_a_page_in_another_encoding_is_told(root: Path) -> None:
    path = root / "solutions" / "ex01_tiny.py"
    path.write_bytes(TINY.replace("much", "m\u00fcch").encode("latin-1"))
    with pytest.raises(PageError) as caught:
        read_page(path)
    assert str(caught.value) == f"{path}:3: this is not UTF-8; save the page in that encoding"


@pytest.mark.parametrize("exercise", exercises())
def test_the_recorded_observations_are_current(exercise):
    assert not expectations.stale(exercise), "run `gradkit build`"


def test_a_recording_is_as_old_as_any_module_that_its_scenarios_run():
    folders = [ROOT / "grader" / name for name in ("checks", "pictures", "mistakes")]
    waiting = {name for folder in folders for path in folder.glob("*.py") for name in used(path)}
    waiting |= {"scenario", "accelerator"}
    needed: set[str] = set()
    while waiting:
        needed.add(name := waiting.pop())
        waiting |= used(ROOT / "grader" / f"{name}.py") - needed
    assert needed == set(expectations._SHARED)


def used(path: Path) -> set[str]:
    """The modules directly below `grader` that a module imports from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level < 2:
            parent = (node.module or "").removeprefix("grader").removeprefix(".")
            found |= {parent} if parent else {alias.name for alias in node.names}
    return {name for name in found if (ROOT / "grader" / f"{name}.py").is_file()}
