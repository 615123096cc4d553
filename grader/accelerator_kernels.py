"""How operations on "sim" are computed: relabel the arguments, compute on the CPU, relabel the result.

Relabelling is DLPack, torch's own way to hand memory from one library to another: a tensor becomes a
capsule, a capsule becomes a tensor, and neither step copies. In between, the eight bytes of the
capsule that name the device are rewritten. One fallback serves all operations; its plan for
each is read from the operation's schema, once.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Sequence
from typing import Any

import torch

from grader import accelerator_generators
from grader.accelerator_refusals import refuse

DEVICE = "sim"
"""The name of the device: `torch.device(DEVICE)`, `x.to(DEVICE)`."""

_Kernel = Callable[..., Any]
_aten = torch.ops.aten
_CPU = torch.device("cpu")
_CPU_KEY = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
_COMPOSITES = (
    "CompositeExplicitAutogradNonFunctional",
    "CompositeExplicitAutograd",
    "CompositeImplicitAutograd",
)
_libraries: list[torch.library.Library] = []  # torch forgets the kernels of a library nobody holds


def register() -> None:
    """Registers the fallback, and again under the names of operations that would not reach it."""
    everything, aten = torch.library.Library("_", "IMPL"), torch.library.Library("aten", "IMPL")
    everything.fallback(_fallback, "PrivateUse1")
    everything.fallback(torch.library.fallthrough_kernel, "AutocastPrivateUse1")
    for name in _names_torch_would_decompose():
        aten.impl(name, functools.partial(_by_name, name), "PrivateUse1")
    for op, kernel in _SPECIAL.items():
        aten.impl(op, kernel, "PrivateUse1")
    aten.impl(_aten._pin_memory.default, _pin, "CPU")
    for bit in ("Conjugate", "Negative", "ZeroTensor"):  # else resolved by a copy, and so on for ever
        aten.impl(_aten._copy_from.default, torch.library.fallthrough_kernel, bit)
    for op, kernel in _DIFFERENTIABLE.items():
        for key in ("PrivateUse1", "AutogradPrivateUse1"):
            aten.impl(op, kernel, key)
    _libraries.extend([everything, aten])


def _names_torch_would_decompose() -> list[str]:
    """The operations for which the CPU has a kernel, and other devices a composition of operations."""
    has_kernel = torch._C._dispatch_has_kernel_for_dispatch_key
    return [
        name.removeprefix("aten::")
        for name in torch._C._dispatch_get_all_op_names()
        if name.startswith("aten::")
        and has_kernel(name, "CPU")
        and any(has_kernel(name, composite) for composite in _COMPOSITES)
    ]


def _fallback(op: torch._ops.OpOverload, *args: Any, **kwargs: Any) -> Any:
    return _plan(op)(*args, **kwargs)


def _by_name(name: str, *args: Any, **kwargs: Any) -> Any:
    return _plan_by_name(name)(*args, **kwargs)


@functools.cache
def _plan_by_name(name: str) -> _Kernel:
    packet, _, overload = name.partition(".")
    return _plan(getattr(getattr(_aten, packet), overload or "default"))


@functools.cache
def _plan(op: torch._ops.OpOverload) -> _Kernel:
    """A view is made by the CPU's kernel, which copies label and memory from the tensor it is given,
    and so is a change of shape in place; all else is computed."""
    aliases = [returned.alias_info for returned in op._schema.returns]
    is_view = any(alias is not None and not alias.is_write for alias in aliases)
    if is_view or torch.Tag.inplace_view in op.tags:
        return functools.partial(op.redispatch, _CPU_KEY)
    return _Computation(op)


# -- relabel

_LABELS = {"cpu": (1, 0), "sim": (12, 0)}  # DLDeviceType kDLCPU, kDLExtDev; index 0
_AS_CPU, _AS_SIM = (
    b"".join(number.to_bytes(4, "little") for number in label) for label in _LABELS.values()
)
_DEVICE_OFFSET = ctypes.sizeof(ctypes.c_void_p)  # a DLTensor: data pointer, device, and so on
_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
_to_capsule, _from_capsule = torch._C._to_dlpack, torch._C._from_dlpack


def _relabel(tensor: torch.Tensor, label: bytes) -> torch.Tensor:
    """A tensor of another device over the same memory: same shape and strides, no graph."""
    if tensor.layout is not torch.strided:
        raise NotImplementedError(f"the simulated accelerator has no {tensor.layout} tensors")
    capsule = _to_capsule(tensor)
    ctypes.memmove(_pointer(capsule, b"dltensor") + _DEVICE_OFFSET, label, len(label))
    return _from_capsule(capsule)


def _as_sim(result: Any) -> Any:
    """What the CPU returned, as "sim" returns it."""
    if isinstance(result, torch.Tensor):
        return _relabel(result, _AS_SIM)
    if isinstance(result, (list, tuple)):
        return type(result)(_as_sim(item) for item in result)
    return result


# -- compute


class _Computation:
    """One operation, computed by the CPU on relabelled arguments."""

    def __init__(self, op: torch._ops.OpOverload) -> None:
        schema = op._schema
        self.op = op
        self.tensors = [str(argument.type) == "Tensor" for argument in schema.arguments]
        self.returns = [_alias(returned) for returned in schema.returns]
        self.written = {
            _alias(argument): (index, argument.name)
            for index, argument in enumerate(schema.arguments)
            if argument.alias_info is not None and argument.alias_info.is_write
        }
        self.outs = [argument.name for argument in schema.arguments if argument.is_out]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        foreign: list[torch.Tensor] = []
        cpu_args = [_as_cpu(arg, foreign) for arg in args]
        cpu_kwargs = {name: _as_cpu(arg, foreign) for name, arg in kwargs.items()}
        if foreign:
            refuse(self.op, args, kwargs)
        if self.outs:
            result = self._compute_outs(cpu_args, cpu_kwargs, kwargs)
        else:
            result = self._compute(cpu_args, cpu_kwargs)
        return self._returned(result, args, kwargs) if self.written else _as_sim(result)

    def _compute(self, args: list, kwargs: dict) -> Any:
        try:
            return self.op._op(*args, **kwargs)
        except RuntimeError:
            if all(tensor <= isinstance(arg, torch.Tensor) for tensor, arg in zip(self.tensors, args)):
                raise
        return self.op._op(*self._with_tensors(args), **kwargs)

    def _with_tensors(self, args: list) -> list:
        """Numbers as tensors, where the operation wants tensors: torch hands a kernel in Python the
        number that somebody wrote, `x % 5`, and takes it back for some operations only."""
        partner = next(arg for arg in args if isinstance(arg, torch.Tensor))
        return [
            torch.tensor(arg, dtype=torch.result_type(partner, arg), device=_CPU)
            if wanted and isinstance(arg, (int, float, complex))
            else arg
            for wanted, arg in zip(self.tensors, args)
        ]

    def _returned(self, result: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The result; what was written in place is returned as the very object that came in."""
        if not self.returns:
            return None
        results = result if len(self.returns) > 1 else (result,)
        given = []
        for alias, item in zip(self.returns, results, strict=True):
            if alias is None:
                given.append(_as_sim(item))
            else:
                index, name = self.written[alias]
                given.append(args[index] if index < len(args) else kwargs[name])
        return tuple(given) if len(given) > 1 else given[0]

    def _compute_outs(self, cpu_args: list, cpu_kwargs: dict, kwargs: dict) -> Any:
        """Computes into fresh memory: an `out=` may have to grow, which relabelled memory cannot."""
        outs = [name for name in self.outs if isinstance(kwargs[name], torch.Tensor)]
        fresh = {name: _aten.clone.default(cpu_kwargs[name]) for name in outs}
        result = self._compute(cpu_args, cpu_kwargs | fresh)
        for name in outs:
            if fresh[name].shape == cpu_kwargs[name].shape:
                _aten.copy_.default(cpu_kwargs[name], fresh[name])
            else:
                _show(kwargs[name], _as_sim(fresh[name]))
        return result


def _alias(value: Any) -> str | None:
    """The letter that a schema gives a tensor that is written: `Tensor(a!) self`."""
    return next(iter(value.alias_info.before_set), None) if value.alias_info is not None else None


def _as_cpu(arg: Any, foreign: list[torch.Tensor]) -> Any:
    """An argument as the CPU takes it. Tensors of other devices pass, and are noted in `foreign`."""
    if isinstance(arg, torch.Tensor):
        if arg.is_cpu or arg.is_cuda:
            foreign.append(arg)
            return arg
        return _cpu_tensor(arg)
    if isinstance(arg, (list, tuple)):
        return [_as_cpu(item, foreign) for item in arg]
    if isinstance(arg, torch.device):
        return _CPU
    if isinstance(arg, torch._C.Generator):
        accelerator_generators.check(arg)
    return arg


def _cpu_tensor(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor of "sim" as the CPU takes it. DLPack does not know the bits "conjugate" and "negative"."""
    if tensor.is_conj():
        return _cpu_tensor(tensor.conj()).conj()
    if tensor.is_neg():
        return torch._neg_view(_cpu_tensor(torch._neg_view(tensor)))
    return _relabel(tensor, _AS_CPU)


# -- operations with a kernel of their own


def _empty(*shape: Sequence[int], device: torch.device, **options: Any) -> torch.Tensor:
    """`torch.empty`, from which all tensors of "sim" come, and those of no elements for `out=`."""
    if device.index:
        raise RuntimeError(f"invalid device ordinal {device.index}: there is one {DEVICE!r} device")
    make = _aten.empty_strided.default if len(shape) == 2 else _aten.empty.memory_format
    return _as_sim(make(*shape, device=_CPU, **options))


def _zeros(size: Sequence[int], **options: Any) -> torch.Tensor:
    """Zeros that exist. Torch's own kernel here gives a tensor without memory, "known to be zero"."""
    return _as_sim(_aten.zeros.default(size, **(options | {"device": _CPU})))


def _copy_from(source: torch.Tensor, target: torch.Tensor, non_blocking: bool = False) -> Any:
    """The one operation that takes tensors of two devices: `.to`, `.cpu()`, `copy_`."""
    _aten.copy_.default(_as_cpu(target, []), _as_cpu(source, []))
    return target


def _copy_from_and_resize(source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    target.resize_(source.shape)
    return _copy_from(source, target)


def _show(tensor: torch.Tensor, other: torch.Tensor) -> None:
    """Makes a tensor show another one's memory, as `set_` does."""
    _aten.set_.source_Storage_storage_offset.redispatch(
        _CPU_KEY, tensor, other.untyped_storage(), 0, other.shape, other.stride()
    )


def _resize(tensor: torch.Tensor, size: Sequence[int], *, memory_format: Any = None) -> Any:
    """`resize_`: memory that must grow is replaced, and what it held is kept."""
    grown = _aten.clone.default(_relabel(tensor, _AS_CPU))
    _aten.resize_.default(grown, size, memory_format=memory_format)
    _show(tensor, _as_sim(grown))
    return tensor


def _convolution(image: Any, weight: Any, bias: Any, *rest: Any) -> Any:
    for name, tensor in (("weight", weight), ("bias", bias)):
        if tensor is not None and tensor.type() != image.type():
            raise RuntimeError(
                f"Input type ({image.type()}) and {name} type ({tensor.type()}) should be the same"
            )
    return _plan(_aten.convolution.default)(image, weight, bias, *rest)


def _convolution_backward(grad: Any, image: Any, weight: Any, *rest: Any) -> Any:
    """`rest` is stride, padding, dilation, transposed, output_padding, groups, output_mask."""
    bias_size = weight.shape[1] * rest[5] if rest[3] else weight.shape[0]
    return _plan(_aten.convolution_backward.default)(grad, image, weight, [bias_size], *rest)


def _pin(tensor: torch.Tensor, device: Any = None) -> torch.Tensor:
    """What `pin_memory()` does to a tensor of the CPU: there is no memory that moves faster, so a copy."""
    return _aten.clone.default(tensor)


def _to_copy(tensor: torch.Tensor, *, non_blocking: bool = False, **options: Any) -> torch.Tensor:
    """`.to()`: torch would put what it brings back without blocking into pinned memory."""
    return _aten._to_copy.default.redispatch(_CPU_KEY, tensor, **options)


def _attention_in_plain_operations(*args: Any, **kwargs: Any) -> int:
    """Of the ways to compute attention, the one that needs no kernel of its own."""
    return 0


_SPECIAL: dict[torch._ops.OpOverload, _Kernel] = {
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
} | {
    op: functools.partial(op.redispatch, _CPU_KEY)
    for op in (
        _aten.set_.default,
        _aten.set_.source_Tensor,
        _aten.set_.source_Storage,
        _aten.set_.source_Storage_storage_offset,
    )
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


_DIFFERENTIABLE: dict[torch._ops.OpOverload, _Kernel] = {
    _aten._thnn_fused_lstm_cell.default: _lstm_cell,
    _aten._thnn_fused_gru_cell.default: _gru_cell,
}
