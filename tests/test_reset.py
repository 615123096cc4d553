"""`gradkit reset`: the stub comes back, and nothing that was written is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from grader import expectations
from grader.cli import app
from grader.learner import reset as resetting
from grader.learner.reset import BACKUPS, stub_of
from grader.oracle import ROOT
from tests.kit import EXERCISES

EXERCISE = "ex05_autograd"
FILE = Path("exercises") / f"{EXERCISE}.py"
STUB = (ROOT / FILE).read_bytes()
OWN = b"# my own work \xff\n"


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    FILE.parent.mkdir()
    FILE.write_bytes(OWN)


def reset(*arguments: str):
    return CliRunner().invoke(app, ["reset", *arguments])


def test_the_stub_is_back_and_the_work_is_kept():
    result = reset("ex05")
    kept = BACKUPS / f"{EXERCISE}-1.py"
    assert result.exit_code == 0
    assert result.output == f"{FILE} is the stub again; what you wrote is kept in {kept}\n"
    assert FILE.read_bytes() == STUB
    assert kept.read_bytes() == OWN


def test_no_backup_is_ever_written_over():
    for number in range(1, 4):
        FILE.write_bytes(b"%d" % number)
        assert f"-{number}.py" in reset(EXERCISE).output
    assert [(BACKUPS / f"{EXERCISE}-{n}.py").read_bytes() for n in (1, 2, 3)] == [b"1", b"2", b"3"]


def test_a_stub_is_left_alone():
    FILE.write_bytes(STUB)
    result = reset("ex05")
    assert (result.exit_code, result.output) == (
        0,
        f"{FILE} is the stub already; nothing was changed\n",
    )
    assert not BACKUPS.exists()


def test_a_missing_file_is_made():
    FILE.unlink()
    result = reset("ex05")
    assert (result.exit_code, result.output) == (0, f"{FILE} was missing; it is the stub now\n")
    assert FILE.read_bytes() == STUB


def test_another_folder_can_be_meant():
    Path("mine").mkdir()
    assert reset("ex01", "--submission", "mine").exit_code == 0
    assert Path("mine/ex01_data.py").read_bytes() == (ROOT / "exercises/ex01_data.py").read_bytes()


def test_only_the_exercise_that_is_named_is_touched():
    other = FILE.with_name("ex06_graph.py")
    other.write_bytes(OWN)
    reset("ex05")
    assert other.read_bytes() == OWN
    assert sorted(p.name for p in FILE.parent.iterdir()) == [FILE.name, other.name]


def test_a_link_stays_one():
    elsewhere = Path("elsewhere.py")
    elsewhere.write_bytes(OWN)
    FILE.unlink()
    FILE.symlink_to(elsewhere.resolve())
    reset("ex05")
    assert FILE.is_symlink()
    assert elsewhere.read_bytes() == STUB


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ex99",), "ex99: no such exercise; there are ex01_data"),
        (("ex05.train",), "ex05.train: name a whole exercise, ex05_autograd"),
        (("ex05", "--submission", "nowhere"), "nowhere: no such folder here; go to"),
    ],
)
def test_what_cannot_be_meant_is_one_line(arguments, words):
    result = reset(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert FILE.read_bytes() == OWN


def test_a_folder_in_the_files_place_is_told():
    FILE.unlink()
    FILE.mkdir()
    result = reset("ex05")
    assert result.exit_code == 2
    assert result.stderr == f"{FILE} is in the way: no regular file\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for():
    FILE.unlink()
    os.mkfifo(FILE)
    assert reset("ex05").stderr == f"{FILE} is in the way: no regular file\n"


def test_without_a_backup_nothing_is_changed():
    BACKUPS.parent.write_text("a file where the folder should be")
    result = reset("ex05")
    assert result.exit_code == 2
    assert f"no backup can be kept in {BACKUPS}" in result.stderr
    assert "nothing was changed" in result.stderr
    assert FILE.read_bytes() == OWN


def test_a_disk_that_fills_up_loses_nothing(monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    result = reset("ex05")
    assert result.exit_code == 2
    assert "No space left on device" in result.stderr
    assert FILE.read_bytes() == OWN
    assert (BACKUPS / f"{EXERCISE}-1.py").read_bytes() == OWN


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_recording_holds_the_stub_for_copies_without_pages(exercise, monkeypatch):
    shipped = (ROOT / "exercises" / f"{exercise}.py").read_text(encoding="utf-8")
    assert stub_of(exercise) == shipped
    monkeypatch.setattr(resetting, "ROOT", Path("nowhere"))
    assert stub_of(exercise) == shipped


def test_a_copy_that_lacks_the_stub_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(resetting, "ROOT", Path("nowhere"))
    monkeypatch.setattr(resetting, "read", lambda exercise: None)
    result = reset("ex05")
    assert result.exit_code == 2
    assert f"the stub of {EXERCISE} is missing from this copy of the kit" in result.stderr
    assert FILE.read_bytes() == OWN


def test_a_recording_shows_no_line_of_a_mistake():
    for exercise in EXERCISES:
        recording = expectations.read(exercise)
        assert recording is not None
        for suspects in recording.suspects.values():
            outcomes = [o for suspect in suspects for o in suspect.outcomes.values()]
            assert not any(getattr(outcome, "frames", ()) for outcome in outcomes)
