"""`gradkit grade` as a person meets it: what is refused, what is printed, what survives an interruption, and what does not."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from grader.grading import Grader, Settings
from grader.grading.made import kit_version
from grader.oracle import ROOT
from grader.recording import write_whole
from grader.records import SubmissionRecord, encode, read_results, read_run
from grader.submissions import find, read

from .attacks.harness import adopting, children, command

EXERCISE = "ex02_gradient_descent"
FULL = 6.0
OPTIONS = ("--exercises", EXERCISE, "--timeout", "4")
HANGS_DEAF = """
import os, signal, time
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
time.sleep(10**6)
"""

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def answers() -> str:
    return (ROOT / "solutions" / f"{EXERCISE}.py").read_text(encoding="utf-8")


def hand_in(root: Path, **modules: str) -> Path:
    """A folder of submissions, each a single module."""
    for name, text in modules.items():
        (root / name).mkdir(parents=True)
        (root / name / f"{EXERCISE}.py").write_text(text, encoding="utf-8")
    return root


class Run(NamedTuple):
    """A class that has been graded."""

    submissions: Path
    out: Path
    done: subprocess.CompletedProcess


def small_class(root: Path) -> Path:
    """One who is through, one who has not begun, one who is wrong."""
    stub = (ROOT / "exercises" / f"{EXERCISE}.py").read_text(encoding="utf-8")
    wrong = answers().replace("param - lr", "param + lr")
    return hand_in(root, ann=answers(), ben=stub, cid=wrong)


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    return small_class(tmp_path / "in")


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("graded")
    submissions = small_class(folder / "in")
    return Run(submissions, folder / "out", gradkit(submissions, folder / "out"))


@pytest.fixture
def finished(graded_once: Run, tmp_path: Path) -> Run:
    """A graded class of one's own."""
    for name in ("in", "out"):
        shutil.copytree(graded_once.out.parent / name, tmp_path / name)
    return Run(tmp_path / "in", tmp_path / "out", graded_once.done)


def gradkit(
    submissions: Path, out: Path, *options: str, confined: bool = False, **more
) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(submissions, out, *OPTIONS, *options, confined=confined),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        **more,
    )


def records_of(out: Path) -> dict[str, SubmissionRecord]:
    return read_results(out / "results.jsonl").records


def scores(out: Path) -> dict[str, float]:
    return {name: record.score for name, record in records_of(out).items()}


def timeless(record: SubmissionRecord) -> SubmissionRecord:
    return msgspec.structs.replace(record, duration_s=0.0)


# --- what is refused


def assert_refused(done: subprocess.CompletedProcess, words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stdout == ""


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = gradkit(tmp_path / "nowhere", tmp_path / "out")
    assert_refused(done, f"{tmp_path / 'nowhere'}: no such folder")
    assert not (tmp_path / "out").exists()


def test_a_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert_refused(
        gradkit(tmp_path / "file", tmp_path / "out"), "file is no folder: give the folder"
    )


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = gradkit(tmp_path / "empty", tmp_path / "out")
    assert_refused(done, "no submission")
    assert not (tmp_path / "out").exists()


def test_a_folder_for_results_that_cannot_be_made_is_refused(
    submissions: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    done = gradkit(submissions, tmp_path / "file" / "out")
    assert_refused(done, f"{tmp_path / 'file' / 'out'} cannot be written: Not a directory")
    done = gradkit(submissions, tmp_path / "file")
    assert_refused(done, f"{tmp_path / 'file'} is no folder: choose another for the results")


def test_an_exercise_that_does_not_exist_is_refused(submissions: Path, tmp_path: Path) -> None:
    done = gradkit(submissions, tmp_path / "out", "--exercises", "ex02_gradient_descent,ex99")
    assert_refused(done, "ex99: no such exercise; there are ex01_data")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--jobs", "0"),
        ("--seed", str(2**63)),
        ("--timeout", "0"),
        ("--memory", "1"),
        ("--isolation", "maybe"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    submissions: Path, tmp_path: Path, option: str, value: str
) -> None:
    assert_refused(gradkit(submissions, tmp_path / "out", option, value), option)


def test_results_that_are_there_are_refused_and_left_alone(finished: Run) -> None:
    before = {path: path.read_bytes() for path in finished.out.rglob("*.*") if path.is_file()}
    before.pop(finished.out / ".lock")
    done = gradkit(finished.submissions, finished.out)
    assert_refused(done, "exists: add --resume to go on with it, or choose another folder")
    assert {path: path.read_bytes() for path in before} == before


def test_results_of_another_format_are_refused_and_left_alone(
    submissions: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "results.jsonl").write_text('{"submission": "ann", "points": 3}\n')
    done = gradkit(submissions, out, "--resume")
    assert_refused(done, f"{out / 'results.jsonl'}, line 1, is not a record of this kit: ")
    assert (out / "results.jsonl").read_text() == '{"submission": "ann", "points": 3}\n'


# --- what is printed


def test_piped_output_is_plain_lines(graded_once: Run) -> None:
    done = graded_once.done
    assert done.returncode == 0
    told = done.stderr.splitlines()
    assert told[0] == "3 submissions, seed 20"
    assert told[1].startswith(("isolation: isolated", "WARNING: isolation is not complete"))
    assert {line.partition("  ")[2] for line in told[-3:]} == {
        *("ann  6 / 6", "ben  0 / 6", "cid  4 / 6")
    }
    assert done.stdout.splitlines() == [
        "3 submissions: mean 3.33, median 4 of 6 points",
        "Most frequent mistakes:",
        *(line for line in done.stdout.splitlines() if line.startswith("  ")),
        f"Results in {graded_once.out}: grades.csv, results.jsonl, index.html, feedback/",
    ]


def unread_pipe() -> int:
    reader, writer = os.pipe()
    os.close(reader)
    return writer


def full_disk() -> int:
    return os.open("/dev/full", os.O_WRONLY)


@linux_only
@pytest.mark.parametrize("opened", [unread_pipe, full_disk])
def test_grading_goes_on_when_nobody_reads_what_it_says(
    submissions: Path, tmp_path: Path, opened: Callable[[], int]
) -> None:
    words = command(submissions, tmp_path / "out", *OPTIONS)
    with open(opened(), "wb") as unread:
        done = subprocess.run(words, cwd=ROOT, stdout=unread, stderr=unread, timeout=120)
    assert done.returncode == 0
    assert scores(tmp_path / "out") == {"ann": FULL, "ben": 0.0, "cid": 4.0}
    assert (tmp_path / "out" / "index.html").exists()


@linux_only
def test_who_keeps_files_to_oneself_is_graded_in_isolation(
    submissions: Path, tmp_path: Path, graded_once: Run
) -> None:
    done = gradkit(submissions, tmp_path / "out", umask=0o077)
    assert (tmp_path / "out" / "grades.csv").stat().st_mode & 0o777 == 0o600
    told = [line for line in graded_once.done.stderr.splitlines() if "isolation" in line]
    assert [line for line in done.stderr.splitlines() if "isolation" in line] == told


def test_json_is_the_summary_and_nothing_else(submissions: Path, tmp_path: Path) -> None:
    done = gradkit(submissions, tmp_path / "out", "--json")
    summary = json.loads(done.stdout)
    assert (summary["submissions"], summary["median"], summary["seed"]) == (3, 4.0, 20)
    assert summary["interrupted"] is False


def test_what_crashed_and_what_is_flagged_is_named(tmp_path: Path) -> None:
    crash = answers() + "\nimport os\ndef predict(x, a, b):\n    os.abort()\n"
    root = hand_in(tmp_path / "in", ann=crash, ben="import ctypes\n" + answers(), cid="def f(:")
    printed = gradkit(root, tmp_path / "out").stdout
    assert "Could not be imported: cid (ex02_gradient_descent)\n" in printed
    assert "Crashed, endless or out of memory: ann (ex02_gradient_descent, crashed)\n" in printed
    assert "Flagged, worth a look: ben" in printed


def test_what_cannot_be_opened_is_named_once_and_flagged_only_if_there_is_more(
    tmp_path: Path,
) -> None:
    root = hand_in(tmp_path / "in", ann=answers(), ben=answers())
    (root / "ann" / "more.zip").write_bytes(b"none")
    (root / "zoe.zip").write_bytes(b"none")
    printed = gradkit(root, tmp_path / "out").stdout
    assert "Could not be read, at least in part: zoe\nFlagged, worth a look: ann\n" in printed


# --- resuming


def test_what_is_done_is_not_done_again(finished: Run) -> None:
    before = (finished.out / "results.jsonl").read_bytes()
    (finished.submissions / "ben" / f"{EXERCISE}.py").write_text(answers())
    done = gradkit(finished.submissions, finished.out, "--resume")
    assert "ann  unchanged, not graded again" in done.stderr
    assert "ben  6 / 6" in done.stderr
    assert scores(finished.out) == {"ann": FULL, "ben": FULL, "cid": 4.0}
    kept = [line for line in before.splitlines() if b'"submission":"ben"' not in line]
    assert set(kept) < set((finished.out / "results.jsonl").read_bytes().splitlines())


def test_a_run_goes_on_with_its_own_exercises(finished: Run) -> None:
    before = (finished.out / "results.jsonl").read_bytes()
    options = ("--out", str(finished.out), "--timeout", "4", "--resume")
    words = [sys.executable, "-m", "grader", "grade", str(finished.submissions), *options]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stderr.count("not graded again") == 3
    words += ["--exercises", "ex01"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert_refused(done, f"{finished.out} holds grades for {EXERCISE}: to go on, leave")
    assert (finished.out / "results.jsonl").read_bytes() == before


def test_half_a_line_at_the_end_is_graded_again(finished: Run) -> None:
    whole = (finished.out / "results.jsonl").read_bytes()
    (finished.out / "results.jsonl").write_bytes(whole[:-200])
    done = gradkit(finished.submissions, finished.out, "--resume")
    assert done.stderr.startswith(
        f"{finished.out / 'results.jsonl'}, line 3, was cut off and is dropped: its submission is graded again\n"
    )
    assert done.stderr.count("not graded again") == 2
    assert scores(finished.out) == {"ann": FULL, "ben": 0.0, "cid": 4.0}


def test_records_of_another_version_of_the_kit_are_graded_again(finished: Run) -> None:
    old = [msgspec.structs.replace(r, kit="0.0.1") for r in records_of(finished.out).values()]
    write_whole(finished.out / "results.jsonl", b"".join(encode(record) + b"\n" for record in old))
    done = gradkit(finished.submissions, finished.out, "--resume")
    assert "not graded again" not in done.stderr
    assert {record.kit for record in records_of(finished.out).values()} == {kit_version()}


# --- interruptions


@contextlib.contextmanager
def running(
    submissions: Path, out: Path, *options: str, recorded: int
) -> Iterator[subprocess.Popen]:
    """A run under way that has recorded so many submissions and hangs on another; killed in the end."""
    words = command(submissions, out, "--exercises", EXERCISE, "--timeout", "100", *options)
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            deadline = time.monotonic() + 60
            while _lines(out / "results.jsonl") < recorded:
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            time.sleep(0.3)  # let the one that hangs fork its daemon
            yield process
        finally:
            process.kill()


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.fixture
def hanging(tmp_path: Path) -> Path:
    """Two who are done soon, then one who never is."""
    return hand_in(tmp_path / "in", ann=answers(), ben=answers(), zoe=HANGS_DEAF + answers())


@linux_only
def test_nothing_survives_a_kill_and_the_run_goes_on(hanging: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with adopting() as survivors, running(hanging, out, recorded=2) as process:
        assert len(children(process.pid)) >= 1
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert survivors == []
    assert scores(out) == {"ann": FULL, "ben": FULL}
    done = gradkit(hanging, out, "--resume")
    assert done.returncode == 0
    assert done.stderr.count("not graded again") == 2
    assert records_of(out)["zoe"].exercises[0].status == "timeout"


@linux_only
def test_a_second_interruption_says_that_nothing_is_lost(hanging: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(hanging, out, recorded=2) as process:
        process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + 30
        while not (out / "feedback").exists():  # grading is over, and the report is begun
            assert time.monotonic() < deadline
            time.sleep(0.002)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.endswith("Interrupted. What was graded by then is kept; go on with --resume.\n")
    assert scores(out) == {"ann": FULL, "ben": FULL}


@linux_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_cleanly_with_what_is_done(
    hanging: Path, tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "out"
    with adopting() as survivors, running(hanging, out, recorded=2) as process:
        process.send_signal(number)
        printed, told = process.communicate(timeout=30)
    assert survivors == []
    assert process.returncode == 130
    assert "Interrupted: 1 submission left. Go on with --resume." in printed
    assert "Traceback" not in told
    assert scores(out) == {"ann": FULL, "ben": FULL}
    assert len((out / "grades.csv").read_text().splitlines()) == 3
    assert (out / "index.html").exists()


@linux_only
def test_a_second_run_into_the_same_folder_is_refused(hanging: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(hanging, out, recorded=2) as process:
        done = gradkit(hanging, out, "--resume")
        assert_refused(done, f"another run (process {process.pid}) is writing into {out}")


# --- a full disk


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, resource.RLIM_INFINITY))


@pytest.mark.skipif(os.name != "posix", reason="needs limits of POSIX")
def test_a_line_that_does_not_fit_costs_nothing_that_is_done(tmp_path: Path) -> None:
    out = tmp_path / "out"
    root = hand_in(tmp_path / "in", **{f"s{n}": answers() for n in range(8)})
    done = gradkit(root, out, "--jobs", "1", preexec_fn=_small_files)
    _assert_told_and_resumed(done, root, out, "File too large")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 64 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(words, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("may not mount here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_costs_nothing_that_is_done(small_disk: Path, tmp_path: Path) -> None:
    out = small_disk / "out"
    root = hand_in(tmp_path / "in", **{f"s{n}": answers() for n in range(8)})
    (small_disk / "filler").write_bytes(bytes(48 * 1024))
    done = gradkit(root, out, "--jobs", "1")
    (small_disk / "filler").unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    _assert_told_and_resumed(done, root, out, "No space left on device")


def _assert_told_and_resumed(
    done: subprocess.CompletedProcess, root: Path, out: Path, words: str
) -> None:
    assert done.returncode == 2
    assert f"cannot be written: {words}" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    kept = len(records_of(out))
    assert 0 < kept < 8
    again = gradkit(root, out, "--resume")
    assert again.returncode == 0
    assert again.stderr.count("not graded again") == kept
    assert scores(out) == {f"s{n}": FULL for n in range(8)}


# --- isolation


@linux_only
def test_strict_isolation_refuses_where_a_layer_is_missing(
    submissions: Path, tmp_path: Path
) -> None:
    done = gradkit(submissions, tmp_path / "out", "--isolation", "strict", confined=True)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(
        "strict isolation is not to be had here: namespaces"
    )
    assert "Traceback" not in done.stderr
    assert not records_of(tmp_path / "out")


@linux_only
def test_automatic_isolation_says_loudly_what_is_missing(submissions: Path, tmp_path: Path) -> None:
    done = gradkit(submissions, tmp_path / "out", confined=True)
    assert done.returncode == 0
    assert "WARNING: isolation is not complete here (confined). Not in force:" in done.stderr
    assert "  - namespaces" in done.stderr
    assert "Grade only what you trust, or insist with --isolation strict." in done.stderr
    missing = read_run(tmp_path / "out" / "run.json").isolation_missing
    assert any(layer.startswith("namespaces") for layer in missing)
    assert scores(tmp_path / "out")["ann"] == FULL


def test_no_isolation_is_told_too(submissions: Path, tmp_path: Path) -> None:
    done = gradkit(submissions, tmp_path / "out", "--isolation", "none")
    assert "WARNING: isolation is not complete here (none). Not in force:" in done.stderr
    assert "no reading of other files (not asked for)" in done.stderr


# --- determinism


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of every kind of trouble."""
    body = "def predict(x, a, b):\n    "
    return hand_in(
        tmp_path_factory.mktemp("troubled"),
        crashes=f"{answers()}\nimport os\n{body}os.abort()\n",
        ends="import os; os._exit(3)",
        fails="raise ValueError('no')",
        fine=answers(),
        hangs=f"{answers()}\n{body}while True: pass\n",
        kills=f"{answers()}\nimport os\n{body}os.kill(0, 9)\n",
        prints=f"{answers()}\n{body}print('x' * 10**6); return x\n",
        random=f"{answers()}\nimport random\n{body}return x * random.random()\n",
        sets=f"{answers()}\n{body}return sorted({{str(n) for n in range(9)}}, key=len)[0]\n",
        sleeps="import time; time.sleep(10**6)",
        takes=f"{answers()}\n{body}return bytearray(10**11)\n",
        typo="def predict(:\n",
    )


def test_the_same_seed_gives_the_same_records_however_it_is_run(
    troubled: Path, tmp_path: Path
) -> None:
    gradkit(troubled, tmp_path / "one", "--jobs", "1")
    gradkit(troubled, tmp_path / "three", "--jobs", "3")
    one, three = records_of(tmp_path / "one"), records_of(tmp_path / "three")
    assert {name: timeless(r) for name, r in one.items()} == {
        name: timeless(r) for name, r in three.items()
    }
    settings = Settings(20, (EXERCISE,), timeout=4)
    found = find(troubled, settings.exercises).submissions
    with Grader(settings) as grader:
        for submission in reversed(found):
            again = grader.submission(read(submission, settings.exercises))
            assert timeless(again) == timeless(one[again.submission])


def test_another_seed_gives_other_inputs(finished: Run, tmp_path: Path) -> None:
    gradkit(finished.submissions, tmp_path / "other", "--seed", "21")
    one, other = records_of(finished.out)["cid"], records_of(tmp_path / "other")["cid"]
    assert one.score == other.score
    assert one.exercises != other.exercises
