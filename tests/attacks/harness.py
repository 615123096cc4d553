"""Grading a class of attackers with honest submissions among them, and looking at what they left behind."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.oracle import ROOT
from grader.records import RunRecord, SubmissionRecord, read_results, read_run
from grader.worker import linux, open_server

from . import Attack

SEED = 20
HONEST = tuple(f"{letter} honest" for letter in "aeinrtz")
"""Names of honest submissions, spread over the alphabet, in whose order a class is graded."""

_SUBREAPER = 36
_LINGERING_SECONDS = 10.0
_MARKS = ("left-behind", "file0", "large")
"""What attackers call their files."""

_WITHOUT_NAMESPACES = """
    from grader.cli import main
    from grader.worker import linux, open_server
    from grader.worker.sandbox import seccomp
    linux.gain_no_privileges()
    seccomp.REFUSED = ("unshare", "mount")
    seccomp.apply(only_own_signals=False, named_sockets=True)
    main()
"""
"""The command in a process to which the kernel refuses namespaces, as in most containers."""

_PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), str(ROOT))


@dataclass
class Class:
    """What came of a class.

    Args:
        folder: holds submissions, results and temporary files.
        records: by submission.
        run: the run's record.
        status: exit code of the command.
        printed: on stdout and stderr.
        survivors: processes that were still there when the command had ended.
        left: files that were.
    """

    folder: Path
    records: dict[str, SubmissionRecord]
    run: RunRecord
    status: int
    printed: str
    survivors: list[str]
    left: list[str]


def harmless(attacks: Iterable[Attack]) -> list[Attack]:
    """Those that meet a wall on this machine: the others would do what they try, to whoever runs the tests."""
    with open_server(isolation="auto", preload="lazy") as server:
        walls = {layer.name for layer in server.layers if layer.in_force}
    return [attack for attack in attacks if not attack.wall or attack.wall in walls]


def hand_in(folder: Path, attacks: Iterable[Attack]) -> str:
    """Write the submissions of attackers, and honest ones among them.

    Returns:
        The exercises that were handed in, as `--exercises` takes them.
    """
    exercises = set()
    for attack in attacks:
        exercises.add(attack.exercise)
        for name, content in attack.files.items():
            path = folder / attack.name / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        (folder / attack.name).mkdir(parents=True, exist_ok=True)
        module = folder / attack.name / f"{attack.exercise}.py"
        module.write_text(attack.text, encoding="utf-8")
    for name in HONEST:
        (folder / name).mkdir(parents=True)
        for exercise in exercises:
            answers = (ROOT / "solutions" / f"{exercise}.py").read_bytes()
            (folder / name / f"{exercise}.py").write_bytes(answers)
    return ",".join(sorted(exercises))


def grade(folder: Path, *options: str, confined: bool = False) -> Class:
    """Grade `folder / "class"` by the command that people use, two at once.

    Args:
        folder: holds the class.
        options: of the command.
        confined: whether namespaces are refused.
    """
    temporary = folder / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary), "GRADKIT_TEST_SECRET": "a secret"}
    with adopting() as survivors:
        done = subprocess.run(
            command(folder / "class", folder / "out", *options, confined=confined),
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return Class(
        folder=folder,
        records=read_results(folder / "out" / "results.jsonl").records,
        run=read_run(folder / "out" / "run.json"),
        status=done.returncode,
        printed=done.stdout + done.stderr,
        survivors=survivors,
        left=[str(path) for path in temporary.iterdir()] + _marks(),
    )


def command(submissions: Path, out: Path, *options: str, confined: bool = False) -> list[str]:
    """The words of `gradkit grade`, two submissions at once unless told otherwise."""
    program = ["-c", textwrap.dedent(_WITHOUT_NAMESPACES)] if confined else ["-m", "grader"]
    words = [sys.executable, *program, "grade", str(submissions), "--out", str(out)]
    return [*words, "--seed", str(SEED), "--jobs", "2", *options]


@contextlib.contextmanager
def adopting() -> Iterator[list[str]]:
    """Adopt whatever loses its parent meanwhile; yields a list that is filled, afterwards, with the processes that do not end."""
    survivors: list[str] = []
    if not linux.AVAILABLE:
        yield survivors
        return
    before = set(children())
    linux.call("prctl", _SUBREAPER, 1, 0, 0, 0)
    try:
        yield survivors
        deadline = time.monotonic() + _LINGERING_SECONDS
        while (left := children() - before) and time.monotonic() < deadline:
            for process in left:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(process, os.WNOHANG)
            time.sleep(0.02)
        survivors += [f"{process}: {_command_of(process)}" for process in left]
    finally:
        linux.call("prctl", _SUBREAPER, 0, 0, 0, 0)


def children(process: int | None = None) -> set[int]:
    """Ids of the children of a process, this one unless told; zombies too."""
    found: set[int] = set()
    for file in Path(f"/proc/{process or os.getpid()}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found.update(map(int, file.read_text().split()))
    return found


def _command_of(process: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    return "?"


def _marks() -> list[str]:
    """Files that bear an attacker's mark, outside of where they may be written."""
    paths = [Path(place) / mark for place in _PLACES for mark in _MARKS]
    return [str(path) for path in paths if path.exists()]
