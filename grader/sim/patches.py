"""The few names of torch that do not ask a device made in Python, and so must be told about "sim".

Each patch hands everything that is not about "sim" to what was there before.
"""

from __future__ import annotations

import functools
from typing import Any

import torch

from .generators import Generator
from .relabel import DEVICE

# -- backward passes run on the thread that asks for them


def settle_autograd_engine() -> None:
    """Runs one tiny backward pass before there is a second device.

    At its first pass autograd starts a thread for each device that is no CPU, and from then on a
    forked process cannot run backward. It counts the devices only once: now, there are none.
    A real GPU needs its thread, so where there is one nothing is settled.
    """
    if torch.cuda.device_count() == 0:
        with torch.inference_mode(False), torch.enable_grad():
            torch.zeros((), device="cpu", requires_grad=True).backward()


_run_backward = torch.autograd._engine_run_backward


@functools.wraps(_run_backward)
def _backward_on_this_thread(*args: Any, **kwargs: Any) -> Any:
    with torch.autograd.set_multithreading_enabled(False):
        return _run_backward(*args, **kwargs)


# -- `tensor.data = ...` across devices, which Module.to uses

_data: Any = torch._C.TensorBase.data
_same_kind = torch._has_compatible_shallow_copy_type


def _crosses(tensor: Any, value: Any) -> bool:
    """Whether one of the two tensors is on "sim" and the other on the CPU."""
    return (
        isinstance(tensor, torch.Tensor)
        and isinstance(value, torch.Tensor)
        and {tensor.device.type, value.device.type} == {DEVICE, "cpu"}
    )


def _has_compatible_shallow_copy_type(*pair: torch.Tensor) -> bool:
    # torch._dynamo compares names of arguments, which differ between versions, but not of *pair
    return _crosses(*pair) or _same_kind(*pair)


def _get_data(tensor: torch.Tensor) -> torch.Tensor:
    return _data.__get__(tensor)


def _set_data(tensor: torch.Tensor, value: Any) -> None:
    if _crosses(tensor, value):
        _move(tensor, value)
    else:
        _data.__set__(tensor, value)


def _move(tensor: Any, value: torch.Tensor) -> None:
    """Gives a tensor the memory and device of another; the object stays, its gradient moves along."""
    if not tensor.is_leaf:
        raise RuntimeError(
            f"cannot move a tensor with a graph to {value.device} through .data; use .to()"
        )
    trainable, grad = tensor.requires_grad, tensor.grad
    if trainable and tensor._use_count() > 1:  # a graph made before the move holds it
        torch.autograd.graph.get_gradient_edge(tensor).node.register_prehook(_refuse_backward)
    hooks, late_hooks = tensor._backward_hooks, tensor._post_accumulate_grad_hooks
    torch._C._swap_tensor_impl(tensor, _get_data(value))
    tensor.requires_grad_(trainable)
    if hooks:
        tensor._backward_hooks = hooks
    if late_hooks:
        tensor._post_accumulate_grad_hooks = late_hooks
    if grad is not None:
        _set_data(grad, grad.to(value.device))
        tensor.grad = grad


def _refuse_backward(grads: Any) -> None:
    raise RuntimeError(
        "backward through a graph from before its parameters were moved to another device"
    )


# -- memory


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
    (torch.Tensor, "data", property(_get_data, _set_data, doc=_data.__doc__)),
    (torch, "_has_compatible_shallow_copy_type", _has_compatible_shallow_copy_type),
    (torch.UntypedStorage, "__new__", staticmethod(_new_storage)),
    (torch, "Generator", Generator),
)


def apply() -> None:
    """Puts the patches in place."""
    for owner, name, patch in _PATCHES:
        setattr(owner, name, patch)
