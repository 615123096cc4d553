"""The loss while an optimizer makes the updates."""

from __future__ import annotations

from typing import Any

import torch

from grader.check import check
from grader.draw import Draw
from grader.observe import floats

EPOCHS = 200


@check("train", aspect="numbers", look="Optimizer.step")
def shows_the_loss(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The loss of train with an SGD optimizer that has momentum, before each update.

    Momentum carries the parameters on, at first past the lowest point, so the loss may rise for a while.
    """
    x, y = draw.points(100)
    a, b = draw.parameter(), draw.parameter()
    optimizer = torch.optim.SGD([a, b], lr=0.05, momentum=0.8)
    return {"loss": floats(exercise.train(x, y, a, b, optimizer, EPOCHS)), "epochs": EPOCHS}
