"""One operation on "sim", computed by the CPU: arguments relabelled, result relabelled.

How an operation treats its arguments (which it writes, which it returns) is read from its schema, once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import torch

from .refusals import refuse
from .relabel import CPU, as_cpu, as_sim

Kernel = Callable[..., Any]
CPU_KEY = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
_aten = torch.ops.aten


@functools.cache
def plan(op: torch._ops.OpOverload) -> Kernel:
    """The kernel of an operation.

    A view is made by the CPU's kernel itself: it copies label and memory from the tensor it is given.
    A change of shape in place is like it. All else is computed.
    """
    aliases = [returned.alias_info for returned in op._schema.returns]
    is_view = any(alias is not None and not alias.is_write for alias in aliases)
    if is_view or torch.Tag.inplace_view in op.tags:
        return functools.partial(op.redispatch, CPU_KEY)
    return Computation(op)


def show(tensor: torch.Tensor, other: torch.Tensor) -> None:
    """Makes a tensor of "sim" show another one's memory, as `set_` does."""
    _aten.set_.source_Storage_storage_offset.redispatch(
        CPU_KEY, tensor, other.untyped_storage(), 0, other.shape, other.stride()
    )


class Computation:
    """One operation, computed by the CPU on relabelled arguments."""

    def __init__(self, op: torch._ops.OpOverload) -> None:
        schema = op._schema
        self.op = op
        self.tensors = [
            index
            for index, argument in enumerate(schema.arguments)
            if str(argument.type) == "Tensor"
        ]
        self.returns = [_alias(returned) for returned in schema.returns]
        self.written = {
            _alias(argument): (index, argument.name)
            for index, argument in enumerate(schema.arguments)
            if argument.alias_info is not None and argument.alias_info.is_write
        }
        self.outs = [argument.name for argument in schema.arguments if argument.is_out]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute it, or refuse."""
        foreign: list[torch.Tensor] = []
        cpu_args = [as_cpu(arg, foreign) for arg in args]
        cpu_kwargs = {name: as_cpu(arg, foreign) for name, arg in kwargs.items()}
        if foreign:
            refuse(self.op, args, kwargs)
        if self.outs:
            result = self._compute_outs(cpu_args, cpu_kwargs, kwargs)
        else:
            result = self._compute(cpu_args, cpu_kwargs)
        return self._returned(result, args, kwargs) if self.written else as_sim(result)

    def _compute(self, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """The CPU's result.

        Torch hands a kernel in Python the number that somebody wrote, `x % 5`, where the schema
        has a tensor, and takes it back from there for some operations only.
        """
        try:
            return self.op._op(*args, **kwargs)
        except RuntimeError:
            tensors = [index for index in self.tensors if index < len(args)]
            numbers = [index for index in tensors if isinstance(args[index], (int, float, complex))]
            if not numbers:
                raise
            partner = next(args[index] for index in tensors if index not in numbers)
        for index in numbers:
            dtype = torch.result_type(partner, args[index])
            args[index] = torch.tensor(args[index], dtype=dtype, device=CPU)
        return self.op._op(*args, **kwargs)

    def _returned(self, result: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """The result; what was written in place is returned as the very object that came in."""
        if not self.returns:
            return None
        results = result if len(self.returns) > 1 else (result,)
        given = []
        for alias, item in zip(self.returns, results, strict=True):
            if alias is None:
                given.append(as_sim(item))
            else:
                index, name = self.written[alias]
                given.append(args[index] if index < len(args) else kwargs[name])
        return tuple(given) if len(given) > 1 else given[0]

    def _compute_outs(
        self, cpu_args: list[Any], cpu_kwargs: dict[str, Any], kwargs: dict[str, Any]
    ) -> Any:
        """Computes into fresh memory: an `out=` may have to grow, which relabelled memory cannot."""
        outs = [name for name in self.outs if isinstance(kwargs[name], torch.Tensor)]
        fresh = {name: _aten.clone.default(cpu_kwargs[name]) for name in outs}
        result = self._compute(cpu_args, cpu_kwargs | fresh)
        for name in outs:
            if fresh[name].shape == cpu_kwargs[name].shape:
                _aten.copy_.default(cpu_kwargs[name], fresh[name])
            else:
                show(kwargs[name], as_sim(fresh[name]))
        return result


def _alias(value: Any) -> str | None:
    """The letter that a schema gives a tensor that is written: `Tensor(a!) self`."""
    return next(iter(value.alias_info.before_set), None) if value.alias_info is not None else None
