"""`gradkit doctor`: what this machine offers, and what to do about what is missing."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from grader import accelerator
from grader.cli import app
from grader.learner import doctor, dotprogram, machine
from grader.learner.machine import Found
from grader.oracle import ROOT, exercises
from grader.worker import IsolationUnavailable, Layer

FINE = Found("torch", "ok", "2.13.0, CPU build")


def run(*arguments: str, folder: Path = ROOT / "exercises"):
    return CliRunner().invoke(app, ["doctor", "--submission", str(folder), *arguments])


def test_it_looks_at_everything_and_says_that_all_is_well():
    result = run()
    assert result.exit_code == 0, result.output
    text = result.output
    for name in ("Python", "packages", "torch", "device sim", "device cuda", "worker", "isolation"):
        assert f"  {name} " in text
    for name in ("no network", "memory limited", "dot program", "recordings", "exercises", "disk"):
        assert f"  {name} " in text
    assert text.endswith("\n\nAll that is needed is here.\n")


def test_a_program_can_read_it():
    told = json.loads(run("--json").stdout)
    assert told["fine"] is True
    torch = next(each for each in told["found"] if each["name"] == "torch")
    assert torch["state"] == "ok"
    assert torch["saw"].startswith(importlib.metadata.version("torch"))
    assert set(torch) == {"name", "state", "saw", "advice"}


def test_something_broken_is_exit_code_1(monkeypatch: pytest.MonkeyPatch):
    broken = Found("torch", "broken", "no torch", "pip install it")
    monkeypatch.setattr(machine, "look", lambda folder: iter([FINE, broken]))
    result = run()
    assert result.exit_code == 1
    assert "broken   torch  no torch\n                -> pip install it\n" in result.output
    assert result.output.endswith("\n\nBroken: torch.\n")


def test_something_lacking_is_no_failure(monkeypatch: pytest.MonkeyPatch):
    lacking = Found("dot program", "lacking", "none", "brew install graphviz")
    monkeypatch.setattr(machine, "look", lambda folder: iter([lacking]))
    result = run()
    assert result.exit_code == 0
    assert "lacking  dot program  none\n" in result.output
    assert "-> brew install graphviz" in result.output


def test_what_programs_say_of_themselves_obeys_nobody():
    told = doctor.report([Found("dot program", "ok", "dot \x1b[31m9")])
    assert "\\x1b[31m" in doctor.lines(told)[0]


# --- piece by piece


def test_packages_that_are_missing_or_old_are_named(monkeypatch: pytest.MonkeyPatch):
    asked = ["no-such-package>=1", "pytest>=9999", "msgspec>=0.1", 'ruff>=99; extra == "test"']
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: asked)
    found = machine.packages()
    assert found.state == "broken"
    version = importlib.metadata.version("pytest")
    assert found.saw == f"no no-such-package; pytest {version} is not >=9999"
    assert found.advice == "pip install -c constraints.txt -e ."


def test_a_kit_that_is_not_installed_is_told():
    found = machine.packages("no-such-distribution")
    assert (found.state, found.saw) == ("lacking", "gradkit itself is not installed")


def test_no_torch_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    (found,) = machine.torch_and_devices()
    assert (found.name, found.state) == ("torch", "broken")
    assert "torch" in found.saw
    assert found.advice.startswith("pip install")


def test_a_simulation_that_fails_is_told(monkeypatch: pytest.MonkeyPatch):
    def fail() -> None:
        raise RuntimeError("this torch\nis too new")

    monkeypatch.setattr(accelerator, "install", fail)
    found = next(f for f in machine.torch_and_devices() if f.name == "device sim")
    assert (found.state, found.saw) == ("broken", "this torch")


def test_a_gpu_is_named(monkeypatch: pytest.MonkeyPatch):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda number: "A GPU")
    assert Found("device cuda", "ok", "A GPU") in list(machine.torch_and_devices())


class Server:
    """A source of workers that cannot import anything."""

    tier = "none"
    layers = (Layer("namespaces", False, "not allowed"), Layer("no network", True))

    def __init__(self, failure: object) -> None:
        self._failure = failure

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def start(self, source: object, limits: object) -> object:
        return SimpleNamespace(imported=lambda timeout: self._failure, close=lambda: None)


def test_each_layer_is_told_with_its_remark_and_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "open_server", lambda **options: Server(None))
    worker, tier, namespaces, network = machine.isolation()
    assert worker.state == "ok"
    assert (tier.state, tier.saw) == ("lacking", "tier none")
    assert "grade others' work on Linux" in tier.advice
    assert (namespaces.state, namespaces.saw) == ("lacking", "does not hold (not allowed)")
    assert "user namespaces" in namespaces.advice
    assert network == Found("no network", "ok", "holds")


def test_a_worker_that_does_not_come_up_is_broken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "open_server", lambda **options: Server("no process left"))
    worker = next(machine.isolation())
    assert (worker.state, worker.saw) == ("broken", "no process left")
    assert worker.advice == "please report this, with all of these lines"


def test_a_server_that_does_not_start_is_broken(monkeypatch: pytest.MonkeyPatch):
    def fail(**options: object) -> None:
        raise IsolationUnavailable("the worker server failed: no torch")

    monkeypatch.setattr(machine, "open_server", fail)
    (found,) = machine.isolation()
    assert (found.name, found.state) == ("worker", "broken")
    assert found.saw == "the worker server failed: no torch"


@pytest.mark.parametrize(
    ("system", "line"),
    [
        ("linux", "sudo apt install graphviz"),
        ("darwin", "brew install graphviz"),
        ("win32", "winget install graphviz"),
        ("freebsd14", "install Graphviz with the system's package manager"),
    ],
)
def test_a_missing_dot_program_comes_with_the_line_that_installs_it(
    system, line, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "platform", system)
    assert machine.dot_program() == Found("dot program", "lacking", "none, to draw graphs", line)


def test_a_dot_program_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr(dotprogram, "find", lambda: str(tmp_path / "dot"))
    found = machine.dot_program()
    assert found.state == "lacking"
    assert "cannot be started: No such file or directory" in found.saw


def test_old_recordings_cost_time_here_and_verdicts_in_a_copy(monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "stale", lambda exercise: exercise == "ex05_autograd")
    here = machine.recordings()
    assert (here.state, here.saw) == ("lacking", "not current: ex05_autograd")
    assert here.advice == "gradkit build, or checks take longer"
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    there = machine.recordings()
    assert (there.state, "get a fresh copy" in there.advice) == ("broken", True)


def test_missing_exercises_are_counted(tmp_path):
    shutil.copy(ROOT / "exercises/ex01_data.py", tmp_path)
    found = machine.modules(tmp_path)
    assert (found.state, found.saw) == ("lacking", f"1 of {len(exercises())} in {tmp_path}")
    assert "gradkit reset EXERCISE" in found.advice


def test_a_full_disk_is_broken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=5 * 2**20))
    found = machine.room()
    assert (found.state, found.saw) == ("broken", "5 MB free")
    assert found.advice.startswith("make room in /")
