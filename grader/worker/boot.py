"""The program of a server's process, run by its path, so that it works wherever the kit is, installed or not.

python boot.py fork CHECKS ACCELERATOR TIER FOLDER PRELOAD DESCRIPTOR [DESCRIPTOR]
python boot.py single CHECKS ACCELERATOR
python boot.py trial
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).resolve().parents[2])


def main(kind: str, *arguments: str) -> None:
    """Become the process of that kind."""
    # The script's own folder is on no search path (-P); the kit's is, until all of it is imported.
    sys.path.insert(0, ROOT)
    if kind == "fork":
        from grader.worker import supervisor, zygote

        checks, accelerator, tier, folder, preload, *descriptors = arguments
        setting = supervisor.Setting(checks, accelerator, tier, folder)
        zygote.main(setting, preload, [int(number) for number in descriptors])
    elif kind == "single":
        from grader.worker import single

        single.main(*arguments)
    elif kind == "trial":
        from grader.worker.sandbox import trial

        trial.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
