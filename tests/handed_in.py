"""Making submissions of every form, and reading what came of them, for the tests."""

from __future__ import annotations

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from grader.submissions import (
    Problem,
    ReadSubmission,
    Source,
    Submission,
    folder,
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
