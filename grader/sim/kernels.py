"""Tells torch which kernels serve "sim": one fallback for all, and a few of their own."""

from __future__ import annotations

import functools
from typing import Any

import torch

from . import special
from .computation import Kernel, plan

_COMPOSITES = (
    "CompositeExplicitAutogradNonFunctional",
    "CompositeExplicitAutograd",
    "CompositeImplicitAutograd",
)
_libraries: list[torch.library.Library] = []  # torch forgets the kernels of a library nobody holds


def register() -> None:
    """Registers every kernel."""
    everything, aten = torch.library.Library("_", "IMPL"), torch.library.Library("aten", "IMPL")
    everything.fallback(_fallback, "PrivateUse1")
    everything.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
    for name in _names_that_torch_decomposes():
        aten.impl(name, functools.partial(_by_name, name), "PrivateUse1")
    for op, kernel in special.KERNELS.items():
        aten.impl(op, kernel, "PrivateUse1")
    for op, kernel in special.DIFFERENTIABLE.items():
        aten.impl(op, kernel, "PrivateUse1")
        aten.impl(op, kernel, "AutogradPrivateUse1")
    aten.impl("_pin_memory", special.pin, "CPU")
    # Else resolved by a copy, and so on for ever.
    for bit in ("Conjugate", "Negative", "ZeroTensor"):
        aten.impl("_copy_from", torch.library.fallthrough_kernel, bit)
    _libraries.extend([everything, aten])


def _names_that_torch_decomposes() -> list[str]:
    """Operations that would not reach the fallback.

    For an added device torch prefers a composition of other operations, which takes longer, and
    differs from the CPU's kernel in the last digit.
    """
    has_kernel = torch._C._dispatch_has_kernel_for_dispatch_key
    return [
        name.removeprefix("aten::")
        for name in torch._C._dispatch_get_all_op_names()
        if name.startswith("aten::")
        and has_kernel(name, "CPU")
        and any(has_kernel(name, composite) for composite in _COMPOSITES)
    ]


def _fallback(op: torch._ops.OpOverload, *args: Any, **kwargs: Any) -> Any:
    return plan(op)(*args, **kwargs)


def _by_name(name: str, *args: Any, **kwargs: Any) -> Any:
    return _plan_by_name(name)(*args, **kwargs)


@functools.cache
def _plan_by_name(name: str) -> Kernel:
    packet, _, overload = name.partition(".")
    return plan(getattr(getattr(torch.ops.aten, packet), overload or "default"))
