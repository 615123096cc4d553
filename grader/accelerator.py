"""The simulated accelerator: a second torch device, "sim", with real numbers and a GPU's errors.

A laptop without a GPU cannot show a tensor left on the wrong device: everything is on the CPU. After
`install()` torch has a device named "sim". Its tensors are plain `torch.Tensor` objects that say
`device='sim:0'` and whose memory is ordinary memory, so that every operation can be computed by the CPU.

How, in four steps (docs/accelerator.md tells the rest):

    relabel     DLPack hands the same memory from one device name to another, without a copy
    compute     one fallback kernel serves every operation: relabel the arguments, compute on the CPU, relabel back
    refuse      before computing, arguments of several devices are refused in the words of a GPU
    patch       five names of torch that a device made in Python cannot reach otherwise
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

DEVICE = "sim"
"""The name of the device: `torch.device(DEVICE)`, `x.to(DEVICE)`."""

NEEDS_TORCH = "2.10"
"""The first version of torch that lets Python add a device."""


class AcceleratorUnavailable(RuntimeError):
    """This torch cannot have the simulated accelerator; the message says which could."""


@functools.cache
def install() -> torch.device:
    """Adds the device "sim" to torch, once per process, and returns it.

    Plain CPU tensors keep their behaviour, and nothing is drawn from any generator. Forking later is safe.

    Raises:
        AcceleratorUnavailable: torch is older than `NEEDS_TORCH`, or has another device in this place.
    """
    _check_torch()
    _settle_autograd_engine()
    try:
        torch.utils.backend_registration._setup_privateuseone_for_python_backend(
            DEVICE, backend_module=_DeviceModule()
        )
    except RuntimeError as error:
        raise AcceleratorUnavailable(f"torch has another added device already: {error}") from error
    _register_kernels()
    _patch_torch()
    return torch.device(DEVICE, 0)


def is_installed() -> bool:
    """Whether `install()` has run in this process, or in the one it was forked from."""
    return install.cache_info().currsize > 0


def _check_torch() -> None:
    if not hasattr(torch.utils.backend_registration, "_setup_privateuseone_for_python_backend"):
        raise AcceleratorUnavailable(
            f"the simulated accelerator needs torch {NEEDS_TORCH} or later, found {torch.__version__}"
        )


class _DeviceModule:
    """What torch finds as `torch.sim`: one device, always there, drawing from the CPU's generator."""

    @staticmethod
    def is_available() -> bool:
        return True

    @staticmethod
    def is_initialized() -> bool:
        return True

    @staticmethod
    def device_count() -> int:
        return 1

    @staticmethod
    def current_device() -> int:
        return 0

    @staticmethod
    def set_device(device: Any) -> None:
        """There is only one device."""

    @staticmethod
    @contextmanager
    def device(device: Any) -> Iterator[None]:
        """`with torch.sim.device(0)`: there is only one."""
        yield

    @staticmethod
    def synchronize(device: Any = None) -> None:
        """Nothing here is asynchronous."""

    @staticmethod
    def _is_in_bad_fork() -> bool:
        return False

    @staticmethod
    def manual_seed_all(seed: int) -> None:
        """torch.manual_seed calls this, and seeds the CPU's generator itself."""

    @staticmethod
    def manual_seed(seed: int) -> None:
        torch.default_generator.manual_seed(seed)

    @staticmethod
    def get_rng_state(device: Any = DEVICE) -> torch.Tensor:
        return torch.default_generator.get_state()

    @staticmethod
    def set_rng_state(state: torch.Tensor, device: Any = DEVICE) -> None:
        torch.default_generator.set_state(state)

    @staticmethod
    def get_amp_supported_dtype() -> list[torch.dtype]:
        return [torch.float16, torch.bfloat16]


# ---------------------------------------------------------------------------- relabel

_DLPACK_CPU = (1).to_bytes(4, "little") + bytes(4)
_DLPACK_SIM = (12).to_bytes(4, "little") + bytes(4)
_DEVICE_OFFSET = ctypes.sizeof(ctypes.c_void_p)
"""A DLTensor begins with a data pointer, then come device type and device index, four bytes each."""

_capsule_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)


def _relabel(
    tensor: torch.Tensor,
    label: bytes,
    to_capsule: Callable = torch._C._to_dlpack,
    from_capsule: Callable = torch._C._from_dlpack,
    write: Callable = ctypes.memmove,
) -> torch.Tensor:
    """A tensor on another device over the same memory, with the same shape and strides, and no graph."""
    capsule = to_capsule(tensor)
    write(_capsule_pointer(capsule, b"dltensor") + _DEVICE_OFFSET, label, 8)
    return from_capsule(capsule)


def _to_sim(result: Any) -> Any:
    """A result of the CPU, as one of the simulated device: tensors at any depth of lists."""
    if isinstance(result, torch.Tensor):
        return _relabel(result, _DLPACK_SIM)
    if isinstance(result, (list, tuple)):
        return [_to_sim(item) for item in result]
    return result


# ---------------------------------------------------------------------------- compute

_CPU = torch.device("cpu")
_CPU_KERNEL = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)

Kernel = Callable[..., Any]


@functools.cache
def _plan(op: torch._ops.OpOverload) -> Kernel:
    """The kernel of an operation, found from its schema once."""
    if op in _special_kernels():
        return _special_kernels()[op]
    infos = [returned.alias_info for returned in op._schema.returns]
    if any(info is not None and not info.is_write for info in infos):
        return functools.partial(op.redispatch, _CPU_KERNEL)
    return _Computation(op)


def _fallback(op: torch._ops.OpOverload, *args: Any, **kwargs: Any) -> Any:
    """What torch calls for every operation on "sim" that has no kernel of its own."""
    return _plan(op)(*args, **kwargs)


class _Computation:
    """One operation, computed by the CPU on relabelled arguments."""

    def __init__(self, op: torch._ops.OpOverload) -> None:
        schema = op._schema
        self.op = op
        self.compute = functools.partial(op._handle.redispatch_boxed, _CPU_KERNEL)
        self.names = [argument.name for argument in schema.arguments]
        self.refuse = _refusal(op)
        self.outs = [argument.name for argument in schema.arguments if argument.is_out]
        self.written = [
            next(iter(returned.alias_info.before_set)) if returned.alias_info else None
            for returned in schema.returns
        ]
        self.writes = {
            next(iter(argument.alias_info.before_set)): (index, argument.name)
            for index, argument in enumerate(schema.arguments)
            if argument.alias_info is not None and argument.alias_info.is_write
        }

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        strangers: list[tuple[str, torch.Tensor]] = []
        cpu_args = [
            self._on_cpu(self.names[index], arg, strangers) for index, arg in enumerate(args)
        ]
        cpu_kwargs = {name: self._on_cpu(name, arg, strangers) for name, arg in kwargs.items()}
        if strangers:
            self.refuse(self, args, kwargs, strangers)
        if self.outs:
            return self._into_outs(args, cpu_args, kwargs, cpu_kwargs)
        return self._returned(self.compute(*cpu_args, **cpu_kwargs), args, kwargs)

    def _on_cpu(self, name: str, arg: Any, strangers: list) -> Any:
        """One argument as the CPU takes it; tensors of other devices are noted as strangers."""
        if isinstance(arg, torch.Tensor):
            if arg.is_cpu:
                strangers.append((name, arg))
                return arg
            return _relabel(arg, _DLPACK_CPU)
        kind = type(arg)
        if kind is list or kind is tuple:
            return [self._on_cpu(name, item, strangers) for item in arg]
        if kind is torch.device:
            return _CPU
        if isinstance(arg, torch._C.Generator) and not isinstance(arg, SimGenerator):
            raise RuntimeError(
                f"Expected a '{DEVICE}' device type for generator but found '{arg.device.type}'"
            )
        return arg

    def _returned(self, result: Any, args: Sequence, kwargs: dict) -> Any:
        """The result on "sim": a tensor written in place is returned as the object that came in."""
        if not self.writes:
            return _to_sim(result)
        if len(self.written) == 1:
            return self._one(result, self.written[0], args, kwargs)
        if not self.written:
            return None
        return tuple(
            self._one(item, name, args, kwargs)
            for item, name in zip(result, self.written, strict=True)
        )

    def _one(self, result: Any, alias: str | None, args: Sequence, kwargs: dict) -> Any:
        if alias is None:
            return _to_sim(result)
        index, name = self.writes[alias]
        return args[index] if index < len(args) else kwargs[name]

    def _into_outs(self, args: Sequence, cpu_args: list, kwargs: dict, cpu_kwargs: dict) -> Any:
        """Computes into fresh memory, since an `out=` may have to grow and relabelled memory cannot."""
        alias = {name: cpu_kwargs[name] for name in self.outs}
        for name, out in alias.items():
            if isinstance(out, torch.Tensor):
                cpu_kwargs[name] = torch.ops.aten.clone.default(out)
        result = self.compute(*cpu_args, **cpu_kwargs)
        for name, out in alias.items():
            if not isinstance(out, torch.Tensor):
                continue
            if out.shape == cpu_kwargs[name].shape:
                out.copy_(cpu_kwargs[name])
            else:
                _become(kwargs[name], _to_sim(cpu_kwargs[name]))
        return self._returned(result, args, kwargs)


def _become(tensor: torch.Tensor, other: torch.Tensor) -> None:
    """Makes a tensor of "sim" show another one's memory, as `set_` does."""
    torch.ops.aten.set_.source_Storage_storage_offset.redispatch(
        _CPU_KERNEL, tensor, other.untyped_storage(), 0, other.shape, other.stride()
    )
