"""Start the program that runs student code: a clean environment, Python's own options, and nothing of the caller's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, Literal

import msgspec

from .protocol import Isolation

Preload = Literal["full", "lazy"]

_KEPT = ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")
_SET = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}


class Options(msgspec.Struct, frozen=True):
    """What a server is asked for.

    Args:
        checks: package of the check modules, such as "grader.checks".
        accelerator: the device of checks whose aspect is "device"; "sim" is installed first.
        preload: whether the first worker waits for what some exercises import.
        isolation: how much.
        hidden: folders that workers are not to see, where that can be helped.
    """

    checks: str
    accelerator: str
    preload: Preload
    isolation: Isolation
    hidden: tuple[str, ...]


def options(text: str) -> Options:
    """Read what `launch` was given."""
    return msgspec.json.decode(text, type=Options)


def launch(
    kind: Literal["fork", "single"],
    given: Options,
    stderr: IO[bytes],
    descriptors: tuple[int, ...] = (),
    **more: Any,
) -> subprocess.Popen[bytes]:
    """Start boot.py.

    Args:
        kind: a fork server, or a single worker.
        given: what it is asked for.
        stderr: takes what the program says when it fails.
        descriptors: handed down to it, in this order.
        more: for subprocess.Popen.
    """
    # -P: no folder of ours on the search path; -s: nor the user's own packages. -I would also ignore the hash seed,
    # without which the order of sets, and so a student's numbers, would differ from run to run.
    command = [sys.executable, "-B", "-P", "-s", str(Path(__file__).with_name("boot.py"))]
    command += [kind, msgspec.json.encode(given).decode(), *map(str, descriptors)]
    if os.name == "posix":
        more |= {"start_new_session": True, "pass_fds": descriptors}
    return subprocess.Popen(command, env=_environment(), stderr=stderr, **more)


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _SET
