"""Which arguments of several devices a GPU refuses, and in which words.

Two rules of torch: an operation that works number by number takes a CPU tensor without dimensions beside
tensors of a GPU, since that is a scalar; all others want every tensor on one device. Indexing, by lists
of index tensors, takes indices from the CPU.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch

_NUMBER_BY_NUMBER = frozenset(
    {
        "binary_cross_entropy",
        "elu",
        "fill",
        "gelu",
        "glu",
        "hardtanh",
        "huber_loss",
        "leaky_relu",
        "masked_fill",
        "mse_loss",
        "normal",
        "rsub",
        "smooth_l1_loss",
        "softplus",
    }
)
"""Operations that work number by number, though torch does not tag them as pointwise."""

_INDEXING = frozenset(
    {"index", "_unsafe_index", "index_put", "_unsafe_index_put", "_index_put_impl"}
)


def refuse(op: torch._ops.OpOverload, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
    """Raises what a GPU raises where its kernels do not take these tensors together.

    Raises:
        RuntimeError: "Expected all tensors to be on the same device", and which are not.
    """
    name = op._schema.name.removeprefix("aten::")
    kind = name.removesuffix("_").removesuffix("_backward")
    tensors = list(_tensors(op, args, kwargs))
    if kind in _INDEXING:
        _check_indices(tensors)
    elif kind in _NUMBER_BY_NUMBER or torch.Tag.pointwise in op.tags:
        _check_but_scalars(tensors)
    else:
        _check_all(op, name, tensors)


def _tensors(
    op: torch._ops.OpOverload, args: Sequence[Any], kwargs: dict[str, Any]
) -> Iterator[tuple[Any, torch.Tensor]]:
    """Every tensor handed in, with the schema's entry for its argument."""
    for index, argument in enumerate(op._schema.arguments):
        value = args[index] if index < len(args) else kwargs.get(argument.name)
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(item, torch.Tensor):
                yield argument, item


def _check_but_scalars(tensors: list[tuple[Any, torch.Tensor]]) -> None:
    device = next(tensor.device for _, tensor in tensors if not tensor.is_cpu)
    for argument, tensor in tensors:
        written = argument.alias_info is not None and argument.alias_info.is_write
        scalar = tensor.is_cpu and tensor.dim() == 0 and not written
        if tensor.device != device and not scalar:
            raise RuntimeError(
                "Expected all tensors to be on the same device, "
                f"but found at least two devices, {device} and {tensor.device}!"
            )


def _check_indices(tensors: list[tuple[Any, torch.Tensor]]) -> None:
    device = tensors[0][1].device
    if device.type == "cpu":
        raise RuntimeError(
            "indices should be either on cpu or on the same device as the indexed tensor (cpu)"
        )
    _check_but_scalars([entry for entry in tensors if entry[0].name != "indices"])


def _check_all(
    op: torch._ops.OpOverload, name: str, tensors: list[tuple[Any, torch.Tensor]]
) -> None:
    device = tensors[0][1].device
    for argument, tensor in tensors:
        if tensor.device != device:
            raise RuntimeError(
                f"Expected all tensors to be on the same device, but got {argument.name} is on "
                f"{tensor.device}, different from other tensors on {device} "
                f"(when checking argument in method {_wrapper(op, name)})"
            )


def _wrapper(op: torch._ops.OpOverload, name: str) -> str:
    """What torch calls its function around a kernel: structured operations leave the overload out."""
    structured = torch._C._dispatch_has_kernel_for_dispatch_key(
        op.name(), "CompositeExplicitAutogradNonFunctional"
    )
    return f"wrapper_SIM_{name}" if structured else f"wrapper_SIM_{op._schema.overload_name}_{name}"
