"""Reading what was handed in: every form it comes in, and everything that can be wrong with it."""

from __future__ import annotations

import io
import json
import os
import re
import stat
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.submissions import (
    NotANotebook,
    Problem,
    ReadSubmission,
    Source,
    Submission,
    SubmissionsError,
    file_names,
    find,
    folder,
    module_of,
    names,
    read,
)

EXERCISES = ("ex05_autograd", "ex06_graph")
GRAD, GRAPH = EXERCISES
MB = 1_000_000
CODE = b"def update_params():\n    return 1\n"

posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX file system")


@pytest.fixture(params=[True, False], ids=["held", "by path"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways of opening folders: by descriptor, and by path as on Windows."""
    if request.param and not folder.HELD:
        pytest.skip("folders cannot be held here")
    monkeypatch.setattr(folder, "HELD", request.param)


def put(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def special(name: str, mode: int, content: bytes = b"/etc/passwd") -> bytes:
    """A zip with one entry of an unusual kind."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, content)
    return buffer.getvalue()


def notebook(*cells: str | dict[str, Any]) -> bytes:
    made = [
        cell
        if isinstance(cell, dict)
        else {"cell_type": "code", "metadata": {}, "outputs": [], "source": cell}
        for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def read_entry(root: Path, entry: str = "alice") -> ReadSubmission:
    return read(Submission(entry, str(root), entry), EXERCISES)


def read_files(root: Path, files: dict[str, bytes]) -> ReadSubmission:
    (root / "alice").mkdir(exist_ok=True)
    put(root / "alice", files)
    return read_entry(root)


def read_zip(root: Path, content: bytes) -> ReadSubmission:
    put(root, {"alice.zip": content})
    return read_entry(root, "alice.zip")


def reason(result: ReadSubmission, exercise: str = GRAD) -> str:
    found = result.exercises[exercise]
    assert isinstance(found, Problem), found
    assert "\n" not in found.message
    return f"{found.status}: {found.message}"


def source(result: ReadSubmission, exercise: str = GRAD) -> tuple[str, bytes]:
    found = result.exercises[exercise]
    assert isinstance(found, Source), found
    return found.filename, found.code


# Forms of a submission


@pytest.mark.usefixtures("either_way")
def test_a_folder_of_modules(tmp_path: Path):
    result = read_files(tmp_path, {f"{GRAD}.py": CODE, "notes.txt": b"x"})
    assert source(result) == (f"{GRAD}.py", CODE)
    assert reason(result, GRAPH) == f"missing: no {GRAPH}.py or {GRAPH}.ipynb was handed in"
    assert result.flags == ()


@pytest.mark.usefixtures("either_way")
def test_sub_folders_are_searched_exercise_by_exercise(tmp_path: Path):
    result = read_files(tmp_path, {f"{GRAD}.py": CODE, f"week 2/part b/{GRAPH}.py": b"x = 1\n"})
    assert source(result)[0] == f"{GRAD}.py"
    assert source(result, GRAPH) == (f"week 2/part b/{GRAPH}.py", b"x = 1\n")


def test_an_empty_folder_misses_everything(tmp_path: Path):
    assert reason(read_files(tmp_path, {})).startswith("missing")


@pytest.mark.parametrize("inside", ["", "alice/", "a/b/c/"])
def test_a_zip_of_a_folder(tmp_path: Path, inside: str):
    result = read_zip(tmp_path, zipped({f"{inside}{GRAD}.py": CODE, f"{inside}readme.txt": b""}))
    assert source(result) == (f"{inside}{GRAD}.py", CODE)


def test_a_zip_made_on_windows_has_backslashes(tmp_path: Path):
    assert source(read_zip(tmp_path, zipped({f"alice\\{GRAD}.py": CODE})))[1] == CODE


def test_a_zip_in_a_zip_is_opened_and_a_third_is_not(tmp_path: Path):
    inner = zipped({f"{GRAD}.py": CODE})
    middle = zipped({"inner.zip": inner})
    assert source(read_zip(tmp_path, middle)) == (f"inner.zip/{GRAD}.py", CODE)
    result = read_zip(tmp_path, zipped({"middle.zip": middle}))
    assert reason(result) == (
        "unreadable: middle.zip/inner.zip is a zip in a zip in a zip and was not opened; hand in one zip"
    )


def test_a_zip_in_moodles_folder(tmp_path: Path):
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
def test_a_single_module(tmp_path: Path, entry: str):
    put(tmp_path, {entry: CODE})
    assert [s.entry for s in find(tmp_path, EXERCISES).submissions] == [entry]
    result = read_entry(tmp_path, entry)
    assert source(result) == (entry, CODE)
    assert reason(result, GRAPH).startswith("missing")


def test_a_single_notebook(tmp_path: Path):
    put(tmp_path, {f"alice-{GRAD}.ipynb": notebook("x = 1")})
    assert b"\nx = 1\n" in source(read_entry(tmp_path, f"alice-{GRAD}.ipynb"))[1]


def test_nbgraders_tree(tmp_path: Path):
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


def test_a_student_called_submitted_is_a_student_among_others(tmp_path: Path):
    put(tmp_path, {f"submitted/{GRAD}.py": CODE, f"alice/{GRAD}.py": CODE})
    assert [s.name for s in find(tmp_path, EXERCISES).submissions] == ["alice", "submitted"]


def test_a_module_is_handed_on_as_it_is_in_any_encoding(tmp_path: Path):
    code = b"# -*- coding: latin-1 -*-\nname = 'Zo\xeb'\n"
    assert source(read_files(tmp_path, {f"{GRAD}.py": code}))[1] == code


def test_what_is_handed_in_is_never_run(tmp_path: Path):
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
def test_an_exercise_is_recognised_by_its_files_name(name: str, exercise: str | None):
    says = names.exercise_in(name, EXERCISES)
    assert (says and says.exercise) == exercise


def test_hostile_names_are_judged_quickly():
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
def test_what_tools_leave_behind_is_passed_over(tmp_path: Path, litter: str):
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
        (f"b/{GRAD}.py", f"a/old/{GRAD}.py"),
    ],
)
@pytest.mark.parametrize("read_it", [read_files, lambda root, files: read_zip(root, zipped(files))])
def test_of_two_files_one_counts_and_a_flag_names_the_other(
    tmp_path: Path, counts: str, other: str, read_it: Callable[..., ReadSubmission]
):
    files = {
        name: notebook("x = 1") if name.endswith("ipynb") else CODE for name in (other, counts)
    }
    result = read_it(tmp_path, files)
    assert source(result)[0] == counts
    assert result.flags == (f"{GRAD}: {other} is passed over, {counts} counts",)


def test_two_equal_files_are_unreadable(tmp_path: Path):
    result = read_files(tmp_path, {f"a/{GRAD}.py": CODE, f"b/{GRAD}.py": CODE, f"{GRAPH}.py": CODE})
    assert reason(result) == (
        f"unreadable: two files hold it, a/{GRAD}.py and b/{GRAD}.py; hand in one of them"
    )
    assert source(result, GRAPH)


def test_one_name_twice_in_a_zip_is_unreadable(tmp_path: Path):
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
def test_a_whole_classs_zip_is_not_graded_as_one_person(tmp_path: Path, files: list[str]):
    result = read_zip(tmp_path, zipped(dict.fromkeys(files, CODE)))
    assert "holds files of several people" in reason(result)
    assert "unpack a class's download into the folder of submissions" in reason(result, GRAPH)


def test_only_an_entry_may_have_any_prefix(tmp_path: Path):
    assert reason(read_files(tmp_path, {f"test_{GRAD}.py": CODE})).startswith("missing")
    assert reason(read_zip(tmp_path, zipped({f"test_{GRAD}.py": CODE}))).startswith("missing")


def test_a_module_counts_before_one_in_a_zip_beside_it(tmp_path: Path):
    result = read_files(tmp_path, {f"{GRAD}.py": CODE, "work.zip": zipped({f"{GRAD}.py": b"x"})})
    assert source(result) == (f"{GRAD}.py", CODE)
    assert result.flags == (f"{GRAD}: work.zip/{GRAD}.py is passed over, {GRAD}.py counts",)


def test_several_files_of_one_person_are_one_persons(tmp_path: Path):
    files = [f"doejane_11_1_{GRAD}.py", f"doejane_LATE_11_2_{GRAPH}.py"]
    assert source(read_zip(tmp_path, zipped(dict.fromkeys(files, CODE))), GRAPH)


# Links, pipes, permissions

LINKED = "is a link, and links are not followed"


@posix
@pytest.mark.usefixtures("either_way")
def test_links_are_never_followed(tmp_path: Path):
    secret = put(tmp_path / "secret", {f"{GRAD}.py": b"secret", f"{GRAPH}.py": b"secret"})
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice" / f"{GRAD}.py").symlink_to(secret / f"{GRAD}.py")
    (tmp_path / "alice" / "more").symlink_to(secret)
    result = read_entry(tmp_path)
    assert reason(result) == f"unreadable: {GRAD}.py {LINKED}"
    assert reason(result, GRAPH).startswith("missing")
    assert result.flags == ("more is a link and was not followed",)


@posix
@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("entry", ["mallory", "mallory.zip", f"mallory_{GRAD}.py"])
@pytest.mark.parametrize("target", ["secret", f"secret/{GRAD}.py", "nowhere"])
def test_an_entry_that_is_a_link_is_a_submission_that_cannot_be_read(
    tmp_path: Path, entry: str, target: str
):
    put(tmp_path / "secret", {f"{GRAD}.py": b"secret"})
    root = tmp_path / "in"
    root.mkdir()
    (root / entry).symlink_to(tmp_path / target)
    (submission,) = find(root, EXERCISES).submissions
    result = read(submission, EXERCISES)
    for exercise in EXERCISES:
        expected = "missing" if entry.endswith(".py") and exercise == GRAPH else "unreadable"
        assert reason(result, exercise).startswith(expected)
    assert LINKED in reason(result)


@posix
@pytest.mark.usefixtures("either_way")
def test_a_hard_link_is_not_read(tmp_path: Path):
    put(tmp_path, {"solution.py": b"secret", "alice/readme": b""})
    os.link(tmp_path / "solution.py", tmp_path / "alice" / f"{GRAD}.py")
    assert "unreadable: ex05_autograd.py is a hard link" in reason(read_entry(tmp_path))


@posix
@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("entry", ["alice", "alice.zip", f"{GRAD}.py"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, entry: str):
    os.mkfifo(tmp_path / entry)
    assert len(find(tmp_path, EXERCISES).submissions) == 1
    assert reason(read_entry(tmp_path, entry)) == f"unreadable: {entry} is no regular file"


@posix
@pytest.mark.usefixtures("either_way")
def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path):
    (tmp_path / "alice").mkdir()
    os.mkfifo(tmp_path / "alice" / f"{GRAD}.py")
    os.mkfifo(tmp_path / "alice" / "stray")
    os.mkfifo(tmp_path / "alice" / "work.zip")
    result = read_entry(tmp_path)
    assert reason(result) == f"unreadable: {GRAD}.py is no regular file"
    assert reason(result, GRAPH) == "unreadable: work.zip is no regular file"


@posix
@pytest.mark.usefixtures("either_way")
def test_a_pipe_put_in_place_of_a_file_meanwhile_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = put(tmp_path, {f"alice/{GRAD}.py": CODE}) / "alice" / f"{GRAD}.py"
    looked = folder.Folder.status
    looks: list[str] = []

    def swap(self: folder.Folder, name: str) -> os.stat_result:
        status = looked(self, name)
        looks.append(name)
        if looks.count(path.name) == 2:  # the first look lists it, the second precedes its opening
            path.unlink()
            os.mkfifo(path)
        return status

    monkeypatch.setattr(folder.Folder, "status", swap)
    assert reason(read_entry(tmp_path)) == f"unreadable: {GRAD}.py is no regular file"


def test_a_folder_named_like_a_module_is_a_folder(tmp_path: Path):
    result = read_files(tmp_path, {f"{GRAD}.py/{GRAD}.py": CODE})
    assert source(result)[0] == f"{GRAD}.py/{GRAD}.py"


@contextmanager
def nobody() -> Iterator[Path]:
    """A folder that a powerless user may enter, and that user's powers."""
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        root.chmod(0o755)
        put(root, {f"alice/{GRAD}.py": CODE, f"alice/closed/{GRAPH}.py": CODE, "bob.zip": b""})
        (root / "alice" / f"{GRAD}.py").chmod(0)
        (root / "alice" / "closed").chmod(0)
        (root / "bob.zip").chmod(0)
        (root / "carol").mkdir(mode=0)
        before = os.geteuid()
        if before == 0:
            os.seteuid(65534)
        try:
            yield root
        finally:
            os.seteuid(before)
            for path in ("carol", "alice/closed"):
                (root / path).chmod(0o700)


@posix
@pytest.mark.usefixtures("either_way")
def test_what_may_not_be_read_is_unreadable():
    with nobody() as root:
        found = find(root, EXERCISES)
        alice, bob, carol = (read(submission, EXERCISES) for submission in found.submissions)
    assert reason(alice) == f"unreadable: {GRAD}.py cannot be read: permission denied"
    assert reason(alice, GRAPH) == "unreadable: closed cannot be opened: permission denied"
    assert alice.flags == ("closed cannot be opened: permission denied",)
    assert reason(bob) == "unreadable: bob.zip cannot be read: permission denied"
    assert "cannot be opened: permission denied" in reason(carol)


def test_a_submission_that_is_gone_is_unreadable(tmp_path: Path):
    assert reason(read_entry(tmp_path)) == (
        "unreadable: alice cannot be opened: no such file or directory"
    )
    assert "no such file" in reason(read_entry(tmp_path / "nowhere"))


# Limits


@pytest.mark.usefixtures("either_way")
def test_a_module_of_a_megabyte_is_read_and_a_larger_one_not(tmp_path: Path):
    result = read_files(tmp_path, {f"{GRAD}.py": b"#" * MB, f"{GRAPH}.py": b"#" * (MB + 1)})
    assert len(source(result)[1]) == MB
    assert reason(result, GRAPH) == (
        f"unreadable: {GRAPH}.py is larger than 1 MB, the most that is read"
    )


def test_a_module_in_a_zip_has_the_same_limit(tmp_path: Path):
    files = {f"{GRAD}.py": b"#" * (MB + 1), f"{GRAPH}.py": CODE}
    result = read_zip(tmp_path, zipped(files))
    assert "is larger than 1 MB" in reason(result)
    assert source(result, GRAPH)


def test_a_notebook_may_hold_large_pictures_but_not_large_code(tmp_path: Path):
    picture = {"cell_type": "code", "source": "x = 1", "outputs": ["A" * 2 * MB]}
    result = read_files(
        tmp_path, {f"{GRAD}.ipynb": notebook(picture), f"{GRAPH}.ipynb": notebook("#" * MB)}
    )
    assert b"x = 1" in source(result)[1]
    assert "is larger than 1 MB" in reason(result, GRAPH)


@pytest.mark.parametrize("where", ["", "deep/er/"])
def test_500_files_are_read_and_one_more_is_not(tmp_path: Path, where: str):
    files = {f"{GRAD}.py": CODE} | {f"{where}{n}.txt": b"" for n in range(499)}
    assert source(read_files(tmp_path, files))
    assert source(read_zip(tmp_path, zipped(files)))
    for result in (
        read_files(tmp_path, {"last.txt": b""}),
        read_zip(tmp_path, zipped(files | {"last.txt": b""})),
    ):
        assert {reason(result, exercise) for exercise in EXERCISES} == {
            "unreadable: the submission is not read: "
            "it holds more than 500 files, the most that a submission may have"
        }


def test_thousands_of_folders_or_hidden_names_are_given_up(tmp_path: Path):
    for number in range(5001):
        (tmp_path / "alice" / f".{number}").mkdir(parents=True)
    assert "more than 5,000 entries" in reason(read_entry(tmp_path))
    files = {f".git/{n}": b"" for n in range(5001)}
    assert "more than 5,000 entries" in reason(read_zip(tmp_path, zipped(files)))


@pytest.mark.usefixtures("either_way")
def test_20_mb_in_all(tmp_path: Path):
    with (put(tmp_path, {f"alice/{GRAD}.py": CODE}) / "alice" / "data").open("wb") as file:
        file.truncate(20 * MB - len(CODE))
    assert source(read_entry(tmp_path))
    put(tmp_path, {"alice/one": b"1"})
    assert reason(read_entry(tmp_path)) == (
        "unreadable: the submission is not read: "
        "its files are larger than 20 MB, the most that a submission may have"
    )


def test_a_sparse_giant_is_refused_at_once(tmp_path: Path):
    with (put(tmp_path, {f"alice/{GRAD}.py": CODE}) / "alice" / "data").open("wb") as file:
        file.truncate(5_000 * MB)
    assert "larger than 20 MB" in reason(read_entry(tmp_path))
    with (tmp_path / "bob.zip").open("wb") as file:
        file.truncate(5_000 * MB)
    assert reason(read_entry(tmp_path, "bob.zip")) == (
        "unreadable: bob.zip is larger than 20 MB, the most that is read"
    )


def test_a_zip_bomb_is_refused_by_what_it_says_of_itself(tmp_path: Path):
    bomb = zipped({"zeros": bytes(21 * MB), f"{GRAD}.py": CODE})
    assert len(bomb) < 100_000
    assert "its files are larger than 20 MB" in reason(read_zip(tmp_path, bomb))


def test_a_zip_bomb_in_a_zip_is_refused(tmp_path: Path):
    nested = zipped({f"{n}.zip": zipped({"zeros": bytes(6 * MB)}) for n in range(4)})
    assert "its files are larger than 20 MB" in reason(read_zip(tmp_path, nested))


def test_zips_that_unpack_to_zips_are_counted(tmp_path: Path):
    stored = zipped({"zeros": bytes(9 * MB)}, zipfile.ZIP_STORED)
    nested = zipped({f"{n}.zip": stored for n in range(3)})
    assert "larger than 20 MB" in reason(read_zip(tmp_path, nested))


def lying(content: bytes, size: int) -> bytes:
    """The zip, its only entry's unpacked size overwritten in both headers."""
    data = bytearray(content)
    struct.pack_into("<I", data, 22, size)
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, size)
    return bytes(data)


@pytest.mark.parametrize("says", [10, 2 * MB - 1, 0])
def test_a_zip_that_lies_about_sizes_is_damaged(tmp_path: Path, says: int):
    bomb = lying(zipped({f"{GRAD}.py": b"#" * 900_000}), says)
    assert re.search("damaged inside its zip|larger than 1 MB", reason(read_zip(tmp_path, bomb)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bounds_are_refused(tmp_path: Path, method: int):
    assert "compressed in an unusual way" in reason(
        read_zip(tmp_path, zipped({f"{GRAD}.py": CODE}, method))
    )


def test_deep_folders_do_not_exhaust_anything(tmp_path: Path):
    deep = "/".join(["d"] * 40)
    assert "lies more than 20 folders deep" in reason(
        read_files(tmp_path, {f"{deep}/{GRAD}.py": CODE})
    )
    assert source(read_files(tmp_path, {"/".join(["e"] * 15) + f"/{GRAPH}.py": CODE}), GRAPH)


# Zips that are broken or hostile


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"no zip at all", b"Rar!\x1a\x07", zipped({f"{GRAD}.py": CODE})[:-30], bytes(999)],
)
def test_a_broken_zip_is_unreadable_and_says_so(tmp_path: Path, content: bytes):
    result = read_zip(tmp_path, content)
    for exercise in EXERCISES:
        assert reason(result, exercise) == "unreadable: alice.zip is no zip, or a broken one"


def test_a_broken_zip_beside_a_module_concerns_the_other_exercises(tmp_path: Path):
    result = read_files(tmp_path, {f"{GRAD}.py": CODE, "rest.zip": b"broken"})
    assert source(result)
    assert reason(result, GRAPH) == "unreadable: rest.zip is no zip, or a broken one"
    assert result.flags == ("rest.zip is no zip, or a broken one",)


@pytest.mark.parametrize(
    "path",
    [
        f"../{GRAD}.py",
        f"a/../../{GRAD}.py",
        f"..\\{GRAD}.py",
        f"/tmp/{GRAD}.py",
        f"\\\\server\\{GRAD}.py",
        f"C:\\{GRAD}.py",
        f"c:{GRAD}.py",
    ],
)
def test_a_path_that_leads_out_of_the_zip_is_told(tmp_path: Path, path: str):
    result = read_zip(tmp_path, zipped({f"{GRAPH}.py": CODE, path: CODE}))
    for exercise in EXERCISES:
        assert "alice.zip holds the path" in reason(result, exercise)
        assert "which leads out of it" in reason(result, exercise)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["alice.zip"]


@pytest.mark.parametrize(
    ("mode", "says"),
    [
        (stat.S_IFLNK | 0o777, LINKED),
        (stat.S_IFIFO, "no regular file"),
        (stat.S_IFCHR, "no regular"),
    ],
)
def test_a_link_or_device_in_a_zip_is_not_followed(tmp_path: Path, mode: int, says: str):
    assert says in reason(read_zip(tmp_path, special(f"{GRAD}.py", mode)))


def test_a_stray_link_in_a_zip_is_flagged(tmp_path: Path):
    result = read_zip(tmp_path, special("more", stat.S_IFLNK | 0o777))
    assert result.flags == ("more is a link and was not followed",)


def test_an_encrypted_entry_is_told(tmp_path: Path):
    data = bytearray(zipped({f"{GRAD}.py": CODE}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert reason(read_zip(tmp_path, bytes(data))) == (
        f"unreadable: {GRAD}.py is encrypted; hand in a zip without a password"
    )


def test_damaged_contents_are_told(tmp_path: Path):
    data = bytearray(zipped({f"{GRAD}.py": CODE * 50}, zipfile.ZIP_STORED))
    data[100] ^= 0xFF
    assert reason(read_zip(tmp_path, bytes(data))) == (
        f"unreadable: {GRAD}.py is damaged inside its zip"
    )


VALID_ZIP = zipped({f"a/{GRAD}.py": CODE * 9, "b.zip": zipped({f"{GRAPH}.py": CODE}), "c": b"c"})


@given(st.lists(st.tuples(st.integers(0, len(VALID_ZIP) - 1), st.integers(0, 255)), max_size=6))
def test_no_damage_to_a_zip_makes_reading_fail(changes: list[tuple[int, int]]):
    data = bytearray(VALID_ZIP)
    for position, value in changes:
        data[position] = value
    with tempfile.TemporaryDirectory() as place:
        result = read_zip(Path(place), bytes(data))
    assert list(result.exercises) == list(EXERCISES)


# The digest


def test_the_digest_depends_on_content_alone(tmp_path: Path):
    files = {f"w/{GRAD}.py": CODE, "w/notes.txt": b"a"}
    first = read_files(tmp_path, files).digest
    assert re.fullmatch("sha256:[0-9a-f]{64}", first)
    os.utime(tmp_path / "alice" / "w" / f"{GRAD}.py", (0, 0))
    put(tmp_path / "alice", {"w/notes.txt": b"b"})
    assert read_entry(tmp_path).digest == first
    assert read_zip(tmp_path, zipped(files)).digest == first
    backwards = dict(reversed(files.items()))
    assert read_zip(tmp_path, zipped(backwards, zipfile.ZIP_STORED)).digest == first


def test_the_digest_of_a_notebook_ignores_outputs(tmp_path: Path):
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
):
    first = read_files(tmp_path, {f"{GRAD}.py": CODE})
    assert read_files(tmp_path, change).digest != first.digest


# Notebooks

Exec = dict[str, Any]


def run(code: bytes) -> Exec:
    """Run a module that this test made itself."""
    module: Exec = {}
    exec(compile(code, "notebook", "exec"), module)
    return module


def cell_lines(code: bytes) -> list[str]:
    """The first cell's lines, without the two that come before it."""
    return code.decode().split("\n")[2:-1]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass  # %matplotlib inline\nx = 1"),
        ("!pip install torch\nx = 1", "pass  # !pip install torch\nx = 1"),
        ("pip install torch", "pass  # pip install torch"),
        ("torch.nn.Linear?", "pass  # torch.nn.Linear?"),
        ("?print\nprint??", "pass  # ?print\npass  # print??"),
        ("if True:\n    %time x = 1", "if True:\n    x = 1"),
        ("if True:\n    %matplotlib inline", "if True:\n    pass  # %matplotlib inline"),
        ("files = !ls\nx = 1", "files = None  # files = !ls\nx = 1"),
        ("t = %timeit -o f()", "t = None  # t = %timeit -o f()"),
        ("%time x = 1", "x = 1"),
        ("!echo a \\\n  b\nx = 1", "pass  # !echo a \\\n#   b\nx = 1"),
        ("!echo it's \"\nx = 1", "pass  # !echo it's \"\nx = 1"),
        ("%%time\nx = 1", "pass  # %%time\nx = 1"),
        ("%%capture out\nx = 1", "pass  # %%capture out\nx = 1"),
        ("%%bash\nrm -rf x\n", "# %%bash\n# rm -rf x\n# "),
        ("\n%%html\n<b>", "# \n# %%html\n# <b>"),
        ("%%timeit\nx = 1", "# %%timeit\n# x = 1"),
        ("x = (7\n % 4)", "x = (7\n % 4)"),
        ("x = 7 \\\n  % 4", "x = 7 \\\n  % 4"),
        ('x = """\n%magic\n!shell\nwhat?\n"""', 'x = """\n%magic\n!shell\nwhat?\n"""'),
        ("x = '''a\\'''\n%b\n'''", "x = '''a\\'''\n%b\n'''"),
        ("x = 'it\\'s' # don't (\n%ls", "x = 'it\\'s' # don't (\npass  # %ls"),
        ('x = r"\\"\n', 'x = r"\\"\n'),
        ("x = '%d?' % 4 != 5", "x = '%d?' % 4 != 5"),
        ("def f():\n    '''Doc.'''\n\n    return [1,\n  2]\n%x", None),
        ("x = 1\r\ny = 2", "x = 1\ny = 2"),
        ("x == 5", "x == 5"),
    ],
)
def test_only_what_is_not_python_is_neutralised(cell: str, expected: str | None):
    code = module_of(notebook(cell))
    lines = "\n".join(cell_lines(code))
    assert lines == (cell.replace("%x", "pass  # %x") if expected is None else expected)
    assert lines.count("\n") == cell.replace("\r", "").count("\n")


def test_code_cells_follow_each_other_and_nothing_else_is_taken():
    code = module_of(
        notebook(
            {"cell_type": "markdown", "source": "# raise"},
            {"cell_type": "code", "source": ["x = 1\n", "y = 2"], "outputs": ["raise"]},
            {"cell_type": "raw", "source": "raise"},
            "z = x + y",
        )
    )
    assert code == b"display = print\n# cell 2\nx = 1\ny = 2\n# cell 4\nz = x + y\n"
    assert run(code)["z"] == 3


@pytest.mark.parametrize(
    ("marks", "kept"),
    [
        ({"grade": True, "solution": False, "locked": True}, False),
        ({"grade": True}, False),
        ({"grade": True, "solution": True}, True),
        ({"grade": False, "solution": True, "locked": False}, True),
        ({"grade": False, "solution": False, "locked": True}, True),
        ("nonsense", True),
    ],
)
def test_nbgraders_tests_are_left_out(marks: Any, kept: bool):
    cell = {"cell_type": "code", "source": "here = 1", "metadata": {"nbgrader": marks}}
    assert (b"here" in module_of(notebook(cell))) is kept


def test_a_future_import_in_any_cell_comes_first():
    code = module_of(notebook("x = 1", "from __future__ import annotations\ndef f(a: b): ...\n"))
    assert code.startswith(b"from __future__ import annotations; display = print\n")
    assert run(code)["f"].__annotations__ == {"a": "b"}


def test_a_notebook_may_display_things():
    assert run(module_of(notebook("display()\nx = 1")))["x"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"cells": 5}',
        b'{"cells": [{"cell_type": "code", "source": {}}]}',
        b'{"nbformat": 3, "worksheets": []}',
        b"\xff\xfe{}",
        b'{"cells": [' + b"[" * 100_000,
        b'{"x": ' + b"[" * 100_000,
        b'{"cells": [], "metadata": ' + b'{"a":' * 100_000,
        b'{"cells": [{"cell_type": "code", "source": "\\ud800"}]}',
    ],
)
def test_a_damaged_notebook_is_told(tmp_path: Path, content: bytes):
    with pytest.raises(NotANotebook, match="is a damaged notebook: "):
        module_of(content)
    result = read_files(tmp_path, {f"{GRAD}.ipynb": content})
    assert f"unreadable: {GRAD}.ipynb is a damaged notebook" in reason(result)


def test_a_notebook_may_begin_with_a_byte_order_mark():
    assert module_of(b"\xef\xbb\xbf" + notebook("x = 'ë'")).decode().endswith("x = 'ë'\n")


@given(st.text(alphabet="x=%!?'\"\\\n\t #([{)]} from__future__import", max_size=60))
@example("%time")
@example("\\")
@example("!\\")
def test_any_cell_keeps_its_lines(cell: str):
    lines = cell_lines(module_of(notebook(cell)))
    assert len(lines) == cell.count("\n") + 1


@given(
    st.lists(st.sampled_from(["x = 1", "y = [1,\n 2]", "'''a\n%b'''", "def f():\n  return 3 % 2"]))
)
def test_plain_python_is_left_alone(statements: list[str]):
    cell = "\n".join(statements)
    assert "\n".join(cell_lines(module_of(notebook(cell)))) == cell


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "cell",
    [
        " " * MB,
        " " * MB + "x",
        "x " * (MB // 2),
        "from __future__ import " + "a " * (MB // 2) + "!",
        "'" * MB,
        "(" * MB,
        "!\\\n" * (MB // 3),
        "a." * (MB // 2),
        '"""' + "\\" * MB,
        "%time" + " " * MB,
    ],
)
def test_a_hostile_cell_is_gone_through_quickly(cell: str):
    assert module_of(notebook(cell))


# Finding and naming


def found_names(root: Path) -> dict[str, str]:
    return {s.entry: s.name for s in find(root, EXERCISES).submissions}


def test_every_form_is_found_and_strays_are_told_in_a_line_each(tmp_path: Path):
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
        "grades.txt passed over: neither a folder, a zip, nor a module or notebook of an exercise",
        "solution.py passed over: neither a folder, a zip, nor a module or notebook of an exercise",
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
):
    for name in folders:
        (tmp_path / name).mkdir()
    put(tmp_path, dict.fromkeys(zips, b""))
    if len(list(tmp_path.iterdir())) < len(folders + zips):
        pytest.skip("this file system does not tell these names apart")
    assert sorted(found_names(tmp_path).values()) == sorted(expected)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_bytes_that_are_not_utf8_are_written_out(tmp_path: Path):
    for name in (b"caf\xe9", rb"caf\xe9", b"n\xffotes.txt"):
        os.mkdir(os.fsencode(tmp_path) + b"/" + name)
    put(tmp_path, {os.fsdecode(b"caf\xe9") + f"/{GRAD}.py": CODE})
    found = find(tmp_path, EXERCISES).submissions
    assert [s.name for s in found] == [r"caf\xe9", r"caf\xe9 (2)", r"n\xffotes.txt"]
    with_module = next(s for s in found if s.entry == os.fsdecode(b"caf\xe9"))
    assert source(read(with_module, EXERCISES))[1] == CODE


def test_messages_show_odd_paths_on_one_line(tmp_path: Path):
    result = read_files(tmp_path, {f"a\nb\x1b[2J/{GRAD}.py": b"#" * (MB + 1)})
    assert r"a\nb\x1b[2J/ex05_autograd.py is larger" in reason(result)


def test_the_order_is_that_of_the_names(tmp_path: Path):
    for name in ("b", "a", "c", "B"):
        (tmp_path / name).mkdir()
    assert [s.entry for s in find(tmp_path, EXERCISES).submissions] == ["B", "a", "b", "c"]


def test_what_moodle_keeps_of_forms_is_passed_over_beside_files(tmp_path: Path):
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


def test_files_that_look_like_one_persons_are_told(tmp_path: Path):
    put(tmp_path, {f"doejane_1_{n}_{name}.py": CODE for n, name in enumerate(EXERCISES)})
    found = find(tmp_path, EXERCISES)
    assert len(found.submissions) == 2
    assert found.notes == [
        "doejane_1: 2 entries are graded as 2 submissions; put them into one folder to grade them as one"
    ]


def test_a_single_submission_given_for_the_folder_is_told(tmp_path: Path):
    put(tmp_path, {f"{name}.py": CODE for name in EXERCISES})
    (note,) = find(tmp_path, EXERCISES).notes
    assert "if they are one person's, give the folder above this one" in note


def test_nothing_to_grade_is_one_clear_line(tmp_path: Path):
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
def test_a_folder_that_may_not_be_listed_is_told():
    with nobody() as root, pytest.raises(SubmissionsError, match="cannot be listed: permission"):
        find(root / "carol", EXERCISES)


@posix
def test_the_folder_itself_may_be_given_by_a_link(tmp_path: Path):
    put(tmp_path / "real", {f"alice/{GRAD}.py": CODE})
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (alice,) = find(tmp_path / "link", EXERCISES).submissions
    assert source(read(alice, EXERCISES))


def test_no_descriptor_stays_open(tmp_path: Path):
    listing = Path("/proc/self/fd")
    if not listing.exists():
        pytest.skip("needs /proc")
    put(tmp_path, {f"alice/{n}/x.zip": zipped({f"{GRAD}.py": CODE}) for n in range(9)})
    put(tmp_path, {"bob/" + "/".join("x" * 30) + "/y": b"", "carol.zip": b"broken"})
    before = len(list(listing.iterdir()))
    for submission in find(tmp_path, EXERCISES).submissions:
        read(submission, EXERCISES)
    assert len(list(listing.iterdir())) == before


# File names


def as_one(name: str) -> str:
    return unicodedata.normalize("NFD", name).casefold()


@pytest.mark.parametrize(
    "name",
    ["alice", "Jane Doe_123456", "o@x.org", "Zoë", "日本", "a.b-c+d (1)", "x" * 100],
)
def test_a_harmless_name_stays(name: str):
    assert file_names([name, "someone else"])[name] == name


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("../../etc/passwd", "_._.._etc_passwd-"),
        ("a/b", "a_b-"),
        ("con", "_con-"),
        ("NUL.txt", "_NUL.txt-"),
        ("-rf", "_rf-"),
        (".hidden", "_hidden-"),
        ("dot.", "dot_-"),
        ("", "_-"),
        ("<b>&\x00\n\x1b", "_b_____-"),
        ("alice-0123456789ab", "alice-0123456789ab-"),
    ],
)
def test_a_dangerous_name_is_made_safe(name: str, begins: str):
    assert re.fullmatch(re.escape(begins) + "[0-9a-f]{12}", file_names([name])[name])


@pytest.mark.parametrize(
    "alike",
    [
        ["Alice", "alice", "ALICE"],
        ["a/b", "a:b", "a_b"],
        ["Zoe\u0308", "Zo\u00eb"],
        ["straße", "STRASSE"],
        ["x" * 200, "x" * 201, "x" * 100],
        ["con", "_con", "CON"],
        ["\udcff", "\udcfe", "_"],
    ],
)
def test_names_that_end_the_same_get_different_files(alike: list[str]):
    made = file_names(alike)
    assert len({as_one(stem) for stem in made.values()}) == len(alike)
    assert file_names(reversed(alike)) == made


NAMES = st.lists(
    st.text(max_size=8) | st.sampled_from(["con", "A", "a", "a-" + "0" * 12]), unique=True
)


@given(NAMES)
def test_file_names_are_safe_and_never_the_same(many: list[str]):
    made = file_names(many)
    assert list(made) == many
    assert len({as_one(stem) for stem in made.values()}) == len(many)
    for stem in made.values():
        assert 0 < len(stem.encode()) <= 100
        assert not re.search(r'[/\\:*?"<>|\x00-\x1f\x7f]|^[ .-]|[ .]$', stem)
        assert not re.fullmatch(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?", stem)


def test_reading_submissions_does_not_load_torch_or_numpy():
    code = (
        "import sys, grader.submissions; sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=True)
