"""Records and the files they are kept in: no broken record is written, read, or lost."""

from __future__ import annotations

import csv
import json
import math
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import recording, records
from grader.recording import ResultsWriter, write_grades, write_run
from grader.records import (
    CheckRecord,
    ExerciseRecord,
    RecordsError,
    RunRecord,
    SubmissionRecord,
    decode,
    encode,
    read_results,
    read_run,
)

REPOSITORY = Path(__file__).parents[1]
DIGEST = "sha256:" + "0a" * 32


def check(
    name: str = "f.holds", status: Any = "passed", points: float = 2.0, **changes: Any
) -> CheckRecord:
    score = points if status == "passed" else 0.0
    values = {"score": score, "max_score": points, "mistake": None, "message": None, **changes}
    return CheckRecord(
        name=name, function=name.split(".")[0], aspect="numbers", status=status, **values
    )


def exercise(
    *checks: CheckRecord, name: str = "ex05_autograd", status: Any = "graded", **changes: Any
) -> ExerciseRecord:
    sums = {
        "score": math.fsum(c.score for c in checks),
        "max_score": math.fsum(c.max_score for c in checks),
    }
    return ExerciseRecord(
        name=name, status=status, message=None, checks=list(checks), **(sums | changes)
    )


def submission(*exercises: ExerciseRecord, name: str = "alice", **changes: Any) -> SubmissionRecord:
    values: dict[str, Any] = {
        "digest": DIGEST,
        "seed": 7,
        "kit": "0.1.0",
        "score": math.fsum(e.score for e in exercises),
        "max_score": math.fsum(e.max_score for e in exercises),
        "duration_s": 0.31,
        "flags": ["ex05_autograd: replaced torch.allclose"],
    }
    return SubmissionRecord(submission=name, exercises=list(exercises), **(values | changes))


def a_record(name: str = "alice", **changes: Any) -> SubmissionRecord:
    failed = check("f.moves", "failed", mistake="rebinds", message="Expected 1\nSaw 2")
    return submission(exercise(check(), failed), name=name, **changes)


def plain(record: SubmissionRecord) -> dict[str, Any]:
    return json.loads(encode(record))


# The contract's JSON


def test_fields_come_in_the_order_of_the_contract() -> None:
    line = plain(a_record())
    assert list(line) == (
        [
            "submission",
            "digest",
            "seed",
            "kit",
            "score",
            "max_score",
            "duration_s",
            "flags",
            "exercises",
        ]
    )
    assert list(line["exercises"][0]) == [
        "name",
        "status",
        "message",
        "score",
        "max_score",
        "checks",
    ]
    assert list(line["exercises"][0]["checks"][0]) == (
        ["name", "function", "aspect", "status", "score", "max_score", "mistake", "message"]
    )


def test_a_record_is_one_line_and_says_null_where_there_is_no_message() -> None:
    line = encode(a_record())
    assert b"\n" not in line
    assert b'"message":null' in line
    assert decode(line) == a_record()


def test_a_record_is_one_line_for_every_reader() -> None:
    """A submission's name and its messages hold whatever a student likes."""
    ends = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)))
    record = msgspec.structs.replace(a_record(), submission=f"one{ends}two", flags=[ends])
    text = encode(record).decode()
    assert text.splitlines() == [text]
    assert [c for c in text if not c.isprintable()] == []
    assert decode(text.encode()) == record


def test_fields_of_a_later_version_are_passed_over() -> None:
    line = plain(a_record())
    line["exercises"][0]["checks"][0]["colour"] = "green"
    assert decode(json.dumps({**line, "later": [1]}).encode()) == a_record()


@pytest.mark.parametrize(
    "status", ["missing", "unreadable", "import_error", "timeout", "not_graded"]
)
def test_every_check_of_an_exercise_that_is_not_graded_carries_its_word(status: str) -> None:
    record = exercise(check(status=status), status=status)
    assert record.score == 0
    with pytest.raises(ValueError, match=f"ex05_autograd is {status}, its check f.holds failed"):
        exercise(check(status="failed"), status=status)


@pytest.mark.parametrize("status", ["unreadable", "import_error", "not_graded"])
def test_a_graded_exercise_has_no_check_with_an_exercises_word(status: str) -> None:
    with pytest.raises(ValueError, match=f"is graded, its check f.holds {status}"):
        exercise(check(status=status))


@pytest.mark.parametrize(
    "make",
    [
        lambda: check(status="failed", score=2.0),
        lambda: check(status="error", score=1.0),
        lambda: check(status="passed", score=1.0),
        lambda: CheckRecord("g.holds", "f", "numbers", "passed", 1, 1, None, None),
        lambda: exercise(check(), score=3.0),
        lambda: exercise(check(), max_score=3.0),
        lambda: exercise(check(), check()),
        lambda: submission(exercise(check()), score=1.0),
        lambda: submission(exercise(check()), max_score=100.0),
        lambda: submission(exercise(check()), exercise(check())),
    ],
)
def test_a_record_that_does_not_add_up_cannot_be_made(make: Any) -> None:
    with pytest.raises(ValueError, match=r"points|add up|twice|named after"):
        make()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("exercises", 0, "checks", 0, "status"), "skipped"),
        (("exercises", 0, "status"), "passed"),
        (("exercises", 0, "checks", 0, "aspect"), "style"),
        (("exercises", 0, "checks", 0, "score"), 1.0),
        (("exercises", 0, "checks", 1, "score"), 2.0),
        (("exercises", 0, "checks", 0, "message"), "x" * 2001),
        (("score",), 99.0),
        (("score",), "4"),
        (("max_score",), -4.0),
        (("duration_s",), None),
        (("digest",), "md5:00"),
        (("seed",), 1.5),
        (("seed",), 2**63),
        (("flags",), "none"),
        (("exercises",), None),
    ],
)
def test_a_record_that_breaks_a_rule_is_not_read(path: tuple[Any, ...], value: Any) -> None:
    line: Any = plain(a_record())
    place = line
    for step in path[:-1]:
        place = place[step]
    assert path[-1] in place or isinstance(path[-1], int)
    place[path[-1]] = value
    with pytest.raises(RecordsError):
        decode(json.dumps(line).encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"duration_s": math.nan},
        {"duration_s": math.inf},
        {"duration_s": -1.0},
        {"seed": 2**64},
        {"seed": "7"},
        {"digest": "sha256:xyz"},
        {"flags": ["a lone surrogate: \ud800"]},
        {"kit": None},
    ],
)
def test_a_record_that_breaks_a_rule_is_not_written(changes: dict[str, Any]) -> None:
    with pytest.raises(RecordsError, match="the record of alice cannot be written"):
        encode(a_record(**changes))


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{", b"nonsense", b"\xff\xfe", b"[" * 100_000, b"1e999"]
)
def test_what_is_no_record_is_not_read(line: bytes) -> None:
    with pytest.raises(RecordsError):
        decode(line)


@given(st.text())
def test_every_text_can_be_made_a_message(words: str) -> None:
    text = records.message(words)
    assert len(text) <= records.MAX_MESSAGE
    assert encode(a_record(flags=[text]))
    if words.isascii() and len(words) <= records.MAX_MESSAGE:
        assert text == words


def test_a_long_message_is_cut_with_a_sign() -> None:
    assert records.message("x" * 3000) == "x" * 1999 + "…"
    assert len(records.message("\udcff" * 3000)) == 2000


POINTS = st.integers(1, 40).map(lambda quarter: quarter / 10)
STATUS = st.sampled_from(["passed", "failed", "error", "not_attempted", "missing", "timeout"])


@given(st.lists(st.tuples(STATUS, POINTS), max_size=8), st.text(max_size=9), st.booleans())
def test_any_sound_record_survives_writing_and_reading(
    outcomes: list[tuple[str, float]], name: str, gone: bool
) -> None:
    checks = [check(f"f.n{i}", status, points) for i, (status, points) in enumerate(outcomes)]
    lost = exercise(check(status="missing"), name="ex06_graph", status="missing")
    record = submission(exercise(*checks), *([lost] if gone else []), name=records.message(name))
    assert decode(encode(record)) == record


# The schema


def test_the_kept_schema_is_current() -> None:
    kept = (REPOSITORY / "schema" / "results.schema.json").read_text("utf-8")
    assert kept == records.schema_text(), (
        "stale: run `python -m grader.records > schema/results.schema.json`"
    )


def test_the_schema_accepts_records_and_refuses_unknown_words() -> None:
    validator = jsonschema.Draft202012Validator(records.schema())
    line = plain(a_record())
    validator.validate(line)
    line["exercises"][0]["status"] = "lost"
    with pytest.raises(jsonschema.ValidationError, match="lost"):
        validator.validate(line)


def test_the_schema_asks_for_every_field() -> None:
    del (line := plain(a_record()))["digest"]
    with pytest.raises(jsonschema.ValidationError, match="digest"):
        jsonschema.Draft202012Validator(records.schema()).validate(line)


# Reading a results file


def test_the_last_record_of_a_submission_counts(tmp_path: Path) -> None:
    first, again = a_record(kit="0.1.0"), a_record(kit="0.2.0")
    path = tmp_path / "results.jsonl"
    path.write_bytes(b"\n".join(map(encode, (first, a_record("bob"), again))) + b"\n\n")
    results = read_results(path)
    assert list(results.records) == ["alice", "bob"]
    assert results.records["alice"].kit == "0.2.0"
    assert results.dropped is None
    assert results.whole == path.stat().st_size


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_half_a_line_at_the_end_is_dropped_only_to_resume(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "results.jsonl"
    line = encode(a_record()) + b"\n"
    path.write_bytes(line + encode(a_record("bob"))[:cut])
    with pytest.raises(RecordsError, match=r"results.jsonl, line 2, is cut off: .*--resume"):
        read_results(path)
    results = read_results(path, resume=True)
    assert list(results.records) == ["alice"]
    assert results.whole == len(line)
    assert results.dropped is not None
    assert "line 2, was cut off" in results.dropped


def test_a_last_line_that_lacks_only_its_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_bytes(encode(a_record()))
    assert list(read_results(path).records) == ["alice"]
    assert read_results(path, resume=True).records == {}


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("garbage", [b"half a line", b'{"submission": "eve"}', b"\x00" * 9])
def test_garbage_elsewhere_is_told_with_file_and_line(
    tmp_path: Path, garbage: bytes, resume: bool
) -> None:
    path = tmp_path / "results.jsonl"
    path.write_bytes(encode(a_record()) + b"\n" + garbage + b"\n" + encode(a_record("bob")) + b"\n")
    with pytest.raises(RecordsError, match=r"results.jsonl, line 2, is not a record"):
        read_results(path, resume=resume)


def test_a_results_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"holds no results\.jsonl: give the folder"):
        read_results(tmp_path / "results.jsonl")


# Writing a results file


def test_records_are_on_the_disk_when_append_returns(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path / "out" / "deep") as writer:
        writer.append(a_record())
        assert list(read_results(writer.path).records) == ["alice"]
        writer.append(a_record("bob"))
    assert writer.path.read_bytes() == encode(a_record()) + b"\n" + encode(a_record("bob")) + b"\n"


def test_results_that_are_there_are_not_overwritten(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path) as writer:
        writer.append(a_record())
    before = writer.path.read_bytes()
    with pytest.raises(RecordsError, match="exists: add --resume"):
        ResultsWriter(tmp_path)
    assert writer.path.read_bytes() == before


def test_resuming_goes_on_behind_the_last_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    whole = encode(a_record()) + b"\n"
    path.write_bytes(whole + b'{"submission": "bo')
    with ResultsWriter(tmp_path, resume=True) as writer:
        assert list(writer.before.records) == ["alice"]
        assert "line 2" in str(writer.before.dropped)
        writer.append(a_record("bob"))
    assert list(read_results(path).records) == ["alice", "bob"]


def test_a_damaged_file_is_left_alone_and_unlocked(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    path.write_bytes(b"rubbish\nhalf")
    with pytest.raises(RecordsError, match="line 1, is not a record"):
        ResultsWriter(tmp_path, resume=True)
    assert path.read_bytes() == b"rubbish\nhalf"
    path.unlink()
    ResultsWriter(tmp_path).close()


def test_a_record_that_breaks_a_rule_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path) as writer:
        writer.append(a_record())
        before = writer.path.read_bytes()
        with pytest.raises(RecordsError, match="cannot be written"):
            writer.append(a_record(duration_s=math.nan))
    assert writer.path.read_bytes() == before


def test_a_line_that_does_not_fit_on_the_disk_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) < 100:
            raise OSError(28, "No space left on device")
        return real(descriptor, data[:100])

    with ResultsWriter(tmp_path) as writer:
        writer.append(a_record())
        before = writer.path.read_bytes()
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(RecordsError, match=r"results.jsonl cannot be written: No space left"):
            writer.append(a_record("bob"))
        monkeypatch.undo()
        assert writer.path.read_bytes() == before
        writer.append(a_record("carol"))
    assert list(read_results(writer.path).records) == ["alice", "carol"]


def test_a_second_run_into_the_same_folder_is_refused(tmp_path: Path) -> None:
    with ResultsWriter(tmp_path) as writer:
        writer.append(a_record())
        with pytest.raises(RecordsError, match=rf"run \(process {os.getpid()}\) is writing"):
            ResultsWriter(tmp_path, resume=True)
    assert list(read_results(writer.path).records) == ["alice"]
    ResultsWriter(tmp_path, resume=True).close()


def test_the_lock_holds_between_processes_and_ends_with_a_killed_one(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time; from grader.recording import ResultsWriter\n"
        "w = ResultsWriter(pathlib.Path(sys.argv[1])); print('open', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline().strip() == b"open"
            with pytest.raises(RecordsError, match=rf"process {other.pid}\) is writing"):
                ResultsWriter(tmp_path)
        finally:
            other.kill()
    ResultsWriter(tmp_path).close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_keeps_neither_the_lock_nor_the_file(tmp_path: Path) -> None:
    writer = ResultsWriter(tmp_path)
    ready, done = os.pipe(), os.pipe()
    if (child := os.fork()) == 0:
        os.write(ready[1], b"1" if writer._results == -1 else b"0")
        os.read(done[0], 1)
        os._exit(0)
    try:
        assert os.read(ready[0], 1) == b"1"
        writer.append(a_record())
        writer.close()
        ResultsWriter(tmp_path, resume=True).close()  # the child is alive
    finally:
        os.write(done[1], b"x")
        os.waitpid(child, 0)
        for descriptor in (*ready, *done):
            os.close(descriptor)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordsError, match=r"file.out cannot be written"):
        ResultsWriter(tmp_path / "file" / "out")


# run.json


def a_run(**changes: Any) -> RunRecord:
    values: dict[str, Any] = {
        "seed": 7,
        "kit": "0.1.0",
        "torch": "2.13.0",
        "isolation": ["namespaces"],
        "isolation_missing": ["landlock"],
        "options": {"jobs": 2, "timeout": 60.0, "resume": False, "exercises": ["ex05_autograd"]},
        "started": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "durations_s": {"total": 1.5},
    }
    return RunRecord(**(values | changes))


def test_a_run_survives_writing_and_reading(tmp_path: Path) -> None:
    write_run(tmp_path, a_run())
    assert read_run(tmp_path / "run.json") == a_run()
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_a_run_that_breaks_a_rule_leaves_the_file_before_it(tmp_path: Path) -> None:
    write_run(tmp_path, a_run())
    with pytest.raises(RecordsError, match="the run cannot be written"):
        write_run(tmp_path, a_run(started=datetime(2026, 1, 2)))
    assert read_run(tmp_path / "run.json") == a_run()


def test_a_file_that_is_no_run_is_told(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(RecordsError, match=r"run.json is not a run of this kit: .*seed"):
        read_run(tmp_path / "run.json")


# grades.csv


def grades(directory: Path) -> list[list[str]]:
    with (directory / "grades.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_grades_have_a_row_a_submission_and_a_column_an_exercise(tmp_path: Path) -> None:
    graph = exercise(check(status="missing"), name="ex06_graph", status="missing")
    write_grades(tmp_path, [a_record("bob"), submission(exercise(check()), graph)])
    assert (tmp_path / "grades.csv").read_text("utf-8") == (
        "submission,score,max_score,ex05_autograd,ex06_graph\n"
        "alice,2.0,4.0,2.0,0.0\n"
        "bob,2.0,4.0,2.0,\n"
    )


def test_grades_do_not_depend_on_the_order_of_grading(tmp_path: Path) -> None:
    rows = [a_record(name) for name in ("c", "a", "b")]
    write_grades(tmp_path, rows)
    first = (tmp_path / "grades.csv").read_bytes()
    write_grades(tmp_path, reversed(rows))
    assert (tmp_path / "grades.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        ('Doe, "Jane"', 'Doe, "Jane"'),
        ("Zoë\nx", "Zoë\nx"),
        ("", ""),
    ],
)
def test_no_cell_starts_a_formula(tmp_path: Path, name: str, shown: str) -> None:
    write_grades(tmp_path, [a_record(name)])
    assert grades(tmp_path)[1] == [shown, "2.0", "4.0", "2.0"]


@pytest.mark.parametrize("separator", [";", "\t", "|", "\r"])
def test_no_formula_starts_behind_another_systems_separator(tmp_path: Path, separator: str) -> None:
    write_grades(tmp_path, [a_record(f"a{separator}=1+1")])
    assert f'"a{separator}=1+1",'.encode() in (tmp_path / "grades.csv").read_bytes()


@given(st.text(max_size=6))
def test_a_cell_is_the_text_itself_or_the_text_behind_an_apostrophe(text: str) -> None:
    made = recording.cell(text)
    assert made in (text, f"'{text}")
    assert not made.lstrip().startswith(("=", "+", "-", "@"))


def test_records_do_not_load_torch_or_numpy() -> None:
    code = (
        "import sys, grader.recording; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True)


def test_records_stay_frozen() -> None:
    with pytest.raises(AttributeError):
        a_record().score = 1.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="add up"):
        msgspec.structs.replace(a_record(), score=1.0)
