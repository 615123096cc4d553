"""The same memory under the name of another device.

Relabelling is DLPack, torch's own way to hand memory from one library to another: a tensor becomes a
capsule, a capsule becomes a tensor, and neither step copies. In between, the eight bytes of the
capsule that name the device are rewritten.
"""

from __future__ import annotations

import ctypes
from typing import Any

import torch

from . import generators

DEVICE = "sim"
"""The name of the device: `torch.device(DEVICE)`, `x.to(DEVICE)`."""

CPU = torch.device("cpu")

_AS_CPU = (1).to_bytes(4, "little") + bytes(4)  # kDLCPU, and the device's index, 0
_AS_SIM = (12).to_bytes(4, "little") + bytes(4)  # kDLExtDev: what torch writes for an added device
_DEVICE_OFFSET = ctypes.sizeof(ctypes.c_void_p)  # a DLTensor begins with a pointer, then the device
_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
_to_capsule, _from_capsule, _write = torch._C._to_dlpack, torch._C._from_dlpack, ctypes.memmove


def _relabel(tensor: torch.Tensor, label: bytes) -> torch.Tensor:
    """A tensor of another device over the same memory: same shape and strides, no graph."""
    if tensor.layout is not torch.strided:
        raise NotImplementedError(f"the simulated accelerator has no {tensor.layout} tensors")
    capsule = _to_capsule(tensor)
    _write(_pointer(capsule, b"dltensor") + _DEVICE_OFFSET, label, 8)
    return _from_capsule(capsule)


def as_sim(result: Any) -> Any:
    """What the CPU returned, as "sim" returns it: tensors relabelled, also in lists; all else as it is."""
    if isinstance(result, torch.Tensor):
        return _relabel(result, _AS_SIM)
    if isinstance(result, (list, tuple)):
        return type(result)(as_sim(item) for item in result)
    return result


def as_cpu(arg: Any, foreign: list[torch.Tensor]) -> Any:
    """An argument as the CPU takes it.

    Args:
        arg: what an operation was given: a tensor, a list of tensors, a device, a generator, or any other.
        foreign: tensors that are not on "sim" pass as they are, and are appended here.

    Raises:
        RuntimeError: a generator of another device.
    """
    if isinstance(arg, torch.Tensor):
        if arg.is_cpu or arg.is_cuda:
            foreign.append(arg)
            return arg
        return _cpu_tensor(arg)
    if isinstance(arg, (list, tuple)):
        return [as_cpu(item, foreign) for item in arg]
    if isinstance(arg, torch.device):
        return CPU
    if isinstance(arg, torch._C.Generator):
        generators.check(arg)
    return arg


def _cpu_tensor(tensor: torch.Tensor) -> torch.Tensor:
    """DLPack does not know the bits "conjugate" and "negative", which a view may have."""
    if tensor.is_conj():
        return _cpu_tensor(tensor.conj()).conj()
    if tensor.is_neg():
        return torch._neg_view(_cpu_tensor(torch._neg_view(tensor)))
    return _relabel(tensor, _AS_CPU)
