"""`check` in a student's notebook: it checks what was run, says what it found, and its value is the points."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import determine_grade

from grader.nbgrader import history, take_notes
from grader.nbgrader.notebooks import SCHEMA, notebook_of
from grader.submissions.notebook import SETUP as SETUP_ID

from .kit import checks
from .nbgrader_course import answers, cell_of, page, stubs

EXERCISE = "ex02_gradient_descent"
RIGHT = answers(EXERCISE)
SETUP = "from grader.nbgrader import check"


@dataclass(frozen=True)
class Shown:
    """What a cell printed, on stdout and on stderr, its last value, and the exception that ended it."""

    printed: str
    complaints: str
    value: object
    error: BaseException | None


class Kernel:
    """A real IPython, in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._shell = InteractiveShell.instance()
        history._notes.cache_clear()
        take_notes()

    def run(self, source: str, cell: str | None = None) -> Shown:
        """Run a cell as a frontend does."""
        self._capsys.readouterr()
        done = self._shell.run_cell(source, store_history=True, cell_id=cell)
        error = done.error_in_exec or done.error_before_exec
        return Shown(*self._capsys.readouterr(), done.result, error)


@pytest.fixture
def kernel(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    # Set by nbgrader for good, where another test has run it in this process.
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    made = Kernel(capsys)
    made.run(SETUP)
    made.run(page(EXERCISE).preamble)
    yield made
    history._notes.cache_clear()
    InteractiveShell.clear_instance()


def setup_code() -> str:
    """The first cell of a released notebook."""
    made = notebook_of(page(EXERCISE), [check.info for check in checks(EXERCISE)])
    return "".join(cell_of(json.loads(made), SETUP_ID)["source"])


def check(function: str) -> str:
    return f'check("{EXERCISE}.{function}")'


def test_a_right_answer_has_its_points(kernel: Kernel) -> None:
    kernel.run(RIGHT["update"])
    shown = kernel.run(check("update"))
    assert (shown.value, shown.error) == (2.0, None)
    assert shown.printed.startswith("update: 2 of 2 points\n")


def test_partial_credit_by_nbgraders_own_rule(kernel: Kernel) -> None:
    kernel.run("def update(a, b, a_grad, b_grad, lr):\n    return a + lr * a_grad, b - lr * b_grad")
    kernel.run(RIGHT["mse"])
    for function, points in {"update": 0.0, "mse": 1.0, "predict": 0.0}.items():
        shown = kernel.run(check(function))
        outputs = [
            new_output("stream", name="stdout", text=shown.printed),
            new_output("execute_result", data={"text/plain": repr(shown.value)}),
        ]
        marks = {"grade": True, "solution": False, "points": 2.0, "schema_version": SCHEMA}
        cell = new_code_cell(check(function), outputs=outputs, metadata={"nbgrader": marks})
        assert determine_grade(cell) == (points, 2.0)


def test_a_wrong_answer_is_told_in_four_parts(kernel: Kernel) -> None:
    kernel.run("def mse(y, yhat):\n    return float(((y - yhat) ** 2).sum())")
    shown = kernel.run(check("mse"))
    assert shown.value == 0.0
    assert shown.printed.startswith("mse: 0 of 1 points\n\n")
    for part in ("Expected  ", "Saw       ", "Why       ", "Look at   mse"):
        assert f"\n{part}" in shown.printed


def test_what_was_not_started_or_not_written_is_told(kernel: Kernel) -> None:
    kernel.run(stubs(EXERCISE)["mse"])
    assert kernel.run(check("mse")).printed.startswith("mse: 0 of 1 points\nNot started\n")
    shown = kernel.run(check("predict"))
    assert "The file has no predict." in shown.printed
    assert shown.value == 0.0


def test_helpers_imports_and_magics_of_other_cells_count(kernel: Kernel) -> None:
    kernel.run("import numpy as other, math\nROOT = 0.5")
    kernel.run("%pwd\ndef squares(a):\n    return other.square(a) ** (2 * ROOT)")
    kernel.run("%%time\ndef mse(y, yhat):\n    return float(squares(y - yhat).mean())")
    assert kernel.run(check("mse")).value == 1.0


def test_the_last_version_that_was_run_counts(kernel: Kernel) -> None:
    kernel.run(RIGHT["mse"], "a")
    assert kernel.run(check("mse")).value == 1.0
    kernel.run(stubs(EXERCISE)["mse"], "a")
    assert kernel.run(check("mse")).value == 0.0
    kernel.run(f"{RIGHT['mse']}\n{check('mse')}")
    assert kernel.run(check("mse")).value == 1.0


def test_a_cell_with_answer_and_check_sees_its_own_answer(kernel: Kernel) -> None:
    assert kernel.run(f"{RIGHT['mse']}\n{check('mse')}").value == 1.0


def test_a_cell_that_failed_is_left_out_and_named_until_it_is_mended(kernel: Kernel) -> None:
    kernel.run(RIGHT["mse"], "a")
    kernel.run("mse(1)", "b")
    shown = kernel.run(check("mse"), "c")
    assert shown.value == 1.0
    assert shown.printed.startswith(
        "mse: 1 of 1 points\n\nCell [4] stopped with TypeError and is left out here. When the notebook is graded, "
        "it keeps everything from being graded: mend or delete it.\n"
    )
    kernel.run("mse(np.ones(1), np.ones(1))", "b")
    assert "Cell" not in kernel.run(check("mse"), "c").printed


def test_validate_hears_what_grading_will_say(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    kernel.run(RIGHT["mse"])
    kernel.run("mse(1)")
    shown = kernel.run(check("mse"))
    assert shown.value == 0.0
    assert f"{EXERCISE}.ipynb cannot be imported: TypeError: mse() missing" in shown.printed


def test_the_kernel_outlives_what_its_functions_do(kernel: Kernel) -> None:
    kernel.run("def mse(y, yhat):\n    import os\n    os._exit(0)")
    shown = kernel.run(check("mse"))
    assert shown.value == 0.0
    assert "The code took its process down" in shown.printed
    assert kernel.run("1 + 1").value == 2


def test_what_the_notebook_replaced_decides_nothing(kernel: Kernel) -> None:
    kernel.run("def mse(y, yhat):\n    return 7.0")
    kernel.run("np.allclose = np.isclose = lambda *a, **k: True\nfloat = max = lambda *a: 100.0")
    assert kernel.run(check("mse")).value == 0.0


def test_warnings_go_nowhere_near_the_grade_cell(kernel: Kernel) -> None:
    kernel.run(
        "import sys, warnings\ndef mse(y, yhat):\n    warnings.warn('old')\n    print('!', file=sys.stderr)\n"
        "    return float(((y - yhat) ** 2).mean())"
    )
    shown = kernel.run(check("mse"))
    assert (shown.value, shown.complaints) == (1.0, "")


def test_a_whole_exercise_can_be_checked(kernel: Kernel) -> None:
    for source in RIGHT.values():
        kernel.run(source)
    shown = kernel.run(f'check("{EXERCISE}")')
    assert shown.value == 6.0
    assert shown.printed.count(" points\n") == len(RIGHT)


def test_an_error_has_the_number_that_stands_beside_its_cell(kernel: Kernel) -> None:
    kernel.run("%pwd")
    kernel.run(RIGHT["mse"])
    kernel.run("\n\ndef mse(y, yhat):\n    return 1 / 0")
    assert "cell [5], line 4, in mse: return 1 / 0" in kernel.run(check("mse")).printed


def test_an_unknown_name_is_refused(kernel: Kernel) -> None:
    shown = kernel.run(check("msee"))
    assert f"{EXERCISE}.msee: {EXERCISE} has no such function; it has predict, mse" in str(
        shown.error
    )


def test_outside_a_notebook_check_says_what_to_use() -> None:
    with pytest.raises(RuntimeError, match="this is none; for files there is `gradkit check`"):
        history.history()


def test_a_kernel_without_the_kit_says_so(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "grader.nbgrader", None)
    shown = kernel.run(setup_code())
    assert isinstance(shown.error, ImportError)
    assert str(shown.error) == (
        "this kernel has no gradkit: install it as your course says, restart the kernel and run this cell again"
    )


def test_a_kernel_needs_neither_nbgrader_nor_torch_for_it() -> None:
    heavy = "{'nbgrader', 'torch', 'IPython'} & set(sys.modules)"
    code = f"import grader.nbgrader, sys; assert not {heavy}, {heavy}"
    subprocess.run([sys.executable, "-c", code], check=True)
