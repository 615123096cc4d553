"""Linear regression in numpy: a whole training loop by hand."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from grader.check import check
from grader.draw import Draw
from grader.observe import array, floats, number, several

# --- init_params


@check("init_params", aspect="numbers", look="RandomState.randn", tidy=True)
def draws_a_then_b(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """a and b are two normal numbers in arrays of shape (1,), a drawn first.

    The order of draws decides which number goes where.
    """
    a, b = several(exercise.init_params(draw.generator()), "a", "b")
    return {"a": array(a), "b": array(b)}


@check("init_params", aspect="data", look="RandomState.randn")
def draws_from_the_generator_handed_in(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """A second call goes on where the first one left the generator.

    A generator remembers where it stands; a new one, or seeding again, would repeat the numbers.
    """
    rng = draw.generator()
    first = several(exercise.init_params(rng), "a", "b")
    second = several(exercise.init_params(rng), "a", "b")
    return {
        "first a": number(first[0]),
        "second a": number(second[0]),
        "second b": number(second[1]),
        "next number of the generator": number(rng.rand()),
    }


# --- train


@check("train", aspect="numbers", look="gradient descent", tidy=True)
def descends_the_gradients_of_the_mse(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """After n_epochs steps, a and b are those of batch gradient descent.

    Both gradients come from the same prediction; only then do both parameters move.
    """
    x, y = draw.line(draw.integer(17, 23))
    a, b, n = draw.array(1), draw.array(1), draw.integer(3, 6)
    a, b, _ = several(exercise.train(x, y, a, b, draw.uniform(0.1, 0.5), n), *_RESULTS)
    return {"a": number(a, n), "b": number(b, n)}


@check("train", aspect="numbers", look="list.append")
def records_the_loss_before_each_update(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """losses holds n_epochs floats, the MSE before each update, also where the loss rises.

    The first loss belongs to the parameters as handed in.
    """
    facts: dict[str, Any] = {}
    rates = {"losses": draw.uniform(0.1, 0.4), "losses of too long steps": draw.uniform(1.7, 2.3)}
    for name, lr in rates.items():
        (x, y), n = draw.line(draw.integer(5, 9)), draw.integer(4, 6)
        result = exercise.train(x, y, draw.array(1), draw.array(1), lr, n)
        facts[name] = floats(several(result, *_RESULTS)[2], n)
    return facts


@check("train", aspect="data", look="in-place operators")
def leaves_what_it_was_handed_alone(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """a and b as returned have moved, while the arrays handed in stay as they were.

    a = a - ... makes a new array; on the array handed in, -= would change the caller's own numbers.
    """
    x, y = draw.line(6)
    a, b = draw.array(1), draw.array(1)
    new_a, new_b, _ = several(exercise.train(x, y, a, b, 0.2, 3), *_RESULTS)
    return {
        "returned a": array(new_a),
        "returned b": array(new_b),
        "a handed in, afterwards": array(a),
        "b handed in, afterwards": array(b),
        "x afterwards": array(x),
        "y afterwards": array(y),
    }


@check("train", aspect="api", look="default arguments")
def has_the_defaults_of_the_page(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Takes lr = 0.1 and n_epochs = 1000 unless told otherwise.

    Defaults are part of a function's signature: who calls it relies on them.
    """
    x, y = draw.line(23)
    a, b = draw.array(1), draw.array(1)
    few = several(exercise.train(x, y, a, b, n_epochs=2), *_RESULTS)
    many = several(exercise.train(x, y, a, b, lr=0.2), *_RESULTS)
    return {"a after two epochs": number(few[0]), "epochs": len(many[2]), "a": number(many[0], 50)}


# --- sklearn_fit


@check("sklearn_fit", aspect="numbers", look="LinearRegression.coef_", tidy=True)
def gives_intercept_and_slope(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns the intercept, then the slope, of the best line, and leaves the data alone.

    fit keeps what it learned in intercept_ and coef_.
    """
    x, y = draw.line(draw.integer(6, 12))
    many, rising = draw.line(draw.integer(101, 109))
    intercept, slope = several(exercise.sklearn_fit(x, y), "intercept", "slope")
    with _fits_counted() as fits:
        falling = several(exercise.sklearn_fit(many, -rising), "intercept", "slope")
    return {
        "intercept": number(intercept),
        "slope": number(slope),
        "intercept of a falling line": number(falling[0]),
        "slope of a falling line": number(falling[1]),
        "fitted a LinearRegression": len(fits) > 0,
        "x afterwards": array(x),
        "y afterwards": array(y),
    }


@contextmanager
def _fits_counted() -> Iterator[list[str]]:
    """A list that holds a "fit" for each time a LinearRegression, or a class derived from it, is fitted.

    To be used when scikit-learn has been imported by whoever needs it: that takes most of a second, and makes every worker dearer.
    """
    fits: list[str] = []
    package = sys.modules.get("sklearn.linear_model")
    if package is None:
        yield fits
        return
    fit = package.LinearRegression.fit

    @wraps(fit)
    def counted(*args: Any, **options: Any) -> Any:
        fits.append("fit")
        return fit(*args, **options)

    package.LinearRegression.fit = counted
    try:
        yield fits
    finally:
        package.LinearRegression.fit = fit


_RESULTS = ("a", "b", "losses")
