"""What a tensor is, as torch's own compiled functions tell it, taken before any student's code could replace them.

A subclass with methods of its own is read as what it is, and so is a tensor under a mode of torch's that answers in its place.
"""

from __future__ import annotations

from typing import Any

import torch

_Base: Any = torch._C.TensorBase
_no_functions: Any = torch._C.DisableTorchFunction
_no_dispatch: Any = torch._C._DisableTorchDispatch
_no_grad = torch.no_grad
_float64, _strided = torch.float64, torch.strided


def requires_grad(tensor: torch.Tensor) -> bool:
    """Whether backward is to reach it."""
    with _no_functions(), _no_dispatch():
        return bool(_Base.requires_grad.__get__(tensor))


def is_leaf(tensor: torch.Tensor) -> bool:
    """Whether no operation made it."""
    with _no_functions(), _no_dispatch():
        return bool(_Base.is_leaf.__get__(tensor))


def gradient_of(tensor: torch.Tensor) -> torch.Tensor | None:
    """What `.grad` holds."""
    with _no_functions(), _no_dispatch():
        return _Base.grad.__get__(tensor)


def device_of(tensor: torch.Tensor) -> str:
    """The kind of device, such as "cpu"."""
    with _no_functions(), _no_dispatch():
        return str(_Base.device.__get__(tensor).type)


def shape_of(tensor: torch.Tensor) -> tuple[int, ...]:
    """Lengths of the dimensions."""
    with _no_functions(), _no_dispatch():
        return tuple(_Base.shape.__get__(tensor))


def dtype_of(tensor: torch.Tensor) -> str:
    """Such as "float32"."""
    with _no_functions(), _no_dispatch():
        return str(_Base.dtype.__get__(tensor)).removeprefix("torch.")


def size_of(tensor: torch.Tensor) -> int:
    """How many elements there are."""
    with _no_functions(), _no_dispatch():
        return int(_Base.numel(tensor))


def is_real_and_dense(tensor: torch.Tensor) -> bool:
    """Whether its elements can be listed as real numbers."""
    with _no_functions(), _no_dispatch():
        return not _Base.is_complex(tensor) and _Base.layout.__get__(tensor) is _strided


def values_of(tensor: torch.Tensor) -> list[float]:
    """Its elements as float64, flat, from whatever device."""
    with _no_functions(), _no_dispatch(), _no_grad():
        plain = _Base.to(_Base.cpu(_Base.detach(tensor)), _float64)
        return list(_Base.tolist(_Base.flatten(plain)))


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether they have the same shape and numbers, on whatever devices. torch.equal is anybody's to replace."""
    return shape_of(one) == shape_of(other) and values_of(one) == values_of(other)
