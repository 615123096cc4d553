"""A notebook's code as a module."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.cells import place
from grader.submissions import (
    NotANotebook,
    module_of,
)

from .handed_in import (
    GRAD,
    MB,
    notebook,
    read_files,
    reason,
)

Exec = dict[str, Any]


def run(code: bytes) -> Exec:
    """Run a module that this test made itself."""
    module: Exec = {}
    exec(compile(code, "notebook", "exec"), module)
    return module


def cell_lines(code: bytes) -> list[str]:
    """The first cell's lines, without the two that come before it."""
    return code.decode().split("\n")[2:-1]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass  # %matplotlib inline\nx = 1"),
        ("!pip install torch\nx = 1", "pass  # !pip install torch\nx = 1"),
        ("pip install torch", "pass  # pip install torch"),
        ("torch.nn.Linear?", "pass  # torch.nn.Linear?"),
        ("?print\nprint??", "pass  # ?print\npass  # print??"),
        ("if True:\n    %time x = 1", "if True:\n    x = 1"),
        ("if True:\n    %matplotlib inline", "if True:\n    pass  # %matplotlib inline"),
        ("files = !ls\nx = 1", "files = None  # files = !ls\nx = 1"),
        ("t = %timeit -o f()", "t = None  # t = %timeit -o f()"),
        ("%time x = 1", "x = 1"),
        ("!echo a \\\n  b\nx = 1", "pass  # !echo a \\\n#   b\nx = 1"),
        ("!echo it's \"\nx = 1", "pass  # !echo it's \"\nx = 1"),
        ("%%time\nx = 1", "pass  # %%time\nx = 1"),
        ("%%capture out\nx = 1", "pass  # %%capture out\nx = 1"),
        ("%%bash\nrm -rf x\n", "# %%bash\n# rm -rf x\n# "),
        ("\n%%html\n<b>", "# \n# %%html\n# <b>"),
        ("%%timeit\nx = 1", "# %%timeit\n# x = 1"),
        ("x = (7\n % 4)", "x = (7\n % 4)"),
        ("x = 7 \\\n  % 4", "x = 7 \\\n  % 4"),
        ('x = """\n%magic\n!shell\nwhat?\n"""', 'x = """\n%magic\n!shell\nwhat?\n"""'),
        ("x = '''a\\'''\n%b\n'''", "x = '''a\\'''\n%b\n'''"),
        ("x = 'it\\'s' # don't (\n%ls", "x = 'it\\'s' # don't (\npass  # %ls"),
        ('x = r"\\"\n', 'x = r"\\"\n'),
        ("x = '%d?' % 4 != 5", "x = '%d?' % 4 != 5"),
        ("def f():\n    '''Doc.'''\n\n    return [1,\n  2]\n%x", None),
        ("x = 1\r\ny = 2", "x = 1\ny = 2"),
        ("x == 5", "x == 5"),
        ("from grader.nbgrader import check", "pass  # from grader.nbgrader import check"),
    ],
)
def test_only_what_is_not_python_is_neutralised(cell: str, expected: str | None) -> None:
    code = module_of(notebook(cell))
    lines = "\n".join(cell_lines(code))
    assert lines == (cell.replace("%x", "pass  # %x") if expected is None else expected)
    assert lines.count("\n") == cell.replace("\r", "").count("\n")


def test_code_cells_follow_each_other_and_nothing_else_is_taken() -> None:
    code = module_of(
        notebook(
            {"cell_type": "markdown", "source": "# raise"},
            {"cell_type": "code", "source": ["x = 1\n", "y = 2"], "outputs": ["raise"]},
            {"cell_type": "raw", "source": "raise"},
            "z = x + y",
        )
    )
    assert cell_lines(code) == ["x = 1", "y = 2", "# cell [2]", "z = x + y"]
    assert run(code)["z"] == 3


@pytest.mark.parametrize(
    ("marks", "kept"),
    [
        ({"grade": True, "solution": False, "locked": True}, False),
        ({"grade": True}, False),
        ({"grade": True, "solution": True}, True),
        ({"grade": False, "solution": True, "locked": False}, True),
        ({"grade": False, "solution": False, "locked": True}, True),
        ("nonsense", True),
    ],
)
def test_nbgraders_tests_are_left_out(marks: Any, kept: bool) -> None:
    cell = {"cell_type": "code", "source": "here = 1", "metadata": {"nbgrader": marks}}
    assert (b"here" in module_of(notebook(cell))) is kept


def test_a_future_import_in_any_cell_comes_first() -> None:
    code = module_of(notebook("x = 1", "from __future__ import annotations\ndef f(a: b): ...\n"))
    assert code.startswith(b"from __future__ import annotations; display = ")
    assert run(code)["f"].__annotations__ == {"a": "b"}


def test_a_notebook_may_display_things_and_add_points_up() -> None:
    code = module_of(
        notebook("display()\nx = check('ex05_autograd.train') + check('ex05_autograd')")
    )
    assert run(code)["x"] == 0.0


def test_cells_have_the_numbers_of_a_run_from_the_top() -> None:
    text = {"cell_type": "markdown", "source": "text"}
    given = {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade": True}}}
    code = module_of(notebook(text, "", "a = 1", given, " \n", "\nb = 1 / 0")).decode()
    lines = code.split("\n")
    assert place(lines, lines.index("a = 1") + 1) == (1, 1)
    assert place(lines, lines.index("b = 1 / 0") + 1) == (3, 2)
    assert place(lines, 1) == (0, 1)


def test_the_cell_that_brings_check_is_left_out_whatever_stands_in_it() -> None:
    marks = {"nbgrader": {"grade_id": "gradkit", "locked": True}}
    code = module_of(notebook({"cell_type": "code", "source": "raise", "metadata": marks}, "x = 1"))
    assert code.endswith(b"\n# cell [2]\nx = 1\n")
    assert b"raise" not in code


def test_a_solution_cell_that_became_text_is_code_still_unless_there_is_another() -> None:
    marks = {"grade_id": "f_answer", "solution": True, "cell_type": "code"}
    text = {"cell_type": "markdown", "source": "x = 1", "metadata": {"nbgrader": marks}}
    code = {**text, "cell_type": "code", "source": "x = 2"}
    assert run(module_of(notebook(text)))["x"] == 1
    assert run(module_of(notebook(code, text)))["x"] == 2


def test_whoever_asks_for_the_shell_gets_one_that_does_nothing() -> None:
    code = module_of(notebook("shell = get_ipython()\nshell.magic('matplotlib inline')\nx = 1"))
    assert run(code)["x"] == 1
    assert code.count(b"\n") == 5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"cells": 5}',
        b'{"cells": [{"cell_type": "code", "source": {}}]}',
        b'{"nbformat": 3, "worksheets": []}',
        b"\xff\xfe{}",
        b'{"cells": [' + b"[" * 100_000,
        b'{"x": ' + b"[" * 100_000,
        b'{"cells": [], "metadata": ' + b'{"a":' * 100_000,
        b'{"cells": [{"cell_type": "code", "source": "\\ud800"}]}',
    ],
)
def test_a_damaged_notebook_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotANotebook, match="is a damaged notebook: "):
        module_of(content)
    result = read_files(tmp_path, {f"{GRAD}.ipynb": content})
    assert f"unreadable: {GRAD}.ipynb is a damaged notebook" in reason(result)


def test_a_notebook_of_format_3_keeps_its_cells_in_sheets() -> None:
    cells = [
        {"cell_type": "heading", "source": ["Title"], "level": 1},
        {"cell_type": "code", "input": ["%pylab\n", "x = 1"], "outputs": [], "language": "python"},
        {"cell_type": "code", "input": "x += 1", "outputs": []},
    ]
    sheets = [{"cells": cells[:2], "metadata": {}}, {"cells": cells[2:]}]
    content = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets}
    assert run(module_of(json.dumps(content).encode()))["x"] == 2


def test_a_notebook_may_begin_with_a_byte_order_mark() -> None:
    assert module_of(b"\xef\xbb\xbf" + notebook("x = 'ë'")).decode().endswith("x = 'ë'\n")


@given(st.text(alphabet="x=%!?'\"\\\n\t #([{)]} from__future__import", max_size=60))
@example("%time")
@example("\\")
@example("!\\")
def test_any_cell_keeps_its_lines(cell: str) -> None:
    lines = cell_lines(module_of(notebook(cell)))
    assert len(lines) == cell.count("\n") + 1


@given(
    st.lists(st.sampled_from(["x = 1", "y = [1,\n 2]", "'''a\n%b'''", "def f():\n  return 3 % 2"]))
)
def test_plain_python_is_left_alone(statements: list[str]) -> None:
    cell = "\n".join(statements)
    assert "\n".join(cell_lines(module_of(notebook(cell)))) == cell


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "cell",
    [
        " " * MB,
        " " * MB + "x",
        "x " * (MB // 2),
        "from __future__ import " + "a " * (MB // 2) + "!",
        "'" * MB,
        "(" * MB,
        "!\\\n" * (MB // 3),
        "a." * (MB // 2),
        '"""' + "\\" * MB,
        "%time" + " " * MB,
    ],
)
def test_a_hostile_cell_is_gone_through_quickly(cell: str) -> None:
    assert module_of(notebook(cell))
