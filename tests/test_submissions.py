"""Finding, naming and reading what was handed in, in every form it comes in."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.submissions import (
    ReadSubmission,
    SubmissionsError,
    find,
    names,
    read,
)

from .handed_in import (
    CODE,
    EXERCISES,
    GRAD,
    GRAPH,
    MB,
    nobody,
    notebook,
    posix,
    put,
    read_entry,
    read_files,
    read_zip,
    reason,
    source,
    zipped,
)
from .handed_in import either_way as either_way

# Forms of a submission


@pytest.mark.usefixtures("either_way")
def test_a_folder_of_modules(tmp_path: Path) -> None:
    result = read_files(tmp_path, {f"{GRAD}.py": CODE, "notes.txt": b"x"})
    assert source(result) == (f"{GRAD}.py", CODE)
    assert reason(result, GRAPH) == f"missing: no {GRAPH}.py or {GRAPH}.ipynb was handed in"
    assert result.flags == ()


@pytest.mark.usefixtures("either_way")
def test_sub_folders_are_searched_exercise_by_exercise(tmp_path: Path) -> None:
    result = read_files(tmp_path, {f"{GRAD}.py": CODE, f"week 2/part b/{GRAPH}.py": b"x = 1\n"})
    assert source(result)[0] == f"{GRAD}.py"
    assert source(result, GRAPH) == (f"week 2/part b/{GRAPH}.py", b"x = 1\n")


def test_an_empty_folder_misses_everything(tmp_path: Path) -> None:
    assert reason(read_files(tmp_path, {})).startswith("missing")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (["ex05.py"], "; there is ex05.py"),
        ([f"{GRAD}_final.ipynb"], f"; there is {GRAD}_final.ipynb"),
        ([f"{GRAD}.py.txt"], f"; there is {GRAD}.py.txt"),
        (["week/Untitled.ipynb", "b.py"], "; there is b.py and 1 more"),
        (["ex09_model.py", "EX09.PY", "notes.txt"], ""),
        (["e\nvil\x1b.py"], r"; there is e\nvil\x1b.py"),
    ],
)
def test_a_file_that_may_be_a_missing_exercise_is_named(
    tmp_path: Path, files: list[str], says: str
) -> None:
    result = read_files(tmp_path, dict.fromkeys(files, CODE))
    assert reason(result) == f"missing: no {GRAD}.py or {GRAD}.ipynb was handed in{says}"


@pytest.mark.parametrize("inside", ["", "alice/", "a/b/c/"])
def test_a_zip_of_a_folder(tmp_path: Path, inside: str) -> None:
    result = read_zip(tmp_path, zipped({f"{inside}{GRAD}.py": CODE, f"{inside}readme.txt": b""}))
    assert source(result) == (f"{inside}{GRAD}.py", CODE)


def test_a_zip_made_on_windows_has_backslashes(tmp_path: Path) -> None:
    assert source(read_zip(tmp_path, zipped({f"alice\\{GRAD}.py": CODE})))[1] == CODE


def test_a_zip_in_a_zip_is_opened_and_a_third_is_not(tmp_path: Path) -> None:
    inner = zipped({f"{GRAD}.py": CODE})
    middle = zipped({"inner.zip": inner})
    assert source(read_zip(tmp_path, middle)) == (f"inner.zip/{GRAD}.py", CODE)
    result = read_zip(tmp_path, zipped({"middle.zip": middle}))
    assert reason(result) == (
        "unreadable: middle.zip/inner.zip is a zip in a zip in a zip and was not opened; hand in one zip"
    )


def test_a_zip_in_moodles_folder(tmp_path: Path) -> None:
    entry = "Jane Doe_123456_assignsubmission_file_"
    put(tmp_path, {f"{entry}/homework 5.zip": zipped({f"homework/{GRAD}.py": CODE})})
    assert source(read_entry(tmp_path, entry))[0] == f"homework 5.zip/homework/{GRAD}.py"


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    "entry",
    [
        f"{GRAD}.py",
        f"alice_{GRAD}.py",
        f"doejane_12345_678901_{GRAD}.py",
        f"doejane_LATE_12345_678901_{GRAD}-2.py",
        f"anon_x1Y2z_678901_{GRAD}.py",
        f"Jane Doe_123456_assignsubmission_file_{GRAD}.py",
    ],
)
def test_a_single_module(tmp_path: Path, entry: str) -> None:
    put(tmp_path, {entry: CODE})
    assert [s.entry for s in find(tmp_path, EXERCISES).submissions] == [entry]
    result = read_entry(tmp_path, entry)
    assert source(result) == (entry, CODE)
    assert reason(result, GRAPH).startswith("missing")


def test_a_single_notebook(tmp_path: Path) -> None:
    put(tmp_path, {f"alice-{GRAD}.ipynb": notebook("x = 1")})
    assert b"\nx = 1\n" in source(read_entry(tmp_path, f"alice-{GRAD}.ipynb"))[1]


def test_nbgraders_tree(tmp_path: Path) -> None:
    course = put(
        tmp_path,
        {
            "nbgrader_config.py": b"",
            "gradebook.db": b"",
            f"source/{GRAD}/{GRAD}.ipynb": notebook("answer = 1"),
            f"submitted/alice/{GRAD}/{GRAD}.ipynb": notebook("x = 1"),
            f"submitted/alice/{GRAD}/timestamp.txt": b"2026-01-01",
            f"submitted/bob/{GRAPH}/{GRAPH}.ipynb": notebook("y = 1"),
        },
    )
    for root in (course, course / "submitted"):
        found = find(root, EXERCISES)
        assert [s.name for s in found.submissions] == ["alice", "bob"]
        assert source(read(found.submissions[0], EXERCISES))[0] == f"{GRAD}/{GRAD}.ipynb"


def test_a_student_called_submitted_is_a_student_among_others(tmp_path: Path) -> None:
    put(tmp_path, {f"submitted/{GRAD}.py": CODE, f"alice/{GRAD}.py": CODE})
    assert [s.name for s in find(tmp_path, EXERCISES).submissions] == ["alice", "submitted"]


def test_a_module_is_handed_on_as_it_is_in_any_encoding(tmp_path: Path) -> None:
    code = b"# -*- coding: latin-1 -*-\nname = 'Zo\xeb'\n"
    assert source(read_files(tmp_path, {f"{GRAD}.py": code}))[1] == code


def test_what_is_handed_in_is_never_run(tmp_path: Path) -> None:
    trap = b"import pathlib; pathlib.Path(__file__).with_name('ran').touch()\n"
    read_files(tmp_path, {f"{GRAD}.py": trap, "conftest.py": trap, "sitecustomize.py": trap})
    assert not (tmp_path / "alice" / "ran").exists()


# Names of files


@pytest.mark.parametrize(
    ("name", "exercise"),
    [
        (f"{GRAD}.py", GRAD),
        (f"{GRAD}.ipynb", GRAD),
        (f"{GRAD}-1.py", GRAD),
        (f"{GRAD} (2).py", GRAD),
        (f"{GRAD}(2).ipynb", GRAD),
        ("EX05_Autograd.PY", GRAD),
        (f"{GRAD}-Copy1.ipynb", GRAD),
        (f"Copy of {GRAD}.ipynb", GRAD),
        (f"{GRAD} copy.py", GRAD),
        (f"{GRAD} copy 2.py", GRAD),
        (f"doejane_12345_678901_Copy of {GRAD}-1.ipynb", GRAD),
        (f"copy_{GRAD}.py", None),
        (f"doejane_12345_678901_{GRAD}.py", GRAD),
        (f"müllerjörg_LATE_12345_678901_{GRAD}-11.ipynb", GRAD),
        (f"van_der_berg_3_4_{GRAPH}.py", GRAPH),
        (f"LATE_anon_aB3dE_678901_{GRAD}.py", GRAD),
        (f"Jane Doe_12_assignsubmission_file_{GRAD}.py", GRAD),
        (f"test_{GRAD}.py", None),
        (f"old_{GRAD}.py", None),
        (f"{GRAD}_old.py", None),
        (f"{GRAD}.py.bak", None),
        (f"{GRAD}.pyc", None),
        (f"{GRAD}2.py", None),
        (f"my{GRAD}.py", None),
        (GRAD, None),
        ("", None),
        ("a" * 300 + f"_1_2_{GRAD}.py", None),
    ],
)
def test_an_exercise_is_recognised_by_its_files_name(name: str, exercise: str | None) -> None:
    says = names.exercise_in(name, EXERCISES)
    assert (says and says.exercise) == exercise


def test_hostile_names_are_judged_quickly() -> None:
    for name in ("_1" * 120 + "_x.py", "anon_" * 51, "_1_assignsubmission_file_" * 10):
        assert names.exercise_in(name, EXERCISES) is None
    assert names.exercise_in("anon_" * 13_000, EXERCISES) is None
    assert names.owner("anon_" * 13_000) is None


@pytest.mark.parametrize(
    "litter",
    [
        f".ipynb_checkpoints/{GRAD}.ipynb",
        f"__MACOSX/{GRAD}.py",
        f"__MACOSX/._{GRAD}.py",
        f"._{GRAD}.py",
        f".git/{GRAD}.py",
        f"__pycache__/{GRAD}.py",
        f".venv/lib/{GRAD}.py",
    ],
)
def test_what_tools_leave_behind_is_passed_over(tmp_path: Path, litter: str) -> None:
    assert reason(read_files(tmp_path, {litter: CODE})).startswith("missing")
    assert reason(read_zip(tmp_path, zipped({litter: CODE}))).startswith("missing")


# Two files for one exercise


@pytest.mark.parametrize(
    ("counts", "other"),
    [
        (f"{GRAD}.py", f"old/{GRAD}.py"),
        (f"{GRAD}.ipynb", f"old/{GRAD}.py"),
        (f"{GRAD}.py", f"{GRAD}.ipynb"),
        (f"{GRAD}.py", f"{GRAD}-1.py"),
        (f"{GRAD}.ipynb", f"{GRAD}-Copy1.ipynb"),
        (f"b/{GRAD}.py", f"a/old/{GRAD}.py"),
    ],
)
@pytest.mark.parametrize("read_it", [read_files, lambda root, files: read_zip(root, zipped(files))])
def test_of_two_files_one_counts_and_a_flag_names_the_other(
    tmp_path: Path, counts: str, other: str, read_it: Callable[..., ReadSubmission]
) -> None:
    files = {
        name: notebook("x = 1") if name.endswith("ipynb") else CODE for name in (other, counts)
    }
    result = read_it(tmp_path, files)
    assert source(result)[0] == counts
    assert result.flags == (f"{GRAD}: {other} is passed over, {counts} counts",)


def test_two_equal_files_are_unreadable(tmp_path: Path) -> None:
    result = read_files(tmp_path, {f"a/{GRAD}.py": CODE, f"b/{GRAD}.py": CODE, f"{GRAPH}.py": CODE})
    assert reason(result) == (
        f"unreadable: two files hold it, a/{GRAD}.py and b/{GRAD}.py; hand in one of them"
    )
    assert source(result, GRAPH)
    assert result.flags == ()


def test_one_name_twice_in_a_zip_is_unreadable(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{GRAD}.py", CODE)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(f"{GRAD}.py", b"x = 1")
    assert reason(read_zip(tmp_path, buffer.getvalue())).startswith("unreadable: two files hold it")


@pytest.mark.parametrize(
    "files",
    [
        [f"doejane_11_1_{GRAD}.py", f"roejohn_22_2_{GRAPH}.py"],
        [
            f"Jane_1_assignsubmission_file_/{GRAD}.py",
            f"John_2_assignsubmission_file_/{GRAPH}.py",
        ],
    ],
)
def test_a_whole_classs_zip_is_not_graded_as_one_person(tmp_path: Path, files: list[str]) -> None:
    result = read_zip(tmp_path, zipped(dict.fromkeys(files, CODE)))
    assert "holds files of several people" in reason(result)
    assert "unpack a class's download into the folder of submissions" in reason(result, GRAPH)


def test_only_an_entry_may_have_any_prefix(tmp_path: Path) -> None:
    assert reason(read_files(tmp_path, {f"test_{GRAD}.py": CODE})).startswith("missing")
    assert reason(read_zip(tmp_path, zipped({f"test_{GRAD}.py": CODE}))).startswith("missing")


def test_a_module_counts_before_one_in_a_zip_beside_it(tmp_path: Path) -> None:
    result = read_files(tmp_path, {f"{GRAD}.py": CODE, "work.zip": zipped({f"{GRAD}.py": b"x"})})
    assert source(result) == (f"{GRAD}.py", CODE)
    assert result.flags == (f"{GRAD}: work.zip/{GRAD}.py is passed over, {GRAD}.py counts",)


def test_several_files_of_one_person_are_one_persons(tmp_path: Path) -> None:
    files = [f"doejane_11_1_{GRAD}.py", f"doejane_LATE_11_2_{GRAPH}.py"]
    assert source(read_zip(tmp_path, zipped(dict.fromkeys(files, CODE))), GRAPH)


# The digest


def test_the_digest_depends_on_content_alone(tmp_path: Path) -> None:
    files = {f"w/{GRAD}.py": CODE, "w/notes.txt": b"a"}
    first = read_files(tmp_path, files).digest
    assert re.fullmatch("sha256:[0-9a-f]{64}", first)
    os.utime(tmp_path / "alice" / "w" / f"{GRAD}.py", (0, 0))
    put(tmp_path / "alice", {"w/notes.txt": b"b"})
    assert read_entry(tmp_path).digest == first
    assert read_zip(tmp_path, zipped(files)).digest == first
    backwards = dict(reversed(files.items()))
    assert read_zip(tmp_path, zipped(backwards, zipfile.ZIP_STORED)).digest == first


def test_the_digest_of_a_notebook_ignores_outputs(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": "x = 1", "metadata": {}}
    first = read_files(tmp_path, {f"{GRAD}.ipynb": notebook({**cell, "outputs": []})}).digest
    again = read_files(tmp_path, {f"{GRAD}.ipynb": notebook({**cell, "outputs": ["1"]})}).digest
    assert first == again


@pytest.mark.parametrize(
    "change",
    [
        {f"{GRAD}.py": CODE + b"\n"},
        {f"{GRAPH}.py": CODE},
        {f"old/{GRAD}.py": CODE},
        {f"{GRAPH}.ipynb": b"damaged"},
    ],
)
def test_the_digest_changes_with_whatever_the_record_could_say(
    tmp_path: Path, change: dict[str, bytes]
) -> None:
    first = read_files(tmp_path, {f"{GRAD}.py": CODE})
    assert read_files(tmp_path, change).digest != first.digest


# Finding and naming


def found_names(root: Path) -> dict[str, str]:
    return {s.entry: s.name for s in find(root, EXERCISES).submissions}


def test_every_form_is_found_and_strays_are_told_in_a_line_each(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            f"alice/{GRAD}.py": CODE,
            "bob.zip": b"",
            f"carol_{GRAD}.ipynb": b"",
            "grades.txt": b"",
            "solution.py": b"",
            "dave.rar": b"",
            ".DS_Store": b"",
        },
    )
    found = find(tmp_path, EXERCISES)
    assert [s.name for s in found.submissions] == ["alice", "bob", f"carol_{GRAD}.ipynb"]
    assert found.notes == [
        ".DS_Store passed over: hidden, or left by a system",
        "dave.rar passed over: of all archives only .zip is opened; unpack it into a folder",
        "grades.txt passed over: neither a folder, a zip, nor a module or notebook of an exercise to grade",
        "solution.py passed over: neither a folder, a zip, nor a module or notebook of an exercise to grade",
    ]


@pytest.mark.parametrize(
    ("folders", "zips", "expected"),
    [
        (["a"], ["b.zip"], ["a", "b"]),
        (["a"], ["a.zip"], ["a", "a.zip"]),
        ([], ["a.zip", "a.ZIP"], ["a.ZIP", "a.zip"]),
        ([], ["a.zip", "a.zip.zip"], ["a", "a.zip.zip"]),
        (["a"], ["a.zip", "a.zip.zip"], ["a", "a.zip", "a.zip.zip"]),
        (["a.zip"], [], ["a.zip"]),
        (["Alice", "alice"], ["ALICE.zip"], ["ALICE", "Alice", "alice"]),
        (["=cmd", " x ", "Zoë", "日本"], [], [" x ", "=cmd", "Zoë", "日本"]),
    ],
)
def test_zip_is_dropped_from_a_name_unless_it_is_taken(
    tmp_path: Path, folders: list[str], zips: list[str], expected: list[str]
) -> None:
    for name in folders:
        (tmp_path / name).mkdir()
    put(tmp_path, dict.fromkeys(zips, b""))
    if len(list(tmp_path.iterdir())) < len(folders + zips):
        pytest.skip("this file system does not tell these names apart")
    assert sorted(found_names(tmp_path).values()) == sorted(expected)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_bytes_that_are_not_utf8_are_written_out(tmp_path: Path) -> None:
    for name in (b"caf\xe9", rb"caf\xe9", b"n\xffotes.txt"):
        os.mkdir(os.fsencode(tmp_path) + b"/" + name)
    put(tmp_path, {os.fsdecode(b"caf\xe9") + f"/{GRAD}.py": CODE})
    found = find(tmp_path, EXERCISES).submissions
    assert [s.name for s in found] == [r"caf\xe9", r"caf\xe9 (2)", r"n\xffotes.txt"]
    with_module = next(s for s in found if s.entry == os.fsdecode(b"caf\xe9"))
    assert source(read(with_module, EXERCISES))[1] == CODE


def test_messages_show_odd_paths_on_one_line(tmp_path: Path) -> None:
    result = read_files(tmp_path, {f"a\nb\x1b[2J/{GRAD}.py": b"#" * (MB + 1)})
    assert r"a\nb\x1b[2J/ex05_autograd.py is larger" in reason(result)


def test_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    for name in ("b", "a", "c", "B"):
        (tmp_path / name).mkdir()
    assert [s.entry for s in find(tmp_path, EXERCISES).submissions] == ["B", "a", "b", "c"]


def test_what_moodle_keeps_of_forms_is_passed_over_beside_files(tmp_path: Path) -> None:
    for name in ("Jane_1_assignsubmission_file_", "Jane_1_assignsubmission_onlinetext_"):
        (tmp_path / name).mkdir()
    (tmp_path / "John_2_assignsubmission_onlinetext_").mkdir()
    found = find(tmp_path, EXERCISES)
    assert [s.name for s in found.submissions] == [
        "Jane_1_assignsubmission_file_",
        "John_2_assignsubmission_onlinetext_",
    ]
    assert found.notes == [
        "Jane_1_assignsubmission_onlinetext_ passed over: typed into a form; the files are graded"
    ]


def test_files_that_look_like_one_persons_are_told(tmp_path: Path) -> None:
    put(tmp_path, {f"doejane_1_{n}_{name}.py": CODE for n, name in enumerate(EXERCISES)})
    found = find(tmp_path, EXERCISES)
    assert len(found.submissions) == 2
    assert found.notes == [
        "doejane_1: 2 entries are graded as 2 submissions; put each person's into one folder to grade them as one "
        "(docs/instructors.md has the commands)"
    ]
    put(tmp_path, {f"roejohn_2_{n}_{name}.py": CODE for n, name in enumerate(EXERCISES)})
    (note,) = find(tmp_path, EXERCISES).notes
    assert "2 submissions, and so it is with 2 people in all; put each person's" in note


def test_a_single_submission_given_for_the_folder_is_told(tmp_path: Path) -> None:
    put(tmp_path, {f"{name}.py": CODE for name in EXERCISES})
    (note,) = find(tmp_path, EXERCISES).notes
    assert "if they are one person's, give the folder above this one" in note


def test_nothing_to_grade_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(SubmissionsError, match="nowhere: no such folder"):
        find(tmp_path / "nowhere", EXERCISES)
    with pytest.raises(SubmissionsError, match=r"holds no submission$"):
        find(tmp_path, EXERCISES)
    put(tmp_path, {"notes.txt": b""})
    with pytest.raises(SubmissionsError, match=r"no submission; passed over 1, .*notes\.txt"):
        find(tmp_path, EXERCISES)
    with pytest.raises(SubmissionsError, match="is no folder: give the folder"):
        find(tmp_path / "notes.txt", EXERCISES)


@posix
def test_a_folder_that_may_not_be_listed_is_told() -> None:
    with nobody() as root, pytest.raises(SubmissionsError, match="cannot be listed: permission"):
        find(root / "carol", EXERCISES)


@posix
def test_the_folder_itself_may_be_given_by_a_link(tmp_path: Path) -> None:
    put(tmp_path / "real", {f"alice/{GRAD}.py": CODE})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (alice,) = find(tmp_path / "link", EXERCISES).submissions
    assert source(read(alice, EXERCISES))


def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    listing = Path("/proc/self/fd")
    if not listing.exists():
        pytest.skip("needs /proc")
    put(tmp_path, {f"alice/{n}/x.zip": zipped({f"{GRAD}.py": CODE}) for n in range(9)})
    put(tmp_path, {"bob/" + "/".join("x" * 30) + "/y": b"", "carol.zip": b"broken"})
    before = len(list(listing.iterdir()))
    for submission in find(tmp_path, EXERCISES).submissions:
        read(submission, EXERCISES)
    assert len(list(listing.iterdir())) == before


def test_reading_submissions_does_not_load_torch_or_numpy() -> None:
    code = (
        "import sys, grader.submissions; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=True)
