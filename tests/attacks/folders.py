"""More than modules: files that Python, pytest or a reader might fall for."""

import io
import os
import zipfile

from . import Attack

_PASS = b"import sys; sys.exit(0)\n"
_FREEZE = """
        def freeze(model):
            return model
"""


def _zip(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


ATTACKS = (
    Attack(
        "modules that shadow",
        "an import of torch, numpy or the grader that finds the student's file",
        _FREEZE,
        files={
            f"{name}.py": _PASS
            for name in ("torch", "numpy", "grader", "random", "msgspec", "sitecustomize", "os")
        },
    ),
    Attack(
        "files of pytest",
        "hooks and settings that pytest reads from any folder",
        _FREEZE,
        files={
            "conftest.py": b"def pytest_runtest_call(item): pass\n" + _PASS,
            "pytest.ini": b"[pytest]\naddopts = --deselect .\n",
            "pyproject.toml": b"[tool.pytest.ini_options]\naddopts = '--version'\n",
            "__init__.py": _PASS,
        },
    ),
    Attack(
        "files of Python",
        "code that Python runs before any other",
        _FREEZE,
        files={
            "usercustomize.py": _PASS,
            "evil.pth": b"import os; os._exit(0)\n",
            "pyvenv.cfg": b"home = /\n",
            "__main__.py": _PASS,
            "__pycache__/ex05_autograd.cpython-311.pyc": b"\x00" * 32,
        },
    ),
    Attack(
        "files of the kit",
        "a grader that looks for itself beside the submission",
        _FREEZE,
        files={
            "grader/__init__.py": _PASS,
            "grader/checks/ex05_autograd.py": b"",
            "solutions/ex05_autograd.txt": b"",
            "recorded/ex05_autograd.json": b"{}",
            "results.jsonl": b'{"score": 100}\n',
        },
    ),
    Attack(
        "a zip bomb in the folder",
        "a reader that unpacks whatever it finds",
        _FREEZE,
        ends="unreadable",
        says="larger than 20 MB",
        files={"more.zip": _zip("more", bytes(50 * 10**6))},
    ),
    Attack(
        "odd file names",
        "paths that mean something to somebody",
        _FREEZE,
        files={name: b"x" for name in ("-rf", "$(true)", "a\nb", "=1+1", "%00") if os.name != "nt"},
    ),
)
