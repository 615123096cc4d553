"""Import what every worker needs, once, in the process that workers are forked from or started as.

Nothing imported here may hold an answer: what is forked inherits all memory. So neither the solutions nor the mistakes, nor
anything that reads them.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import pkgutil
import sys


def up(checks: str, accelerator: str) -> None:
    """Import torch, the scenarios and the check modules, and set up the device.

    Args:
        checks: package of the check modules, such as "grader.checks".
        accelerator: "sim" installs the simulated accelerator.
    """
    import torch

    from . import dynamo, hints, program  # noqa: F401  # the worker's own code, for the fork

    torch.set_num_threads(1)
    # Read from /proc/cpuinfo, which a worker may not see.
    torch.backends.cpu.get_cpu_capability()
    dynamo.defer()
    if accelerator == "sim":
        from .. import accelerator as simulated

        simulated.install()
    package = importlib.import_module(checks)
    for found in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{checks}.{found.name}")


def scikit_learn() -> None:
    """Import what exercises use of scikit-learn: slow, and needed by few."""
    import sklearn.linear_model
    import sklearn.metrics
    import sklearn.model_selection
    import sklearn.preprocessing  # noqa: F401


def settle(root: str) -> None:
    """Get ready to run student code, here or in a fork.

    Args:
        root: the kit's own folder, which is taken from the search path: students import nothing that lies beside the grader.
    """
    from . import hints

    sys.path[:] = [entry for entry in sys.path if entry != root]
    for name in ("grader", *(name for name in sys.modules if name.startswith("grader."))):
        if hasattr(sys.modules[name], "__path__"):
            sys.modules[name].__path__ = []
    if sys.platform == "linux":
        # Workers may not run programs, so a data loader's processes must be forks.
        multiprocessing.set_start_method("fork", force=True)
        importlib.import_module("multiprocessing.popen_fork")
    hints.remember()
    gc.collect()
    gc.freeze()
