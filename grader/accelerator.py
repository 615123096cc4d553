"""The simulated accelerator: a second torch device, "sim", with real numbers and a GPU's errors.

A laptop without a GPU cannot show a tensor left on the wrong device: everything is on the CPU. After
`install()` torch has a device named "sim". Its tensors are plain `torch.Tensor` objects that say
`device='sim:0'`; their memory is ordinary memory, so the CPU can compute every operation on them.

    sim/relabel.py      the same memory under the name of another device
    sim/computation.py  one operation, computed by the CPU on relabelled arguments
    sim/special.py      the operations that need more
    sim/kernels.py      tells torch about both
    sim/refusals.py     arguments of several devices, refused in the words of a GPU
    sim/generators.py   torch.Generator(device="sim")
    sim/patches.py      the few names of torch that do not ask a device made in Python

docs/accelerator.md has the table of what must equal a real GPU, and the limits.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from .sim import kernels, patches
from .sim.relabel import DEVICE

__all__ = ["DEVICE", "AcceleratorUnavailable", "install", "is_installed"]

NEEDS_TORCH = "2.10"
"""The first version of torch that lets Python add a device."""


class AcceleratorUnavailable(RuntimeError):
    """This torch cannot have the simulated accelerator; the message says why, in one line."""


@functools.cache
def install() -> torch.device:
    """Adds the device "sim" to torch, once per process, and returns it.

    Plain CPU tensors keep their behaviour and no generator is touched. A process may fork afterwards.

    Raises:
        AcceleratorUnavailable: torch is older than `NEEDS_TORCH`, or has another added device.
    """
    registration = torch.utils.backend_registration
    setup = getattr(registration, "_setup_privateuseone_for_python_backend", None)
    if setup is None:
        raise AcceleratorUnavailable(
            f"the simulated accelerator needs torch {NEEDS_TORCH} or later, found {torch.__version__}"
        )
    patches.settle_autograd_engine()
    try:
        setup(DEVICE, backend_module=_DeviceModule())
    except RuntimeError as error:
        reason = str(error).splitlines()[0]
        raise AcceleratorUnavailable(f"torch has another added device already: {reason}") from error
    kernels.register()
    patches.apply()
    return torch.device(DEVICE)


def is_installed() -> bool:
    """Whether `install()` has run in this process, or in the one it was forked from."""
    return install.cache_info().currsize > 0


class _DeviceModule:
    """What torch finds as `torch.sim`: one device, always there, drawing from the CPU's generator."""

    def is_available(self) -> bool:
        return True

    def is_initialized(self) -> bool:
        return True

    def device_count(self) -> int:
        return 1

    def current_device(self) -> int:
        return 0

    def set_device(self, device: Any) -> None:
        """There is only one device."""

    @contextmanager
    def device(self, device: Any) -> Iterator[None]:
        """`with torch.sim.device(0)`: there is only one."""
        yield

    def synchronize(self, device: Any = None) -> None:
        """Nothing here is asynchronous."""

    def _is_in_bad_fork(self) -> bool:
        return False

    def manual_seed(self, seed: int) -> None:
        torch.default_generator.manual_seed(seed)

    def manual_seed_all(self, seed: int) -> None:
        """torch.manual_seed calls this, and then seeds the CPU's generator itself."""

    def get_rng_state(self, device: Any = DEVICE) -> torch.Tensor:
        return torch.default_generator.get_state()

    def set_rng_state(self, new_state: torch.Tensor, device: Any = DEVICE) -> None:
        torch.default_generator.set_state(new_state)

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return [torch.float16, torch.bfloat16]
