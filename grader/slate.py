"""A clean slate for every check: generators seeded, defaults restored; and afterwards, what was left changed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .check import Generator

_INITIAL_ERRORS = np.geterr()


def clean(seed: int) -> None:
    """Put torch, numpy and random into the state in which every check starts.

    Args:
        seed: for the three global generators, any int.
    """
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    # The setter would import torch._inductor, for a second.
    if torch.are_deterministic_algorithms_enabled():
        torch.use_deterministic_algorithms(False)
    torch.autograd.set_detect_anomaly(False)
    if torch.get_num_threads() != 1:
        torch.set_num_threads(1)
    np.seterr(**_INITIAL_ERRORS)
    torch.manual_seed(seed % 2**63)
    np.random.seed(seed % 2**32)
    random.seed(seed)


def snapshot() -> dict[str, Any]:
    """The state that a function must leave as it found it, by name, in comparable values."""
    return {name: read() for name, read in _STATE.items()}


def left_behind(before: dict[str, Any], generator: Generator) -> str:
    """Say what differs from the snapshot `before`; "nothing" if nothing does.

    Args:
        before: what `snapshot` gave.
        generator: how far torch's global generator may have been used.
    """
    after = snapshot()
    changed = (name for name in _STATE if after[name] != before[name])
    return ", ".join(name for name in changed if name not in _ALLOWED[generator]) or "nothing"


def _numpy_state() -> tuple[bytes, int, int]:
    state: Any = np.random.get_state(legacy=True)
    return bytes(state[1]), int(state[2]), int(state[3])


_SEEDED, _DRAWN = "torch's generator seeded", "numbers drawn from torch's generator"

_ALLOWED: dict[Generator, tuple[str, ...]] = {
    "untouched": (),
    "drawn": (_DRAWN,),
    "seeded": (_DRAWN, _SEEDED),
}

_STATE: dict[str, Callable[[], Any]] = {
    "grad mode switched": torch.is_grad_enabled,
    "another default dtype": torch.get_default_dtype,
    "another default device": lambda: str(torch.get_default_device()),
    "deterministic algorithms switched": torch.are_deterministic_algorithms_enabled,
    _SEEDED: torch.initial_seed,
    _DRAWN: lambda: bytes(torch.get_rng_state().numpy()),
    "numpy's global generator used": _numpy_state,
    "Python's random generator used": random.getstate,
    "numpy's error handling changed": lambda: tuple(sorted(np.geterr().items())),
}
