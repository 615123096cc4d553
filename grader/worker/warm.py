"""Import what every worker needs, once, in the process that workers are forked from or started as.

Nothing imported here may hold an answer: what is forked inherits all memory. So neither the solutions nor the mistakes, nor
anything that reads them.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import pkgutil
import sys
import warnings
from types import ModuleType
from typing import Any

from . import boot, hugepages
from .launch import Options
from .program import Setting

_IMPORTED_LATE = (
    *("torch.utils._device", "torch.utils.data", "multiprocessing.popen_fork"),
    "resource",
)
"""What is imported when it is first used: by torch, by a loader that starts processes, by every worker."""

_FOR_DRAWING = ("torchviz",)
_SLOW = ("sklearn.linear_model", "sklearn.model_selection", "sklearn.preprocessing")


def up(given: Options) -> Setting:
    """Import torch, the scenarios and the check modules, and set up the device.

    Returns:
        What the workers need to know.
    """
    import torch

    from .. import slate
    from . import dynamo
    from .manifest import manifest

    torch.set_num_threads(1)
    # Read from /proc/cpuinfo, which a worker may not see.
    torch.backends.cpu.get_cpu_capability()
    for name in _IMPORTED_LATE:
        with contextlib.suppress(ModuleNotFoundError):  # `resource` is not everywhere
            importlib.import_module(name)
    dynamo.defer()
    if given.accelerator == "sim":
        importlib.import_module("grader.accelerator").install()
    package = importlib.import_module(given.checks)
    modules = [
        importlib.import_module(f"{given.checks}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
    ]
    if given.preload == "full":
        drawing()
        _rehearse(modules, given.accelerator)
    # Some of numpy and torch is imported when it is first used.
    slate.clean(0)
    return Setting(given.checks, given.accelerator, manifest(given.checks))


class _Idle:
    """An exercise whose functions do nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: None


def _rehearse(modules: list[ModuleType], accelerator: str) -> None:
    """Run every scenario on nothing, so that what Python adapts and torch sets up at first use is done once for all workers."""
    from .. import scenario
    from ..check import checks_of

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for check in (check for module in modules for check in checks_of(module)):
            scenario.run(check, _Idle(), 0, accelerator)


def drawing() -> None:
    """Import what draws graphs: a tenth of a second, little memory."""
    for name in _FOR_DRAWING:
        importlib.import_module(name)


def slow_packages() -> None:
    """Import the packages that few exercises need, and that take long and make every fork dearer."""
    for name in _SLOW:
        importlib.import_module(name)


def settle(*, for_many: bool) -> None:
    """Make memory cheap to share with forked workers: no collection touches what exists by now.

    Args:
        for_many: take a few tenths of a second to make each fork cheaper too.
    """
    gc.collect()
    gc.freeze()
    if for_many:
        hugepages.gather()


def forget_path() -> None:
    """Take the kit's own folder from the search path, so that students cannot import what is beside the grader."""
    if not boot.INSTALLED:
        sys.path[:] = [entry for entry in sys.path if entry != boot.ROOT]
