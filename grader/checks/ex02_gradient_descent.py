"""Gradient descent, step by step, in numpy."""

from __future__ import annotations

from typing import Any

from grader.check import check
from grader.draw import Draw
from grader.observe import array, integer, number, several
from grader.watch import named

# --- predict


@check("predict", aspect="numbers", look="numpy broadcasting", tidy=True)
def gives_a_plus_b_x(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The prediction is a + b x for every row, of shape (n, 1), and x stays as it was.

    a shifts all predictions, b scales each feature.
    """
    x, a, b = draw.array(draw.integer(4, 8), 1), draw.array(1), draw.array(1)
    return {
        "prediction": array(exercise.predict(draw.uniform(-3, 3), draw.uniform(-3, 3), x)),
        "x afterwards": array(x),
        "prediction with arrays a and b": array(exercise.predict(a, b, x)),
        "a afterwards": array(a),
        "b afterwards": array(b),
        "prediction for one row": array(exercise.predict(a, b, draw.array(1, 1))),
    }


# --- mse


@check("mse", aspect="numbers", look="numpy.mean", tidy=True)
def averages_the_squared_errors(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns the mean of the squared errors, a float, and changes neither argument.

    Each point's error y - yhat is squared, so that signs do not cancel; the mean is over all n points.
    """
    n = draw.integer(4, 9)
    y, error = draw.array(n, 1), draw.array(n, 1)
    error[:2] = [[draw.uniform(1, 2)], [draw.uniform(-2, -1)]]
    yhat = y + error
    return {
        "mse": number(exercise.mse(y, yhat)),
        "y afterwards": array(y),
        "yhat afterwards": array(yhat),
        "mse of one point": number(exercise.mse(y[:1], yhat[:1])),
    }


# --- gradients


@check("gradients", aspect="numbers", look="chain rule", tidy=True)
def are_the_derivatives_of_the_mse(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns the partial derivatives of the MSE by a and by b, as two floats, a's first.

    The chain rule gives a factor 2 and the inner derivative of y - (a + b x): -1 for a, -x for b.
    """
    n = draw.integer(4, 9)
    x, y, yhat = draw.array(n, 1), draw.array(n, 1), 9 + draw.array(n, 1)  # far off: steep
    a_grad, b_grad = several(exercise.gradients(x, y, yhat), "a_grad", "b_grad")
    facts = {
        "a_grad": number(a_grad),
        "b_grad": number(b_grad),
        "x afterwards": array(x),
        "y afterwards": array(y),
        "yhat afterwards": array(yhat),
    }
    a_grad, b_grad = several(exercise.gradients(x, y, yhat - 18), "a_grad", "b_grad")
    low = {"a_grad": number(a_grad), "b_grad": number(b_grad)}
    return facts | named("where predictions are too low,", low)


# --- update


@check("update", aspect="numbers", look="gradient descent", tidy=True)
def takes_one_step_downhill(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns the parameter minus lr times its gradient.

    The gradient points uphill; the learning rate says how far to go the other way.
    """
    param, steep, lr = draw.uniform(-2, 2), draw.uniform(11, 30), draw.uniform(0.2, 0.8)
    return {
        "new parameter": number(exercise.update(param, draw.uniform(-2, 2), lr)),
        "where the loss is steep": number(exercise.update(param, steep, lr)),
        "where it falls": number(exercise.update(param, -steep, lr)),
    }


@check("update", aspect="data", look="in-place operators")
def gives_a_new_value(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """An array of shape (1,) gives a new array of that shape; the old one keeps its number.

    On an array, -= changes the caller's own numbers.
    """
    param, grad = draw.array(1), draw.uniform(0.5, 2)
    new = exercise.update(param, grad, 0.3)
    kept = draw.array(1)
    by_array = exercise.update(param, kept, 0.3)
    return {
        "new parameter": array(new),
        "old parameter": array(param),
        "with an array as gradient": number(by_array),
        "the gradient afterwards": array(kept),
    }


# --- updates_per_epoch


@check("updates_per_epoch", aspect="numbers", look="math.ceil", tidy=True)
def counts_batches(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Counts the batches that it takes to use every point once, a short last one too, as an int.

    Each batch makes one update; points that fill no whole batch make one of their own.
    """
    batch, batches = draw.integer(3, 9), draw.integer(3, 9)
    n = batch * batches
    return {
        "mini-batches": integer(exercise.updates_per_epoch(n, batch)),
        "batch": integer(exercise.updates_per_epoch(n, n)),
        "stochastic": integer(exercise.updates_per_epoch(n, 1)),
        "with points left over": integer(exercise.updates_per_epoch(n + 1, batch)),
        "with nearly a batch left over": integer(exercise.updates_per_epoch(n - 1, batch)),
        "a batch larger than the data": integer(exercise.updates_per_epoch(batch, n)),
    }
