"""Links, pipes, bombs and damage: a clear message for that submission, and nothing else happens."""

from __future__ import annotations

import os
import re
import stat
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions import (
    find,
    folder,
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
    special,
    zipped,
)
from .handed_in import either_way as either_way

# Links, pipes, permissions

LINKED = "is a link, and links are not followed"


@posix
@pytest.mark.usefixtures("either_way")
def test_links_are_never_followed(tmp_path: Path) -> None:
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
) -> None:
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
def test_a_hard_link_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, {"solution.py": b"secret", "alice/readme": b""})
    os.link(tmp_path / "solution.py", tmp_path / "alice" / f"{GRAD}.py")
    assert "unreadable: ex05_autograd.py is a hard link" in reason(read_entry(tmp_path))


@posix
@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("entry", ["alice", "alice.zip", f"{GRAD}.py"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, entry: str) -> None:
    os.mkfifo(tmp_path / entry)
    assert len(find(tmp_path, EXERCISES).submissions) == 1
    assert reason(read_entry(tmp_path, entry)) == f"unreadable: {entry} is no regular file"


@posix
@pytest.mark.usefixtures("either_way")
def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "alice").mkdir()
    os.mkfifo(tmp_path / "alice" / f"{GRAD}.py")
    os.mkfifo(tmp_path / "alice" / "stray")
    os.mkfifo(tmp_path / "alice" / "work.zip")
    result = read_entry(tmp_path)
    assert reason(result) == f"unreadable: {GRAD}.py is no regular file"
    assert reason(result, GRAPH) == "unreadable: work.zip is no regular file"


@posix
@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize(
    ("swap", "says"),
    [
        (os.mkfifo, "is no regular file"),
        (lambda path: path.symlink_to("/etc/passwd"), "too many levels|was replaced"),
        (lambda path: path.write_bytes(b"secret"), "was replaced while it was read"),
    ],
)
def test_what_is_put_in_place_of_a_file_meanwhile_is_not_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    swap: Callable[[Path], None],
    says: str,
) -> None:
    path = put(tmp_path, {f"alice/{GRAD}.py": CODE}) / "alice" / f"{GRAD}.py"
    looked = folder.Folder.status
    looks: list[str] = []

    def look_and_swap(self: folder.Folder, name: str) -> os.stat_result:
        status = looked(self, name)
        looks.append(name)
        if looks.count(path.name) == 2:  # the first look lists it, the second precedes its opening
            path.rename(tmp_path / "kept")  # so that its inode is not used again
            swap(path)
        return status

    monkeypatch.setattr(folder.Folder, "status", look_and_swap)
    assert re.search(says, reason(read_entry(tmp_path)))


def test_a_folder_named_like_a_module_is_a_folder(tmp_path: Path) -> None:
    result = read_files(tmp_path, {f"{GRAD}.py/{GRAD}.py": CODE})
    assert source(result)[0] == f"{GRAD}.py/{GRAD}.py"


@posix
@pytest.mark.usefixtures("either_way")
def test_what_may_not_be_read_is_unreadable() -> None:
    with nobody() as root:
        found = find(root, EXERCISES)
        alice, bob, carol = (read(submission, EXERCISES) for submission in found.submissions)
    assert reason(alice) == f"unreadable: {GRAD}.py cannot be read: permission denied"
    assert reason(alice, GRAPH) == "unreadable: closed cannot be opened: permission denied"
    assert alice.flags == ("closed cannot be opened: permission denied",)
    assert reason(bob) == "unreadable: bob.zip cannot be read: permission denied"
    assert "cannot be opened: permission denied" in reason(carol)


def test_a_submission_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    assert reason(read_entry(tmp_path)) == (
        "unreadable: alice cannot be opened: no such file or directory"
    )
    assert "no such file" in reason(read_entry(tmp_path / "nowhere"))


# Limits


@pytest.mark.usefixtures("either_way")
def test_a_module_of_a_megabyte_is_read_and_a_larger_one_not(tmp_path: Path) -> None:
    result = read_files(tmp_path, {f"{GRAD}.py": b"#" * MB, f"{GRAPH}.py": b"#" * (MB + 1)})
    assert len(source(result)[1]) == MB
    assert reason(result, GRAPH) == (
        f"unreadable: {GRAPH}.py is larger than 1 MB, the most that is read"
    )


def test_a_module_in_a_zip_has_the_same_limit(tmp_path: Path) -> None:
    files = {f"{GRAD}.py": b"#" * (MB + 1), f"{GRAPH}.py": CODE}
    result = read_zip(tmp_path, zipped(files))
    assert "is larger than 1 MB" in reason(result)
    assert source(result, GRAPH)


def test_a_notebook_may_hold_large_pictures_but_not_large_code(tmp_path: Path) -> None:
    picture = {"cell_type": "code", "source": "x = 1", "outputs": ["A" * 2 * MB]}
    result = read_files(
        tmp_path, {f"{GRAD}.ipynb": notebook(picture), f"{GRAPH}.ipynb": notebook("#" * MB)}
    )
    assert b"x = 1" in source(result)[1]
    assert "is larger than 1 MB" in reason(result, GRAPH)


@pytest.mark.parametrize("where", ["", "deep/er/"])
def test_500_files_are_read_and_one_more_is_not(tmp_path: Path, where: str) -> None:
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


def test_thousands_of_folders_or_hidden_names_are_given_up(tmp_path: Path) -> None:
    for number in range(5001):
        (tmp_path / "alice" / f".{number}").mkdir(parents=True)
    assert "more than 5,000 entries" in reason(read_entry(tmp_path))
    files = {f".git/{n}": b"" for n in range(5001)}
    assert "more than 5,000 entries" in reason(read_zip(tmp_path, zipped(files)))


@pytest.mark.usefixtures("either_way")
def test_20_mb_in_all(tmp_path: Path) -> None:
    with (put(tmp_path, {f"alice/{GRAD}.py": CODE}) / "alice" / "data").open("wb") as file:
        file.truncate(20 * MB - len(CODE))
    assert source(read_entry(tmp_path))
    put(tmp_path, {"alice/one": b"1"})
    assert reason(read_entry(tmp_path)) == (
        "unreadable: the submission is not read: "
        "its files are larger than 20 MB, the most that a submission may have"
    )


def test_a_sparse_giant_is_refused_at_once(tmp_path: Path) -> None:
    with (put(tmp_path, {f"alice/{GRAD}.py": CODE}) / "alice" / "data").open("wb") as file:
        file.truncate(5_000 * MB)
    assert "larger than 20 MB" in reason(read_entry(tmp_path))
    with (tmp_path / "bob.zip").open("wb") as file:
        file.truncate(5_000 * MB)
    assert reason(read_entry(tmp_path, "bob.zip")) == (
        "unreadable: bob.zip is larger than 20 MB, the most that is read"
    )


def test_a_zip_bomb_is_refused_by_what_it_says_of_itself(tmp_path: Path) -> None:
    bomb = zipped({"zeros": bytes(21 * MB), f"{GRAD}.py": CODE})
    assert len(bomb) < 100_000
    assert "its files are larger than 20 MB" in reason(read_zip(tmp_path, bomb))


def test_a_zip_bomb_in_a_zip_is_refused(tmp_path: Path) -> None:
    nested = zipped({f"{n}.zip": zipped({"zeros": bytes(6 * MB)}) for n in range(4)})
    assert "its files are larger than 20 MB" in reason(read_zip(tmp_path, nested))


def test_zips_that_unpack_to_zips_are_counted(tmp_path: Path) -> None:
    stored = zipped({"zeros": bytes(9 * MB)}, zipfile.ZIP_STORED)
    nested = zipped({f"{n}.zip": stored for n in range(3)})
    assert "larger than 20 MB" in reason(read_zip(tmp_path, nested))


def test_zips_padded_with_rubbish_are_counted(tmp_path: Path) -> None:
    padded = bytes(9 * MB) + zipped({f"{GRAD}.py": CODE})
    assert source(read_files(tmp_path, {"1.zip": padded}))
    result = read_files(tmp_path, {"2.zip": padded, "3.zip": padded})
    assert "its zips are larger than 20 MB, the most that a submission may have" in reason(result)


def test_a_zip_that_lists_too_much_is_not_even_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = zipped(dict.fromkeys(map(str, range(5001)), b""))
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert "holds more than 5,000 entries" in reason(read_zip(tmp_path, content))


def lying(content: bytes, size: int) -> bytes:
    """The zip, its only entry's unpacked size overwritten in both headers."""
    data = bytearray(content)
    struct.pack_into("<I", data, 22, size)
    struct.pack_into("<I", data, data.rindex(b"PK\x01\x02") + 24, size)
    return bytes(data)


@pytest.mark.parametrize("says", [10, 2 * MB - 1, 0])
def test_a_zip_that_lies_about_sizes_is_damaged(tmp_path: Path, says: int) -> None:
    bomb = lying(zipped({f"{GRAD}.py": b"#" * 900_000}), says)
    assert re.search("damaged inside its zip|larger than 1 MB", reason(read_zip(tmp_path, bomb)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bounds_are_refused(tmp_path: Path, method: int) -> None:
    assert "compressed in an unusual way" in reason(
        read_zip(tmp_path, zipped({f"{GRAD}.py": CODE}, method))
    )


def test_deep_folders_do_not_exhaust_anything(tmp_path: Path) -> None:
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
def test_a_broken_zip_is_unreadable_and_says_so(tmp_path: Path, content: bytes) -> None:
    result = read_zip(tmp_path, content)
    for exercise in EXERCISES:
        assert reason(result, exercise) == "unreadable: alice.zip is no zip, or a broken one"


def test_a_broken_zip_beside_a_module_concerns_the_other_exercises(tmp_path: Path) -> None:
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
def test_a_path_that_leads_out_of_the_zip_is_told(tmp_path: Path, path: str) -> None:
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
def test_a_link_or_device_in_a_zip_is_not_followed(tmp_path: Path, mode: int, says: str) -> None:
    assert says in reason(read_zip(tmp_path, special(f"{GRAD}.py", mode)))


def test_a_stray_link_in_a_zip_is_flagged(tmp_path: Path) -> None:
    result = read_zip(tmp_path, special("more", stat.S_IFLNK | 0o777))
    assert result.flags == ("more is a link and was not followed",)


def test_an_encrypted_entry_is_told(tmp_path: Path) -> None:
    data = bytearray(zipped({f"{GRAD}.py": CODE}))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert reason(read_zip(tmp_path, bytes(data))) == (
        f"unreadable: {GRAD}.py is encrypted; hand in a zip without a password"
    )


def test_damaged_contents_are_told(tmp_path: Path) -> None:
    data = bytearray(zipped({f"{GRAD}.py": CODE * 50}, zipfile.ZIP_STORED))
    data[100] ^= 0xFF
    assert reason(read_zip(tmp_path, bytes(data))) == (
        f"unreadable: {GRAD}.py is damaged inside its zip"
    )


VALID_ZIP = zipped({f"a/{GRAD}.py": CODE * 9, "b.zip": zipped({f"{GRAPH}.py": CODE}), "c": b"c"})


@given(st.lists(st.tuples(st.integers(0, len(VALID_ZIP) - 1), st.integers(0, 255)), max_size=6))
def test_no_damage_to_a_zip_makes_reading_fail(changes: list[tuple[int, int]]) -> None:
    data = bytearray(VALID_ZIP)
    for position, value in changes:
        data[position] = value
    with tempfile.TemporaryDirectory() as place:
        result = read_zip(Path(place), bytes(data))
    assert list(result.exercises) == list(EXERCISES)
