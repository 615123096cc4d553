"""Generators of random numbers for "sim": `torch.Generator(device="sim")`.

Such a generator draws what a CPU generator of the same seed draws, since it is one, under another label.
"""

from __future__ import annotations

import weakref
from typing import Any

import torch

_live: set[int] = set()
"""The addresses of the generators of "sim". Kernels see the address only: torch hands a generator to
them under a new Python object."""


class SimGenerator(torch._C.Generator):
    """A generator of "sim"."""

    _cdata: int

    def __init__(self, device: Any = "sim") -> None:
        super().__init__()
        _live.add(self._cdata)
        weakref.finalize(self, _live.discard, self._cdata)

    def __new__(cls, device: Any = "sim") -> SimGenerator:
        """Torch's own would take `device` for one of its devices."""
        return super().__new__(cls)

    @property
    def device(self) -> torch.device:  # type: ignore[override]  # torch calls it writable
        """Where it draws."""
        return torch.device("sim", 0)


class _Name(type(torch._C.Generator)):  # type: ignore[misc]  # a metaclass found at run time
    def __instancecheck__(cls, candidate: Any) -> bool:
        return isinstance(candidate, torch._C.Generator)

    def __call__(cls, device: Any = "cpu") -> torch._C.Generator:
        on_sim = torch.device(device).type == "sim"
        return SimGenerator() if on_sim else torch._C.Generator(device)


class Generator(torch._C.Generator, metaclass=_Name):
    """What `torch.Generator` names: every kind of generator, made for the device asked for."""


def check(generator: Any) -> None:
    """Raises what a GPU raises for a generator of another device.

    Raises:
        RuntimeError: the generator is not one of "sim".
    """
    if generator._cdata not in _live:
        raise RuntimeError(
            f"Expected a 'sim' device type for generator but found '{generator.device.type}'"
        )
