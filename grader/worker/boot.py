"""The program of a server's process: `python boot.py fork|single OPTIONS [DESCRIPTOR ...]`, options as JSON.

Run by its path, so that it works wherever the kit is, installed or not.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[2])
"""The folder that holds the package `grader`: a checkout, or where packages are installed."""

INSTALLED = Path(ROOT).name in ("site-packages", "dist-packages")


def main() -> None:
    """Become the server that the first argument names."""
    kind, text, *descriptors = sys.argv[1:]
    # The script's own folder is on no search path (-P); the kit's is, until all of it is imported.
    sys.path.insert(0, ROOT)
    from grader.worker.launch import Options, options

    given: Options = options(text)
    if kind == "fork":
        from grader.worker import zygote

        zygote.main(given, [int(number) for number in descriptors])
    else:
        from grader.worker import single

        single.main(given)


if __name__ == "__main__":
    main()
