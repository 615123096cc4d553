"""The loss that is handed in, while it is made smaller."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from grader.check import check
from grader.draw import Draw
from grader.observe import floats

EPOCHS = 200


@check("train", aspect="numbers", look="nn.L1Loss")
def shows_the_loss(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The loss of train with the mean absolute error, before each update.

    The absolute error pulls equally hard everywhere, so the loss falls along a line until it is near its end.
    """
    x, y = draw.points(100)
    a, b = draw.parameter(), draw.parameter()
    optimizer = torch.optim.SGD([a, b], lr=0.05)
    losses = exercise.train(x, y, a, b, nn.L1Loss(), optimizer, EPOCHS)
    return {"loss": floats(losses), "epochs": EPOCHS}
