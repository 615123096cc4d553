"""Data generation: numbers only from the generator that is handed in, in the stated order."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.check import check
from grader.draw import Draw
from grader.observe import array, number, several

# --- generate_data


@check("generate_data", aspect="numbers", look="RandomState.randn", tidy=True)
def draws_x_first_then_the_noise(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """x is n uniform numbers and y = a + b x + noise times n normal numbers, x drawn first.

    rand(n, 1) draws x, then randn(n, 1) the noise, which is multiplied and added to the line's a + b x.
    """
    rng, n = draw.generator(), draw.integer(4, 9)
    a, b, noise = draw.uniform(-3, 3), draw.uniform(-3, 3), draw.uniform(0.2, 0.9)
    x, y = several(exercise.generate_data(rng, n, a, b, noise), "x", "y")
    return {"x": array(x), "y": array(y)}


@check("generate_data", aspect="data", look="RandomState.rand")
def uses_the_generator_handed_in_alone(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Two calls on one generator give different data, and leave it where the next call goes on.

    A generator remembers where it stands; seeding it again would repeat the numbers.
    """
    rng = draw.generator()
    line = (draw.uniform(-3, 3), draw.uniform(-3, 3), draw.uniform(0.2, 0.9))
    x1, _ = several(exercise.generate_data(rng, 3, *line), "x", "y")
    x2, y2 = several(exercise.generate_data(rng, 3, *line), "x", "y")
    return {
        "x of the first call": array(x1),
        "x of the second call": array(x2),
        "y of the second call": array(y2),
        "next number of the generator": number(rng.rand()),
    }


@check("generate_data", aspect="api", look="default arguments")
def has_the_defaults_of_the_page(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Makes columns of 100 points with a = 1, b = 2 and noise 0.1 unless told otherwise.

    Defaults are part of a function's signature: who calls it relies on them.
    """
    x, y = several(exercise.generate_data(draw.generator()), "x", "y")
    rng = draw.generator()
    a, b = draw.uniform(-3, 3), draw.uniform(-3, 3)
    fewer = several(exercise.generate_data(rng, n=4, a=a, b=b, noise=0.0), "x", "y")
    return {
        "x": array(x),
        "y": array(y),
        "y without noise": array(fewer[1]),
        "next number of the generator": number(rng.rand()),
    }


# --- split_data


@check("split_data", aspect="data", look="RandomState.shuffle", tidy=True)
def shuffles_row_numbers_then_cuts(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The first n_train shuffled rows train, the rest validate, in the shuffled order.

    Shuffle the numbers 0 to n - 1 once with the generator handed in; they pick the rows of x and of y.
    """
    rng, (x, y) = draw.generator(), draw.line(draw.integer(7, 11))
    parts = several(exercise.split_data(rng, x, y, 5), *_PARTS)
    named = dict(zip(_PARTS, map(array, parts), strict=True))
    return {**named, "next number of the generator": number(rng.rand())}


@check("split_data", aspect="data", look="advanced indexing")
def keeps_each_x_with_its_y(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Every row keeps its label, and no row is lost or used twice.

    The same row numbers must pick from x and from y.
    """
    x = np.arange(9, dtype=np.float64).reshape(9, 1)
    scale = draw.uniform(2, 5)
    parts = several(exercise.split_data(draw.generator(), x, scale * x, n_train=6), *_PARTS)
    x_all = np.concatenate([np.asarray(parts[0]), np.asarray(parts[2])])
    y_all = np.concatenate([np.asarray(parts[1]), np.asarray(parts[3])])
    return {
        "rows, sorted": array(np.sort(x_all, axis=0)),
        "labels over features": array(y_all[x_all > 0] / x_all[x_all > 0]),
        "training rows": array(np.asarray(parts[0])),
    }


@check("split_data", aspect="api", look="default arguments")
def trains_on_80_rows_by_default_and_changes_nothing(
    exercise: Any, draw: Draw, device: str
) -> dict[str, Any]:
    """80 rows train unless told otherwise, and x and y stay as they were.

    Shuffling x itself would change the caller's data; shuffle row numbers.
    """
    x, y = draw.line(draw.integer(101, 109))
    parts = several(exercise.split_data(draw.generator(), x, y), *_PARTS)
    named = dict(zip(_PARTS, map(array, parts), strict=True))
    return {**named, "x afterwards": array(x), "y afterwards": array(y)}


_PARTS = ("x_train", "y_train", "x_val", "y_val")
