"""The loss while autograd finds the gradients."""

from __future__ import annotations

from typing import Any

from grader.check import check
from grader.draw import Draw
from grader.observe import floats

EPOCHS = 200


@check("train", aspect="numbers", look="Tensor.grad")
def shows_the_loss(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The loss of train, before each update.

    Each step downhill makes the loss a little smaller; gradients that pile up make it swing.
    """
    x, y = draw.points(100)
    losses = exercise.train(x, y, draw.parameter(), draw.parameter(), 0.1, EPOCHS)
    return {"loss": floats(losses), "epochs": EPOCHS}
