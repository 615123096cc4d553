"""`gradkit check`, as a person or a program runs it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import msgspec
import pexpect
import pytest
from typer.testing import CliRunner

from grader.cli import app
from grader.learner.report import Report, ToMend
from grader.oracle import ROOT

from .kit import EXERCISES, worth

NAME = "ex02_gradient_descent"
RIGHT = (ROOT / "solutions" / f"{NAME}.py").read_text(encoding="utf-8")
UPHILL = RIGHT.replace("param - lr", "param + lr")
RAISES = RIGHT.replace("return param - lr", "print('here')\n    return param.oops - lr")
LINE = 1 + RAISES[: RAISES.index("param.oops")].count("\n")
DEFINED = 1 + RAISES[: RAISES.index("def update")].count("\n")


def check(*arguments: str):
    return CliRunner().invoke(app, ["check", *arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """exercises/ with one exercise done, one begun, and the others missing."""
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "exercises"
    made.mkdir()
    shutil.copy(ROOT / "solutions" / "ex01_data.py", made)
    (made / f"{NAME}.py").write_text(RAISES, encoding="utf-8")
    return made


def test_what_a_pipe_gets(folder: Path):
    result = check(NAME)
    assert result.exit_code == 1
    assert result.stdout.split("\n") == [
        f"{NAME}  begun        4 / 6",
        "",
        f"exercises/{NAME}.py:{DEFINED}  update.takes_one_step_downhill",
        "Expected  Returns the parameter minus lr times its gradient",
        "Saw       AttributeError: 'float' object has no attribute 'oops'",
        f"            line {LINE}, in update: return param.oops - lr * grad",
        "Why       What stands after a dot is there by the object's type, or since a",
        "          line such as self.x = ... has run; spelling counts",
        "Look at   update; gradient descent",
        "",
        f"exercises/{NAME}.py:{LINE}, in update",
        *(
            f"  {'>' if n == LINE else ' '} {n:>4} | {RAISES.splitlines()[n - 1]}".rstrip()
            for n in range(LINE - 2, LINE + 2)
        ),
        "",
        "Printed while your code ran",
        "  here",
        "",
        f"Next: {NAME}.update",
        f"Hint: gradkit hint {NAME}.update",
        "",
    ]


def test_exercises_that_are_not_there_are_said_to_be_missing_and_nothing_failed(folder: Path):
    (folder / f"{NAME}.py").write_text(RIGHT, encoding="utf-8")
    result = check()
    assert result.exit_code == 0
    done, gone = f"{worth('ex01_data'):g}", f"{worth('ex03_numpy_regression'):g}"
    assert f"ex01_data              done     {done:>5} / {done}\n" in result.stdout
    assert f"ex03_numpy_regression  missing      0 / {gone}\n" in result.stdout
    both = f"{worth('ex01_data', NAME):g} of 100 points"
    assert f"{both}\n" in result.stdout
    more = f"and {len(EXERCISES) - 3} more files"
    assert result.stdout.endswith(f"\nDone: {both}. Missing: ex03_numpy_regression.py {more}.\n")


def test_what_a_program_gets(folder: Path):
    result = check("--json", "ex01.generate_data", NAME)
    assert result.exit_code == 1
    report = msgspec.json.decode(result.stdout, type=Report)
    assert list(json.loads(result.stdout)) == [
        "folder",
        "seed",
        "score",
        "max_score",
        "exercises",
        "states",
        "mend",
        "next",
    ]
    assert (report.folder, report.seed) == ("exercises", 2019)
    assert (report.score, report.max_score) == (7.0, 9.0)
    assert report.states == {"ex01_data": "done", NAME: "begun"}
    assert report.mend == ToMend(
        NAME, "update.takes_one_step_downhill", f"exercises/{NAME}.py", LINE
    )
    assert report.next == f"{NAME}.update"
    assert [c.status for e in report.exercises for c in e.checks].count("error") == 2


def test_a_program_is_told_why_an_exercise_could_not_be_checked(folder: Path):
    (folder / f"{NAME}.py").write_text("def f(:\n", encoding="utf-8")
    report = msgspec.json.decode(check("--json", NAME).stdout, type=Report)
    assert report.exercises[0].status == "import_error"
    assert report.exercises[0].message.startswith(f"{NAME}.py cannot be imported: SyntaxError")
    assert (report.mend.line, report.score) == (1, 0.0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ex03",), "exercises/ex03_numpy_regression.py: no such file"),
        (("--submission", "empty"), "empty: no exercise in it, such as ex01_data.py"),
        (
            ("--submission", "exercises/ex01_data.py"),
            "ex01_data.py cannot be read: Not a directory",
        ),
        (("--submission", "nowhere"), "nowhere: no such folder here; go to"),
        (("ex02.nothing",), "ex02.nothing: ex02_gradient_descent has no such function; it has"),
    ],
)
@pytest.mark.parametrize("command", ["check", "watch"])
def test_what_cannot_be_checked_is_told_in_one_line(
    folder: Path, command: str, arguments: tuple[str, ...], words: str
):
    Path("empty").mkdir()
    result = CliRunner().invoke(app, [command, *arguments])
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told(folder: Path):
    folder.chmod(0)
    result = check()
    folder.chmod(0o700)
    assert (result.exit_code, result.stderr) == (2, "exercises cannot be read: Permission denied\n")


@pytest.mark.parametrize("no_color", ["", "1"])
def test_on_a_terminal_it_draws_the_map_in_colour_where_that_is_wanted(folder: Path, no_color: str):
    child = pexpect.spawn(
        sys.executable,
        ["-m", "grader", "check"],
        cwd=folder.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": no_color},
        dimensions=(40, 80),
        encoding="utf-8",
        timeout=60,
    )
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == 1
    assert "● done   ◐ begun   ○ untouched" in child.before
    assert f"Next: \x1b[1m{NAME}.update\x1b[0m" in child.before
    assert ("\x1b[32m●" in child.before) is not bool(no_color)


def test_on_a_terminal_plain_lines_can_be_asked_for(folder: Path):
    output, status = pexpect.run(
        f"{sys.executable} -m grader check --plain {NAME}",
        cwd=str(folder.parent),
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
        encoding="utf-8",
        timeout=60,
        withexitstatus=True,
    )
    assert status == 1
    assert f"{NAME}  begun        4 / 6" in output
    assert "\x1b" not in output
