"""The dot program of Graphviz, which draws graphs: there or not, and how to get it."""

from __future__ import annotations

import shutil
import subprocess
import sys

_SECONDS = 20.0
_INSTALL = {
    "darwin": "brew install graphviz",
    "win32": "winget install graphviz",
    "linux": "sudo apt install graphviz",
}


class DotFailed(Exception):
    """The dot program drew nothing; the message says why."""


def install() -> str:
    """The line that installs it here."""
    return _INSTALL.get(sys.platform, "install Graphviz with the system's package manager")


def find() -> str | None:
    """Where it is, if anywhere."""
    return shutil.which("dot")


def version(program: str) -> str:
    """What it says of itself.

    Raises:
        DotFailed: when it cannot be run.
    """
    return _run([program, "-V"], "").stderr.strip()


def draw(program: str, text: str) -> str:
    """Draw a graph as SVG.

    Args:
        program: where the dot program is.
        text: DOT, of the kit's own making.

    Raises:
        DotFailed: when it cannot be run, or draws nothing.
    """
    return _run([program, "-Tsvg"], text).stdout


def _run(command: list[str], text: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise DotFailed(f"{command[0]} was not ready within {_SECONDS:g} s") from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise DotFailed(f"{command[0]} failed: {last}") from None
    except OSError as error:
        raise DotFailed(f"{command[0]} cannot be started: {error.strerror}") from None
