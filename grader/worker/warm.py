"""Import what every worker needs, once, in the process that workers are forked from or started as.

Nothing imported here may hold an answer: what is forked inherits all memory. So neither the solutions nor the mistakes, nor
anything that reads them.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import pkgutil
import sys


def up(checks: str, accelerator: str) -> None:
    """Import torch, the scenarios and the check modules, and set up the device.

    Args:
        checks: package of the check modules, such as "grader.checks".
        accelerator: "sim" installs the simulated accelerator.
    """
    import torch

    from .. import scenario  # noqa: F401  # imported for the workers
    from . import dynamo, program, student  # noqa: F401

    torch.set_num_threads(1)
    # Read from /proc/cpuinfo, which a worker may not see.
    torch.backends.cpu.get_cpu_capability()
    dynamo.defer()
    if accelerator == "sim":
        _install_simulated()
    package = importlib.import_module(checks)
    for found in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{checks}.{found.name}")


def scikit_learn() -> None:
    """Import what exercises use of scikit-learn: slow, and needed by few."""
    import sklearn.linear_model
    import sklearn.model_selection
    import sklearn.preprocessing  # noqa: F401


def settle() -> None:
    """Make memory cheap to share with forked workers: no collection touches what exists by now."""
    gc.collect()
    gc.freeze()


def _install_simulated() -> None:
    if importlib.util.find_spec("grader.accelerator"):
        importlib.import_module("grader.accelerator").install()


def forget_paths(root: str) -> None:
    """Take the kit's own folder from the search path, so that students cannot import what is beside the grader."""
    sys.path[:] = [entry for entry in sys.path if entry != root]
