"""The program of a server's process: `python boot.py fork|single CHECKS ACCELERATOR PRELOAD [DESCRIPTOR ...]`.

Run by its path, so that it works wherever the kit is, installed or not.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[2])


def main() -> None:
    kind, checks, accelerator, preload, *descriptors = sys.argv[1:]
    # The script's own folder is on no search path (-P); the kit's is, until all of it is imported.
    sys.path.insert(0, ROOT)
    if kind == "fork":
        from grader.worker import zygote

        zygote.main(checks, accelerator, preload, [int(number) for number in descriptors])
    else:
        from grader.worker import single

        single.main(checks, accelerator)


if __name__ == "__main__":
    main()
