"""The points, and which of them are kept for validation."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.check import check
from grader.draw import Draw
from grader.observe import array, several


@check("split_data", aspect="data", look="RandomState.shuffle")
def shows_both_sets(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The points that generate_data makes, as split_data splits them.

    generate_data returns two columns of one length, split_data four of them.
    """
    rng = draw.generator()
    x, y = several(exercise.generate_data(rng), "x", "y")
    parts = several(exercise.split_data(rng, x, y), "x_train", "y_train", "x_val", "y_val")
    return {"training": _points(*parts[:2]), "validation": _points(*parts[2:])}


def _points(x: Any, y: Any) -> Any:
    return array(np.hstack([x, y]))
