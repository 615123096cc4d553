"""The zip that grades on Gradescope: the kit, its options, and the two scripts that Gradescope runs.

The same kit and options give the same bytes.
"""

from __future__ import annotations

import io
import shlex
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ..oracle import ROOT
from ..recording import write_whole
from .autograde import OPTIONS, Options
from .gradescope import failure
from .table import ExportError

_FOLDERS = ("grader", "solutions")
_FILES = ("pyproject.toml", "constraints.txt", "README.md", "LICENSE")
_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN, _RUNNABLE = 0o644, 0o755

SETUP = """\
#!/usr/bin/env bash
# Installs the kit and what it needs, once, when Gradescope builds the image.
# Where packages come from is pip's business: set PIP_INDEX_URL and the like here for another source.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fits() { "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
    local each
    for each in python3 python3.14 python3.13 python3.12 python3.11; do
        if fits "$each"; then echo "$each"; return; fi
    done
}
python=$(find_python)
if [ -z "$python" ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3.11 python3.11-venv
    python=python3.11
fi
"$python" -m venv .venv
.venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check -c constraints.txt -e .
"""

_RUN = """\
#!/usr/bin/env bash
# Grades /autograder/submission. Until the grader has come to an end, results.json says that it failed.
set -uo pipefail
root="${{GRADKIT_AUTOGRADER:-/autograder}}"
python="${{GRADKIT_PYTHON:-$root/source/.venv/bin/python}}"
mkdir -p "$root/results"
printf '%s' {failure} >"$root/results/results.json"
cd "$root/source" && "$python" -m grader.export.autograde "$root" ||
    echo "the grader failed (exit status $?): see above" >&2
"""


def build(out: Path, options: Options, *, root: Path = ROOT, force: bool = False) -> None:
    """Write the archive.

    Args:
        out: where.
        options: what grading shall do.
        root: the kit's folder.
        force: whether `out` may be overwritten.

    Raises:
        ExportError: when the kit has no solutions, or `out` exists.
        RecordsError: when it cannot be written.
    """
    if not (root / "solutions").is_dir():
        raise ExportError(
            f"{root / 'solutions'}: no such folder; this copy of the kit cannot grade"
        )
    if out.is_dir() or (out.exists() and not force):
        raise ExportError(f"{out} exists: add --force to replace it, or choose another name")
    write_whole(out, archive(options, root))


def archive(options: Options, root: Path = ROOT) -> bytes:
    """The archive's bytes."""
    stopped = failure("it did not come to an end").decode()
    files = {
        "setup.sh": SETUP.encode(),
        "run_autograder": _RUN.format(failure=shlex.quote(stopped)).encode(),
        OPTIONS: msgspec.json.encode(options) + b"\n",
    }
    files |= {path.relative_to(root).as_posix(): path.read_bytes() for path in _kit(root)}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for name, content in sorted(files.items()):
            made.writestr(_entry(name), content)
    return buffer.getvalue()


def _kit(root: Path) -> Iterator[Path]:
    """The kit's files that grading needs."""
    yield from (path for name in _FILES if (path := root / name).is_file())
    for folder in _FOLDERS:
        for path in (root / folder).rglob("*"):
            inside = path.relative_to(root).parts
            hidden = any(part.startswith(".") or part == "__pycache__" for part in inside)
            if path.is_file() and not hidden:
                yield path


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = 3  # Unix, wherever it is built
    entry.compress_type = zipfile.ZIP_DEFLATED
    scripts = ("setup.sh", "run_autograder")
    entry.external_attr = (stat.S_IFREG | (_RUNNABLE if name in scripts else _PLAIN)) << 16
    return entry
