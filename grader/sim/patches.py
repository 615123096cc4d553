"""The few names of torch that do not ask a device made in Python, and so must be told about "sim".

Each patch hands everything that is not about "sim" to what was there before.
"""

from __future__ import annotations

import functools
from typing import Any

import torch

from .generators import Generator
from .relabel import DEVICE


def settle_autograd_engine() -> None:
    """Runs one tiny backward pass before there is a second device.

    At its first pass autograd starts a thread for each device that is no CPU, and from then on a
    forked process cannot run backward. It counts the devices only once: now, there are none.
    A real GPU needs its thread, so where there is one nothing is settled.
    """
    if torch.cuda.device_count() == 0:
        with torch.inference_mode(False), torch.enable_grad():
            torch.zeros((), device="cpu", requires_grad=True).backward()


_run_backward = torch.autograd.graph._engine_run_backward


@functools.wraps(_run_backward)
def _backward_on_this_thread(*args: Any, **kwargs: Any) -> Any:
    with torch.autograd.set_multithreading_enabled(False):
        return _run_backward(*args, **kwargs)


def _new_storage(cls: type, *args: Any, device: Any = None, **kwargs: Any) -> Any:
    """`torch.UntypedStorage(size, device="sim")`, which deepcopy and torch.load call."""
    if device is not None and torch.device(device).type == DEVICE:
        size = args[0] if args else 0
        return torch.empty(size, dtype=torch.uint8, device=device).untyped_storage()
    if device is not None:
        kwargs["device"] = device
    return torch._C.StorageBase.__new__(cls, *args, **kwargs)


_PATCHES: tuple[tuple[Any, str, Any], ...] = (
    (torch.autograd, "_engine_run_backward", _backward_on_this_thread),
    (torch.UntypedStorage, "__new__", staticmethod(_new_storage)),
    (torch, "Generator", Generator),
)


def apply() -> None:
    """Puts the patches in place."""
    for owner, name, patch in _PATCHES:
        setattr(owner, name, patch)
