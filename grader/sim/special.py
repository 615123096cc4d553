"""Operations of "sim" that are more than the CPU's kernel on relabelled arguments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch

from .computation import CPU_KEY, Kernel, plan, show
from .relabel import CPU, DEVICE, as_cpu, as_sim

_aten = torch.ops.aten


def _empty(*shape: Sequence[int], device: torch.device, **options: Any) -> torch.Tensor:
    """`torch.empty`, from which all tensors of "sim" come, and those of no elements for `out=`."""
    if device.index:
        raise RuntimeError(f"invalid device ordinal {device.index}: there is one {DEVICE!r} device")
    make = _aten.empty_strided.default if len(shape) == 2 else _aten.empty.memory_format
    return as_sim(make(*shape, device=CPU, **options))


def _zeros(size: Sequence[int], **options: Any) -> torch.Tensor:
    """Zeros that exist. Torch's own kernel here gives a tensor without memory, "known to be zero"."""
    return as_sim(_aten.zeros.default(size, **(options | {"device": CPU})))


def _copy_from(source: torch.Tensor, target: torch.Tensor, non_blocking: bool = False) -> Any:
    """The one operation that takes tensors of two devices: `.to`, `.cpu()`, `copy_`."""
    _aten.copy_.default(as_cpu(target, []), as_cpu(source, []))
    return target


def _copy_from_and_resize(source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    target.resize_(source.shape)
    return _copy_from(source, target)


def _resize(tensor: torch.Tensor, size: Sequence[int], *, memory_format: Any = None) -> Any:
    """`resize_`: memory that must grow is replaced, and what it held is kept."""
    if math.prod(size) * tensor.itemsize <= tensor.untyped_storage().nbytes():
        return _aten.resize_.default.redispatch(CPU_KEY, tensor, size, memory_format=memory_format)
    grown = _aten.clone.default(as_cpu(tensor, []))
    show(tensor, as_sim(_aten.resize_.default(grown, size, memory_format=memory_format)))
    return tensor


def _convolution(image: Any, weight: Any, bias: Any, *rest: Any) -> Any:
    for name, tensor in (("weight", weight), ("bias", bias)):
        if tensor is not None and tensor.type() != image.type():
            raise RuntimeError(
                f"Input type ({image.type()}) and {name} type ({tensor.type()}) should be the same"
            )
    return plan(_aten.convolution.default)(image, weight, bias, *rest)


def _convolution_backward(grad: Any, image: Any, weight: Any, *rest: Any) -> Any:
    """`rest` is stride, padding, dilation, transposed, output_padding, groups, output_mask."""
    bias_size = weight.shape[1] * rest[5] if rest[3] else weight.shape[0]
    return plan(_aten.convolution_backward.default)(grad, image, weight, [bias_size], *rest)


def pin(tensor: torch.Tensor, device: Any = None) -> torch.Tensor:
    """What `pin_memory()` does to a tensor of the CPU: there is no memory that moves faster, so a copy."""
    return _aten.clone.default(tensor)


def _to_copy(tensor: torch.Tensor, *, non_blocking: bool = False, **options: Any) -> torch.Tensor:
    """`.to()`: torch would put what it brings back without blocking into pinned memory."""
    return _aten._to_copy.default.redispatch(CPU_KEY, tensor, **options)


def _attention_in_plain_operations(*args: Any, **kwargs: Any) -> int:
    """Of the ways to compute attention, the one that needs no kernel of its own."""
    return 0


def _may_take_over(tensor: torch.Tensor, value: torch.Tensor) -> bool:
    """Whether `tensor.data = value` may change the device: torch knows that of its own devices only."""
    return True


KERNELS: dict[torch._ops.OpOverload, Kernel] = {
    _aten.empty.memory_format: _empty,
    _aten.empty_strided.default: _empty,
    _aten._efficientzerotensor.default: _zeros,
    _aten._copy_from.default: _copy_from,
    _aten._copy_from_and_resize.default: _copy_from_and_resize,
    _aten._to_copy.default: _to_copy,
    _aten.resize_.default: _resize,
    _aten.convolution_overrideable.default: _convolution,
    _aten.convolution_backward_overrideable.default: _convolution_backward,
    _aten._fused_sdp_choice.default: _attention_in_plain_operations,
    _aten._has_compatible_shallow_copy_type.default: _may_take_over,
}


# -- recurrent cells: torch wants a kernel of its own for each step, here made of plain operations


def _lstm_cell(from_input: Any, from_hidden: Any, cell: Any, *biases: Any) -> Any:
    gates = sum((bias for bias in biases if bias is not None), from_input + from_hidden)
    enter, forget, new, leave = gates.chunk(4, 1)
    cell = forget.sigmoid() * cell + enter.sigmoid() * new.tanh()
    return leave.sigmoid() * cell.tanh(), cell, gates


def _gru_cell(from_input: Any, from_hidden: Any, hidden: Any, *biases: Any) -> Any:
    if biases and biases[0] is not None:
        from_input, from_hidden = from_input + biases[0], from_hidden + biases[1]
    inputs, hiddens = from_input.chunk(3, 1), from_hidden.chunk(3, 1)
    reset, update = ((inputs[gate] + hiddens[gate]).sigmoid() for gate in (0, 1))
    new = (inputs[2] + reset * hiddens[2]).tanh()
    return new + update * (hidden - new), from_hidden


DIFFERENTIABLE: dict[torch._ops.OpOverload, Kernel] = {
    _aten._thnn_fused_lstm_cell.default: _lstm_cell,
    _aten._thnn_fused_gru_cell.default: _gru_cell,
}
