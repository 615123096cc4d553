"""The loss while a line is fitted in numpy."""

from __future__ import annotations

from typing import Any

from grader.check import check
from grader.draw import Draw
from grader.observe import floats, several

EPOCHS = 200


@check("train", aspect="numbers", look="the order of the lines in the loop")
def shows_the_loss(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The loss of train, before each update.

    Each step downhill makes the loss a little smaller, and the steps grow shorter.
    """
    x, y = draw.line(100)
    result = exercise.train(x, y, draw.array(1), draw.array(1), 0.1, EPOCHS)
    _, _, losses = several(result, "a", "b", "losses")
    return {"loss": floats(losses), "epochs": EPOCHS}
