"""The loss while a model is trained."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from grader.check import check
from grader.draw import Draw
from grader.observe import floats

EPOCHS = 200


@check("train", aspect="numbers", look="make_train_step")
def shows_the_loss(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The loss of train on a linear layer, before each update.

    Each training step makes the loss on the same points a little smaller.
    """
    x, y = draw.points(100)
    model = draw.linear()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = exercise.train(model, nn.MSELoss(), optimizer, x, y, EPOCHS)
    return {"loss": floats(losses), "epochs": EPOCHS}
