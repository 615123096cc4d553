"""What is told of saves, whatever the system's own events tell."""

from __future__ import annotations

import queue
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.learner import saves

PATIENCE = 20


def until_told(told: queue.SimpleQueue[list[str]], wanted: str) -> None:
    while wanted not in told.get(timeout=PATIENCE):
        pass


def silent(*args: Any, stop_event: Any, **kwargs: Any) -> Iterator[set[Any]]:
    """A file system that never tells of anything, as some network folders are."""
    while not stop_event.wait(0.01):
        yield set()


@pytest.fixture(params=["events", "silent"])
def told(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[queue.SimpleQueue[list[str]]]:
    if request.param == "silent":
        monkeypatch.setattr(saves, "watch", silent)
    heard: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    (tmp_path / "here").mkdir()
    with saves.following(tmp_path / "here", ["a", "b"], heard.put):
        yield heard


def test_a_save_right_after_the_start_is_told(
    told: queue.SimpleQueue[list[str]], tmp_path: Path
) -> None:
    (tmp_path / "here" / "other.py").write_text("1")
    (tmp_path / "here" / "b.py").write_text("1")
    assert told.get(timeout=PATIENCE) == ["b"]


def test_no_save_is_lost_when_the_folder_is_replaced_at_once(
    told: queue.SimpleQueue[list[str]], tmp_path: Path
) -> None:
    """The new folder often has the inode of the old one, and nobody follows it yet."""
    folder = tmp_path / "here"
    for turn in range(10):
        shutil.rmtree(folder)
        folder.mkdir()
        (folder / "a.py").write_text("1" * (turn + 1))
        until_told(told, "a")
        (folder / "a.py").unlink()
        until_told(told, "a")
