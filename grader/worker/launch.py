"""Start the program that runs student code: a clean environment, Python's own options, and nothing of the caller's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

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


def launch(arguments: list[str], stderr: IO[bytes], **options: Any) -> subprocess.Popen[bytes]:
    """Start boot.py with `arguments`.

    Args:
        arguments: as boot.py documents them.
        stderr: takes what the program says when it fails.
        options: for subprocess.Popen.
    """
    # -P: no folder of ours on the search path; -s: nor the user's own packages. -I would also ignore the hash seed,
    # without which the order of sets, and so a student's numbers, would differ from run to run.
    command = [sys.executable, "-B", "-P", "-s", str(Path(__file__).with_name("boot.py"))]
    return subprocess.Popen(
        command + arguments,
        env=_environment(),
        stderr=stderr,
        start_new_session=os.name == "posix",
        **options,
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | _SET
