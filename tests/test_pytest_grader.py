"""`pytest grader` as a student meets it: right, unfinished, broken and hostile files in one folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.oracle import ROOT

REFERENCES = ROOT / "solutions"


@dataclass(frozen=True)
class Run:
    """What one run of pytest printed, and what each item came to."""

    exit_code: int
    screen: str
    results: dict[str, tuple[str, str]]

    def of(self, exercise: str) -> dict[str, tuple[str, str]]:
        """Status and text of an exercise's checks, by check id."""
        return {k.split("::")[1]: v for k, v in self.results.items() if exercise in k}


def run_grader(folder: Path, *options: str, root: Path = ROOT, report: Path | None = None) -> Run:
    """Run `pytest grader` on a folder in a process of its own, with the grader that is in `root`."""
    report = report or folder / "report.xml"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "grader", "-p", "no:cacheprovider"),
            *("--submission", str(folder), "--junitxml", str(report), *options),
        ],
        cwd=root,
        env={**os.environ, "COLUMNS": "79", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Run(done.returncode, done.stdout + done.stderr, dict(_items(report)))


def _items(report: Path):
    for case in ET.parse(report).iter("testcase"):
        where = case.get("classname", "").rpartition(".")[2]
        child = next((c for c in case if c.tag in ("failure", "error", "skipped")), None)
        status = "passed" if child is None else child.tag
        yield (
            f"{where}::{case.get('name')}",
            (status, (child.text or "") if child is not None else ""),
        )


def edited(exercise: str, old: str, new: str) -> str:
    """A solution in which one passage is replaced."""
    text = (REFERENCES / f"{exercise}.py").read_text(encoding="utf-8")
    assert old in text, old
    return text.replace(old, new)


BROKEN = {
    "ex01_data": "def generate_data(rng:\n    pass\n",
    "ex02_gradient_descent": edited(
        "ex02_gradient_descent",
        "    return float(",
        "    while True:\n        pass\n    return float(",
    ),
    "ex03_numpy_regression": "import sys\nsys.exit(0)\n",
    "ex04_tensors": "n_dims = 3.0\n\n\ndef to_tensor(array, device):\n    import os\n    os._exit(0)\n\n\n"
    "def to_numpy(t):\n    return object()\n\n\n"
    "def add_in_place(t, value):\n    print('x' * 3_000_000)\n    t += value\n    return t\n",
    "ex06_graph": "raise RuntimeError('not today')\n",
    "ex08_loss": "import torch\n\n\nclass Liar(torch.Tensor):\n    def __eq__(self, other):\n        return True\n"
    "    def item(self):\n        return 1.0\n\n\ndef manual_mse(y, yhat, reduction='mean'):\n"
    "    return torch.zeros(()).as_subclass(Liar)\n",
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("broken")
    for name, text in BROKEN.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (folder / "ex05_autograd.py").write_bytes(b"# caf\xe9\n")
    shutil.copy(REFERENCES / "ex07_optimizer.py", folder)
    shutil.copy(ROOT / "exercises" / "ex09_model.py", folder)
    for library in ("torch", "numpy", "random", "grader", "conftest", "sitecustomize"):
        (folder / f"{library}.py").write_text("raise SystemExit('shadowed')\n")
    return run_grader(folder, "-k", "not ex10 and not ex11 and not ex12", "--timeout", "5")


def _statuses(run: Run, exercise: str) -> set[str]:
    return {status for status, _ in run.of(exercise).values()}


def _texts(run: Run, exercise: str) -> str:
    return "\n".join(text for _, text in run.of(exercise).values())


def test_a_syntax_error_is_told_with_its_line(broken):
    assert _statuses(broken, "ex01_data") == {"failure"}
    assert "ex01_data.py cannot be imported: SyntaxError" in _texts(broken, "ex01_data")
    assert "line 1" in _texts(broken, "ex01_data")


def test_an_endless_loop_costs_its_own_checks_only(broken):
    seen = broken.of("ex02_gradient_descent")
    ended = {name for name, (_, text) in seen.items() if "did not come to an end" in text}
    assert ended
    assert seen["predict.gives_a_plus_b_x"][0] == "passed"
    assert seen["updates_per_epoch.counts_batches"][0] == "passed"


def test_an_exit_at_import_is_told(broken):
    assert "SystemExit" in _texts(broken, "ex03_numpy_regression")


def test_a_file_that_is_not_utf8_is_told(broken):
    assert "ex05_autograd.py cannot be imported" in _texts(broken, "ex05_autograd")
    assert "save the file as UTF-8" in _texts(broken, "ex05_autograd")


def test_an_error_at_import_is_told_in_its_own_words(broken):
    assert "RuntimeError: not today" in _texts(broken, "ex06_graph")


def test_a_function_turned_into_a_variable_is_told(broken):
    text = broken.of("ex04_tensors")["n_dims.counts_the_dimensions"][1]
    assert "n_dims should be a function or class; here it is 3.0 (a float)" in text


def test_a_missing_function_is_told(broken):
    text = broken.of("ex04_tensors")["pick_device.asks_whether_cuda_is_available"][1]
    assert "The file has no pick_device" in text


def test_leaving_the_process_costs_the_check_only(broken):
    seen = broken.of("ex04_tensors")
    text = seen["to_tensor.gives_float32_numbers_of_the_same_shape"][1]
    assert "The code took its process down" in text
    assert seen["add_in_place.changes_the_tensor_itself"][0] == "passed"


def test_a_result_that_cannot_be_sent_is_described(broken):
    seen = broken.of("ex04_tensors")
    text = seen["to_numpy.gives_the_same_numbers_shape_and_dtype"][1]
    assert "a numpy array" in text
    assert "an object" in text


def test_a_subclass_with_lying_methods_earns_nothing(broken):
    seen = broken.of("ex08_loss")
    assert {s for name, (s, _) in seen.items() if name.startswith("manual_mse")} == {"failure"}


def test_a_flood_of_output_does_not_bury_the_messages(broken):
    assert len(broken.screen) < 200_000


def test_a_finished_exercise_beside_broken_ones_passes(broken):
    assert _statuses(broken, "ex07_optimizer") == {"passed"}


def test_a_stub_is_skipped(broken):
    assert _statuses(broken, "ex09_model") == {"skipped"}


def test_no_frame_of_the_grader_is_shown(broken):
    for status, text in broken.results.values():
        if status == "skipped":
            continue  # pytest itself adds where the skip came from
        assert "Traceback" not in text
        assert "grader/" not in text
        assert len(text) <= 2000


def test_it_closes_with_points_and_exit_code_1(broken):
    assert broken.exit_code == 1
    assert "ex07_optimizer" in broken.screen.partition("points")[2]


def test_stubs_alone_are_no_failure(tmp_path):
    shutil.copy(ROOT / "exercises" / "ex08_loss.py", tmp_path)
    run = run_grader(tmp_path, "-k", "ex08")
    assert run.exit_code == 0
    assert _statuses(run, "ex08") == {"skipped"}
    assert "ex08_loss         0 / 8\nall of these      0 / 8\n" in run.screen


def test_a_missing_file_fails_and_says_so(tmp_path):
    run = run_grader(tmp_path, "-k", "ex02", "-x")
    assert run.exit_code == 1
    assert "ex02_gradient_descent.py is missing" in run.screen


def test_a_missing_folder_is_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "grader", "--submission", str(tmp_path / "nowhere")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "no such folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_node_ids_select_one_check():
    chosen = "grader/checks/ex02_gradient_descent.py::mse.averages_the_squared_errors"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            chosen,
            "--submission",
            "solutions",
            "-p",
            "no:cacheprovider",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="takes a pipe in the file system")
def test_what_is_no_file_is_neither_waited_for_nor_read_without_end(tmp_path):
    os.mkfifo(tmp_path / "ex01_data.py")
    (tmp_path / "ex02_gradient_descent.py").mkdir()
    (tmp_path / "ex03_numpy_regression.py").write_bytes(b"#" * 1_000_001)
    run = run_grader(tmp_path, "-k", "ex01 or ex02 or ex03")
    assert run.exit_code == 1
    for exercise, words in {
        "ex01_data": "it is no regular file",
        "ex02_gradient_descent": "it is no regular file",
        "ex03_numpy_regression": "it is larger than 1 MB",
    }.items():
        assert {words in text for _, text in run.of(exercise).values()} == {True}
