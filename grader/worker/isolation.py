"""Which layers of isolation this machine offers: found by trying, in a process of its own."""

from __future__ import annotations

import sys
from typing import Literal

import msgspec

from . import output
from .launch import launch

Isolation = Literal["none", "auto", "strict"]
Tier = Literal["none", "confined", "isolated"]

_TRYING_SECONDS = 30.0


class Layer(msgspec.Struct, frozen=True):
    """One layer of isolation.

    Args:
        name: such as "network".
        in_force: whether workers are behind it.
        remark: how, or why not.
    """

    name: str
    in_force: bool
    remark: str = ""


class Tried(msgspec.Struct, frozen=True):
    """What was found out about a tier by trying it."""

    tier: Tier
    layers: list[Layer]

    @property
    def complete(self) -> bool:
        return all(layer.in_force for layer in self.layers)


class IsolationUnavailable(Exception):
    """A layer of isolation that was insisted on is missing; says which, in a line."""


def choose(isolation: Isolation, fork: bool = True) -> tuple[Tier, list[Layer]]:
    """Find the best tier that works here.

    Args:
        isolation: what was asked for.
        fork: whether workers are forked; others have no walls.

    Returns:
        The tier's name and its layers, with those that are missing.

    Raises:
        IsolationUnavailable: when all layers were asked for and one is missing.
    """
    if isolation == "none":
        return "none", [Layer("isolation", False, "not asked for")]
    if not fork or sys.platform != "linux":
        best = Tried("none", [Layer("isolation", False, f"not available on {sys.platform}")])
    else:
        best = _try()
    if isolation == "strict" and not best.complete:
        missing = [f"{layer.name} ({layer.remark})" for layer in best.layers if not layer.in_force]
        raise IsolationUnavailable(f"not available on this machine: {', '.join(missing)}")
    return best.tier, best.layers


def _try() -> Tried:
    """Run the trial, which walls in a child as a worker would be, and has it try to get out."""
    errors, found = output.new(), output.new()
    process = launch(["trial"], errors, stdout=found)
    try:
        process.wait(_TRYING_SECONDS)
        return msgspec.json.decode(output.printed(found, 2**16), type=Tried)
    except Exception as error:
        process.kill()
        reason = output.last_line(errors) or str(error)
        return Tried("none", [Layer("isolation", False, f"the trial failed: {reason}")])
