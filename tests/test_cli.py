"""The command line, as a person types it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.oracle import ROOT

from .kit import worth


def gradkit(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def test_check_tells_what_is_done_and_what_is_untouched(tmp_path):
    shutil.copy(ROOT / "solutions" / "ex02_gradient_descent.py", tmp_path)
    shutil.copy(ROOT / "exercises" / "ex01_data.py", tmp_path)
    result = gradkit("check", "ex01", "ex02_gradient_descent", "--submission", str(tmp_path))
    assert result.exit_code == 0, result.output
    untouched, done = f"{worth('ex01_data'):g}", f"{worth('ex02_gradient_descent'):g}"
    assert f"ex01_data              untouched    0 / {untouched}" in result.output
    assert f"ex02_gradient_descent  done     {done:>5} / {done}" in result.output


def test_check_tells_the_first_thing_to_mend(tmp_path):
    text = (ROOT / "solutions" / "ex02_gradient_descent.py").read_text(encoding="utf-8")
    (tmp_path / "ex02_gradient_descent.py").write_text(text.replace("param - lr", "param + lr"))
    result = gradkit("check", "ex02.update", "--submission", str(tmp_path))
    assert result.exit_code == 1
    assert "ex02_gradient_descent  begun" in result.output
    assert "Why       The gradient points to where the loss grows" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "ex99"), "ex99: no such exercise; there are ex01_data"),
        (
            ("check", "ex01.nothing"),
            "ex01.nothing: ex01_data has no such function; it has generate",
        ),
        (("check", "--submission", "nowhere"), "nowhere: no such folder here; go to"),
        (("hint", "ex05"), "name a function too"),
        (("hint", "ex05.nothing"), "no such function"),
    ],
)
def test_a_wrong_name_is_one_line_and_exit_code_2(arguments, words):
    result = gradkit(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_word_that_is_none_of_the_choices_is_one_line():
    done = gradkit("grade", "in", "--out", "out", "--isolation", "maybe")
    assert done.stderr == (
        "Invalid value for '--isolation': 'maybe' is not one of 'auto', 'strict', 'none'. (-h says more)\n"
    )


def test_a_folder_that_has_been_removed_is_no_place_to_be(
    tmp_path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()
    done = gradkit("grade", "in", "--out", "out")
    assert (done.exit_code, done.stderr) == (
        2,
        "the current folder has been removed: go to one that is there\n",
    )


def test_each_hint_goes_one_deeper(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    told = [gradkit("hint", "ex05_autograd.train").output for _ in range(4)]
    assert [words[:11] for words in told] == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
        "Hint 3 of 3",
    ]
    assert len(set(told)) == 3


def test_hints_go_on_when_the_memory_is_damaged(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path(".gradkit").mkdir()
    Path(".gradkit/hints.json").write_text("{half")
    assert gradkit("hint", "ex05.train").output.startswith("Hint 1 of 3")


def test_build_says_that_everything_is_current():
    result = gradkit("build", "--check")
    assert (result.exit_code, result.output) == (0, "")


@pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="this system has no file that is always full"
)
def test_a_full_disk_behind_the_output_is_one_line():
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "grader", "doctor"],
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert (
        done.stderr
        == "this output, or a temporary file, cannot be written: No space left on device\n"
    )
