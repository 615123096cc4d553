"""`gradkit hint`: three depths, a memory, and no crash where the memory fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.learner.hints import PROGRESS, Hints
from grader.oracle import ROOT
from grader.page import read_page

HINTS = read_page(ROOT / "solutions" / "ex05_autograd.py").functions[0].hints
"""Those of ex05_autograd.backward_pass."""


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def hint(*options: str, name: str = "ex05.backward_pass"):
    result = CliRunner().invoke(app, ["hint", name, *options])
    assert result.exit_code == 0, result.output
    return result


def test_it_says_how_deep_one_is_and_how_to_go_on():
    told = hint().stdout
    assert told.startswith("Hint 1 of 3: ")
    assert " ".join(told.split()).startswith(f"Hint 1 of 3: {HINTS[0]}")
    assert told.endswith("One deeper: gradkit hint ex05_autograd.backward_pass\n")


def test_the_last_one_says_so_and_stays():
    told = [hint().stdout for _ in range(4)]
    assert told[2] == told[3]
    assert told[3].startswith("Hint 3 of 3: ")
    assert "That is the last one. To begin again:\ngradkit hint" in told[3]
    assert told[3].endswith("ex05_autograd.backward_pass --depth 1\n")


def test_a_depth_is_given_and_remembered():
    assert hint("--depth", "2").stdout.startswith("Hint 2 of 3: ")
    assert hint().stdout.startswith("Hint 3 of 3: ")
    assert hint("--depth", "1").stdout.startswith("Hint 1 of 3: ")


def test_each_function_has_a_depth_of_its_own():
    hint()
    assert hint(name="ex05.train").stdout.startswith("Hint 1 of 3: ")
    assert hint().stdout.startswith("Hint 2 of 3: ")


def test_no_line_is_wider_than_a_terminal():
    lines = [line for depth in "123" for line in hint("--depth", depth).stdout.splitlines()]
    assert max(map(len, lines)) <= 79


@pytest.mark.parametrize(
    "content", [b"{half", b"[1]", b'{"ex05_autograd.backward_pass": "x"}', b"\xff"]
)
def test_a_damaged_memory_is_said_once_and_begun_anew(content):
    PROGRESS.parent.mkdir()
    PROGRESS.write_bytes(content)
    first = hint()
    assert first.stdout.startswith("Hint 1 of 3: ")
    assert first.stderr == f"{PROGRESS} was damaged; hints begin anew\n"
    second = hint()
    assert (second.stdout[:11], second.stderr) == ("Hint 2 of 3", "")


@pytest.mark.parametrize("depth", [-5, 0, 99])
def test_a_depth_that_cannot_be_is_no_crash(depth):
    PROGRESS.parent.mkdir()
    PROGRESS.write_text(f'{{"ex05_autograd.backward_pass": {depth}}}')
    assert hint().stdout[:11] in ("Hint 1 of 3", "Hint 3 of 3")


def test_where_nothing_can_be_written_the_next_is_asked_for_by_its_depth():
    PROGRESS.parent.write_text("a file where the folder should be")
    told = hint()
    assert told.stdout.startswith("Hint 1 of 3: ")
    assert told.stdout.endswith("gradkit hint ex05_autograd.backward_pass --depth 2\n")
    assert told.stderr == f"{PROGRESS} cannot be written; how deep you went will be forgotten\n"
    assert hint("--depth", "2").stdout.startswith("Hint 2 of 3: ")


def test_one_session_remembers_where_nothing_can_be_written():
    PROGRESS.parent.write_text("")
    hints = Hints()
    given = [hints.give("ex05_autograd", "backward_pass").text for _ in range(3)]
    assert tuple(given) == HINTS


def test_a_memory_that_may_not_be_read_is_said(monkeypatch: pytest.MonkeyPatch):
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    told = hint()
    assert told.stdout.startswith("Hint 1 of 3: ")
    assert told.stderr == f"{PROGRESS} cannot be read (Permission denied); hints begin anew\n"


def test_a_fourth_hint_is_refused_in_one_line():
    result = CliRunner().invoke(app, ["hint", "ex05.train", "--depth", "4"])
    assert result.exit_code == 2
    assert "--depth" in result.stderr
    assert len(result.stderr.splitlines()) == 1
