"""`gradkit watch`, with real saves and real workers; the drawing on a pseudo-terminal."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pexpect
import pytest

from grader.learner.events import Key, Saved
from grader.learner.keys import key_by_key
from grader.learner.names import select
from grader.learner.saves import following
from grader.learner.standing import Place
from grader.learner.view import View
from grader.learner.watch import Watch
from grader.oracle import ROOT
from grader.worker import Limits, Source, open_server

NAME = "ex02_gradient_descent"
RIGHT = (ROOT / "solutions" / f"{NAME}.py").read_text(encoding="utf-8")
STUB = (ROOT / "exercises" / f"{NAME}.py").read_text(encoding="utf-8")
UPHILL = RIGHT.replace("param - lr", "param + lr")
ENDLESS = RIGHT.replace("return param - lr", "while True: pass\n    return param - lr")
BROKEN = "def predict(:\n"
PATIENCE = 60

assert len({RIGHT, STUB, UPHILL, ENDLESS}) == 4


class Seen:
    """A screen that keeps what it was shown."""

    def __init__(self) -> None:
        self._views: list[View] = []
        self._changed = threading.Condition()

    def show(self, view: View) -> None:
        with self._changed:
            self._views.append(view)
            self._changed.notify()

    def suspend(self) -> None: ...

    def until(self, wanted: Callable[[View], bool], seconds: float = PATIENCE) -> View:
        """The first view from now on that is as wanted."""
        with self._changed:
            start = max(0, len(self._views) - 1)
            found = self._changed.wait_for(
                lambda: next((v for v in self._views[start:] if wanted(v)), None), seconds
            )
        assert found, f"never seen; last: {self._views[-1]}"
        return found


class Session:
    """A watch on a folder, on a thread of its own."""

    def __init__(self, folder: Path, *names: str) -> None:
        self.folder, self.screen = folder, Seen()
        self.events: queue.SimpleQueue = queue.SimpleQueue()
        self.watch = Watch(folder, select(names), self.screen, self.events)

    def save(self, text: str, name: str = NAME) -> None:
        (self.folder / f"{name}.py").write_text(text, encoding="utf-8")

    def state(self, *states: str) -> View:
        """Wait until nothing is being checked and the exercises are in these states."""
        return self.screen.until(
            lambda v: not v.checking and tuple(s.state for s in v.standings) == states
        )

    @contextlib.contextmanager
    def running(self) -> Iterator[Session]:
        thread = threading.Thread(target=self.watch.run)
        with (
            self.watch,
            following(self.folder, [NAME], lambda names: self.events.put(Saved(names))),
        ):
            thread.start()
            try:
                yield self
            finally:
                self.events.put(Key("q"))
                thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "exercises"
    made.mkdir()
    (made / f"{NAME}.py").write_text(UPHILL, encoding="utf-8")
    return made


def test_every_way_of_saving_is_followed(folder: Path):
    """In place, broken, by rename as editors do, deleted, the whole folder gone and back."""
    with Session(folder, NAME).running() as session:
        begun = session.state("begun")
        assert begun.place == Place(NAME, "update")
        session.save(RIGHT)
        done = session.state("done")
        assert (done.note, done.good) == (f"{NAME} is complete: 6 of 6 points", True)
        session.save(BROKEN)
        broken = session.state("begun")
        assert "SyntaxError" in broken.standings[0].faults()[0].verdict.message
        (folder / "new").write_text(RIGHT, encoding="utf-8")
        os.replace(folder / "new", folder / f"{NAME}.py")
        session.state("done")
        (folder / f"{NAME}.py").unlink()
        assert session.state("missing").note == f"{NAME}.py is gone"
        session.save(STUB)
        session.state("untouched")
        shutil.rmtree(folder)
        session.state("missing")
        folder.mkdir()
        session.save(RIGHT)
        session.state("done")


def test_a_save_ends_the_endless_loop_of_the_old_text(folder: Path):
    with Session(folder, NAME).running() as session:
        session.state("begun")
        session.save(ENDLESS)
        view = session.screen.until(lambda v: bool(v.waiting))
        assert view.waiting[0].exercise == NAME
        assert "update" in view.waiting[0].functions
        session.save(RIGHT)
        assert not session.state("done").waiting


def test_only_what_was_saved_is_checked_again(folder: Path):
    shutil.copy(ROOT / "solutions" / "ex01_data.py", folder)
    with Session(folder, "ex01", NAME).running() as session:
        before = session.state("done", "begun").standings[0].examined
        session.save(RIGHT)
        assert session.state("done", "done").standings[0].examined is before


def test_a_server_of_workers_that_has_died_is_replaced(folder: Path):
    with Session(folder, NAME).running() as session:
        session.state("begun")
        dead = session.watch._check._server._process
        dead.kill()
        dead.wait()
        session.save(RIGHT)
        session.state("done")


def test_keys_go_on_give_hints_and_run_again(folder: Path):
    (folder / f"{NAME}.py").write_text(STUB, encoding="utf-8")
    with Session(folder, NAME).running() as session:
        first = session.state("untouched")
        assert first.place == Place(NAME, "predict")
        session.events.put(Key("h"))
        session.screen.until(lambda v: v.hint.startswith("Hint 1 of 3: "))
        session.events.put(Key("h"))
        session.screen.until(lambda v: v.hint.startswith("Hint 2 of 3: "))
        session.events.put(Key("n"))
        session.screen.until(lambda v: v.place == Place(NAME, "mse") and not v.hint)
        session.events.put(Key("x"))
        session.events.put(Key("r"))
        session.screen.until(lambda v: v.checking)
        session.state("untouched")


COMMAND = [sys.executable, "-m", "grader", "watch", NAME]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color"}
ALTERNATE, BACK, CURSOR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h"


@contextlib.contextmanager
def on_a_terminal(folder: Path) -> Iterator[tuple[pexpect.spawn, list]]:
    child = pexpect.spawn(
        COMMAND[0],
        COMMAND[1:],
        cwd=folder.parent,
        env=ENVIRONMENT,
        dimensions=(40, 80),
        encoding="utf-8",
        timeout=PATIENCE,
    )
    try:
        yield child, termios.tcgetattr(child.child_fd)
    finally:
        child.close(force=True)


def gives_the_terminal_back(child: pexpect.spawn, before: list) -> bool:
    """Wait for the end; whether everything is as it was before."""
    child.expect(pexpect.EOF)
    drawn = CURSOR in child.before and BACK in child.before
    same = termios.tcgetattr(child.child_fd) == before
    child.wait()
    return drawn and same


def test_on_a_terminal_it_draws_reacts_to_saves_and_keys_and_gives_the_terminal_back(folder: Path):
    with on_a_terminal(folder) as (child, before):
        child.expect_exact(ALTERNATE)
        child.expect_exact("The gradient points to where the loss grows")
        child.expect_exact("n next   h hint   r run all again   q quit")
        assert not termios.tcgetattr(child.child_fd)[3] & termios.ICANON
        (folder / f"{NAME}.py").write_text(RIGHT, encoding="utf-8")
        child.expect_exact(f"{NAME} is complete: 6 of 6 points")
        child.expect_exact("Done: 6 of 6 points.")
        child.send("q")
        assert gives_the_terminal_back(child, before)
        assert child.exitstatus == 0


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_it_and_the_terminal_is_given_back(
    folder: Path, number: signal.Signals, status: int
):
    with on_a_terminal(folder) as (child, before):
        child.expect_exact("n next")
        child.kill(number)
        assert gives_the_terminal_back(child, before)
        assert child.exitstatus == status


def test_the_terminal_is_given_back_while_the_shell_wants_it(folder: Path):
    with on_a_terminal(folder) as (child, before):
        child.expect_exact("n next")
        child.sendcontrol("z")
        child.expect_exact(BACK)
        _, stopped = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(stopped)
        assert termios.tcgetattr(child.child_fd) == before
        child.kill(signal.SIGCONT)
        child.expect_exact(ALTERNATE)
        child.expect_exact("n next")
        child.send("q")
        assert gives_the_terminal_back(child, before)


def test_the_terminal_is_given_back_after_an_exception_and_arrows_are_no_letters(
    monkeypatch: pytest.MonkeyPatch,
):
    ours, theirs = os.openpty()
    before = termios.tcgetattr(theirs)
    pressed: queue.SimpleQueue[str] = queue.SimpleQueue()
    with os.fdopen(theirs) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with contextlib.suppress(ZeroDivisionError), key_by_key(pressed.put):
            os.write(ours, b"\x1b[A")
            assert_empty(pressed)
            os.write(ours, "nä".encode())
            assert [pressed.get(timeout=PATIENCE) for _ in range(2)] == ["n", "ä"]
            raise ZeroDivisionError
        assert termios.tcgetattr(theirs) == before
    os.close(ours)


def assert_empty(pressed: queue.SimpleQueue[str]) -> None:
    with pytest.raises(queue.Empty):
        pressed.get(timeout=0.2)


def test_without_a_terminal_it_writes_plain_lines_for_each_round(folder: Path):
    watching = subprocess.Popen(
        COMMAND,
        cwd=folder.parent,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert watching.stdout
    too_late = threading.Timer(PATIENCE, watching.kill)
    too_late.start()
    with watching, watching.stdout as lines:
        until(lines, f"Hint: gradkit hint {NAME}.update\n")
        (folder / f"{NAME}.py").write_text(RIGHT, encoding="utf-8")
        second = until(lines, "Done: 6 of 6 points.\n")
        watching.terminate()
    too_late.cancel()
    assert watching.returncode == 128 + signal.SIGTERM
    assert f"{NAME} is complete: 6 of 6 points\n" in second
    assert f"{NAME}  done         6 / 6\n" in second
    assert not any("\x1b" in line for line in second)


def until(lines: Iterable[str], last: str) -> list[str]:
    found = []
    for line in lines:
        found.append(line)
        if line == last:
            return found
    raise AssertionError(f"{last!r} never came: {found}")


@pytest.mark.parametrize("fork", [True, False])
def test_a_worker_can_be_ended_while_another_thread_waits_for_it(fork: bool):
    source = Source(NAME, b"while True: pass\n", f"{NAME}.py")
    with open_server(fork=fork) as server:
        worker = server.start(source, Limits())
        ended: queue.SimpleQueue = queue.SimpleQueue()
        waiting = threading.Thread(target=lambda: ended.put(worker.imported(timeout=PATIENCE)))
        waiting.start()
        with pytest.raises(queue.Empty):
            ended.get(timeout=3)
        worker.interrupt()
        assert ended.get(timeout=PATIENCE).reason in ("crashed", "not_graded")
        waiting.join()
        worker.close()
