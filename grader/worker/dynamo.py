"""Put off importing torch._dynamo, the machinery of torch.compile, until somebody uses it.

Every optimizer imports it when it is made, only to ask that it leave the optimizer alone: 0.8 s for a request that means
nothing where nothing is compiled. The stand-in answers that request; asked for anything else, it makes way for the real module.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import torch

_NAME = "torch._dynamo"


class _Deferred(ModuleType):
    """Stands in for torch._dynamo while nothing is compiled."""

    def __init__(self) -> None:
        super().__init__(_NAME)
        self._passed: list[Any] = []

    def graph_break(self, msg: str = "") -> None:
        """Nothing is being compiled, so there is no graph to break."""

    def disable(self, fn: Any = None, recursive: bool = True, **options: Any) -> Any:
        """Return `fn` as it is: nothing is being compiled that could reach into it."""
        if not callable(fn) or set(options) - {"wrapping"}:
            return _real(self).disable(fn, recursive, **options)
        self._passed.append(fn)
        return fn

    def __getattr__(self, name: str) -> Any:
        return getattr(_real(self), name)


def defer() -> None:
    """Put the stand-in in place, unless the real module has been imported."""
    if _NAME not in sys.modules:
        stand_in = _Deferred()
        sys.modules[_NAME] = stand_in
        torch._dynamo = stand_in


def _real(stand_in: _Deferred) -> ModuleType:
    if sys.modules.get(_NAME) is stand_in:
        del sys.modules[_NAME]
        torch.__dict__.pop("_dynamo", None)
        for function in stand_in._passed:
            _forget(function)
    return importlib.import_module(_NAME)


def _forget(function: Callable[..., Any]) -> None:
    """Make torch ask again what to do with `function` when it is next called."""
    vars(function).pop("__dynamo_disable", None)
