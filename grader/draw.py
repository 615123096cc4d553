"""Random inputs for scenarios: the same for everybody who runs the same check with the same seed.

All numbers come from a numpy RandomState of the check's own, never from torch's global generator, so that what the student's
code draws there can be watched.
"""

from __future__ import annotations

import hashlib

import numpy as np
import torch
from torch import nn


class Draw:
    """A source of inputs.

    Args:
        seed: the run's seed, any int.
        name: the check's full name; two checks never share numbers.
    """

    def __init__(self, seed: int, name: str) -> None:
        digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
        self.rng = np.random.RandomState(np.frombuffer(digest, dtype=np.uint32))

    def seed(self) -> int:
        """A seed to hand to the student's code, at least 1000 so that no habit is hit by chance."""
        return int(self.rng.randint(1000, 2**31 - 1))

    def generator(self) -> np.random.RandomState:
        """A RandomState to hand to the student's code."""
        return np.random.RandomState(self.seed())

    def integer(self, low: int, high: int) -> int:
        """An int from low to high, both included."""
        return int(self.rng.randint(low, high + 1))

    def uniform(self, low: float, high: float) -> float:
        """A float from [low, high)."""
        return float(self.rng.uniform(low, high))

    def array(self, *shape: int) -> np.ndarray:
        """Standard normal float64 numbers."""
        return self.rng.standard_normal(shape)

    def line(self, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Points near a random straight line: x and y, float64 columns of shape (n, 1)."""
        x = self.rng.uniform(0, 1, (n, 1))
        y = self.uniform(-2, 2) + self.uniform(1, 3) * x + 0.3 * self.rng.standard_normal((n, 1))
        return x, y

    def tensor(
        self, *shape: int, device: str | torch.device = "cpu", requires_grad: bool = False
    ) -> torch.Tensor:
        """A leaf of standard normal float32 numbers on `device`."""
        values = torch.from_numpy(np.asarray(self.array(*shape), dtype=np.float32)).to(device)
        return values.requires_grad_(requires_grad)

    def parameter(self, *shape: int, device: str | torch.device = "cpu") -> torch.Tensor:
        """A trainable leaf, of shape (1,) unless told otherwise."""
        return self.tensor(*(shape or (1,)), device=device, requires_grad=True)

    def points(
        self, n: int, device: str | torch.device = "cpu"
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Points near a random straight line: x and y, float32 columns of shape (n, 1) on `device`."""
        x, y = self.line(n)
        return torch.from_numpy(x).float().to(device), torch.from_numpy(y).float().to(device)

    def linear(
        self, inputs: int = 1, outputs: int = 1, device: str | torch.device = "cpu"
    ) -> nn.Linear:
        """A Linear layer with numbers of our own; torch's generator is not drawn from."""
        with torch.random.fork_rng(devices=[]):
            layer = nn.Linear(inputs, outputs)
        with torch.no_grad():
            layer.weight.copy_(self.tensor(outputs, inputs))
            layer.bias.copy_(self.tensor(outputs))
        return layer.to(device)
