"""Both losses of the whole program."""

from __future__ import annotations

from typing import Any

from grader.check import check
from grader.draw import Draw
from grader.observe import floats, several

EPOCHS = 50


@check("run", aspect="numbers", look="fit")
def shows_both_losses(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The training and validation losses of run, batch by batch.

    A batch's loss depends on its points, so the training loss jumps; both fall together while the model learns.
    """
    x, y = draw.line(100)
    result = exercise.run(x, y, draw.seed(), 0.1, EPOCHS)
    _, losses, val_losses = several(result, "model", "losses", "val_losses")
    return {"training": floats(losses), "validation": floats(val_losses), "epochs": EPOCHS}
