"""Loss functions: made, written by hand, and handed in."""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import nn, optim

from grader.check import check
from grader.draw import Draw
from grader.observe import (
    floats,
    gradient,
    instance,
    leaf,
    place,
    raised_by,
    scalar_tensor,
    tensor,
    text,
)
from grader.watch import WatchedLoss, named, steps_of

# --- make_mse


@check("make_mse", aspect="api", look="nn.MSELoss", tidy=True)
def is_a_loss_with_that_reduction(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Gives an nn.MSELoss with the reduction handed in, "mean" unless told otherwise.

    nn.MSELoss(reduction=...) makes a loss function that keeps this reduction; calling that one computes the loss.
    """
    words = draw.rng.permutation(["mean", "sum", "none"]).tolist()
    made = [instance(exercise.make_mse(word), nn.MSELoss, "an nn.MSELoss") for word in words]
    default = instance(exercise.make_mse(), nn.MSELoss, "an nn.MSELoss")
    by_name = instance(exercise.make_mse(reduction="sum"), nn.MSELoss, "an nn.MSELoss")
    facts = {f'reduction of "{w}"': text(m.reduction) for w, m in zip(words, made, strict=True)}
    y, yhat = draw.tensor(4, 1), draw.tensor(4, 1)
    losses = {f'loss with "{w}"': tensor(m(y, yhat)) for w, m in zip(words, made, strict=True)}
    return {
        **facts,
        "reduction by default": text(default.reduction),
        'reduction of reduction="sum"': text(by_name.reduction),
        **losses,
    }


# --- manual_mse


@check("manual_mse", aspect="numbers", look="Tensor.mean", tidy=True)
def reduces_by_mean_sum_or_not_at_all(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """ "mean" and "sum" give a 0-d tensor, "none" one of y's shape; "mean" unless told otherwise.

    Each error is squared first; "mean" divides their sum by how many there are, "sum" does not, "none" leaves them.
    """
    n = draw.integer(3, 6)
    y, yhat = draw.tensor(n, 2), draw.tensor(n, 2)
    column, of_column = draw.tensor(n, 1), draw.tensor(n, 1)
    return {
        "by default": scalar_tensor(exercise.manual_mse(y, yhat)),
        "y afterwards": tensor(y),
        "yhat afterwards": tensor(yhat),
        "mean": scalar_tensor(exercise.manual_mse(y, yhat, "mean")),
        "sum": scalar_tensor(exercise.manual_mse(y, yhat, reduction="sum")),
        "none": tensor(exercise.manual_mse(y, yhat, "none")),
        "none of a column": tensor(exercise.manual_mse(column, of_column, "none")),
    }


@check("manual_mse", aspect="gradient", look="Tensor.backward")
def keeps_the_graph(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Backward through each reduction gives yhat its gradient.

    Only torch's own operations are noted in the graph; a detour by numbers cuts it.
    """
    y, weights = draw.tensor(4, 1), draw.tensor(4, 1)
    facts: dict[str, Any] = {}
    for word in ("mean", "sum", "none"):
        yhat = draw.parameter(4, 1)
        loss = instance(exercise.manual_mse(y, yhat, word), torch.Tensor, "a tensor with a graph")
        (loss * weights).sum().backward()
        facts[f'gradient with "{word}"'] = gradient(yhat)
    return facts


@check("manual_mse", aspect="api", look="raise ValueError")
def refuses_any_other_word(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Raises ValueError for a reduction that it does not know, and for none that it knows.

    A wrong word that is silently taken for another one hides the caller's mistake.
    """
    y, yhat = draw.tensor(3, 1), draw.tensor(3, 1)
    words = ("mean", "average", "sum", "median", "none", "MEAN", "means", "")
    return {
        f'with "{word}"': raised_by(partial(exercise.manual_mse, y, yhat, word), ValueError)
        for word in words
    }


@check("manual_mse", aspect="device", look="Tensor.device")
def computes_where_the_tensors_are(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Works on any device, and the loss stays there.

    All tensors of one operation must be on the same device.
    """
    y, yhat = draw.tensor(4, 1, device=device), draw.tensor(4, 1, device=device)
    losses = {word: exercise.manual_mse(y, yhat, word) for word in ("mean", "sum", "none")}
    facts = {f'"{word}"': tensor(loss) for word, loss in losses.items()}
    return {**facts, **{f'"{w}" is on': place(loss, device) for w, loss in losses.items()}}


# --- train


@check("train", aspect="numbers", look="loss functions", tidy=True)
def minimises_the_loss_handed_in(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """a and b end where the optimizer leads with the gradients of the loss function handed in.

    backward() starts from what loss_fn gives, as it gives it; a loop with an error of its own minimises one loss only.
    """
    x, y = draw.points(draw.integer(17, 23))
    facts: dict[str, Any] = {}
    losses = {
        "one loss": WatchedLoss(draw.uniform(1.2, 1.8)),
        "another": nn.functional.smooth_l1_loss,
        "a sum": nn.MSELoss(reduction="sum"),
    }
    for name, loss_fn in losses.items():
        a, b, n = draw.parameter(), draw.parameter(), draw.integer(3, 5)
        optimizer = optim.SGD([a, b], lr=draw.uniform(0.01, 0.02), momentum=0.8)
        steps = steps_of(optimizer)
        exercise.train(x, y, a, b, loss_fn, optimizer, n)
        facts[f"steps with {name}"] = len(steps)
        facts |= {f"a with {name}": tensor(a, 4 * n), f"b with {name}": tensor(b, 4 * n)}
        facts |= {"x afterwards": tensor(x), "y afterwards": tensor(y), **named("x", leaf(x))}
    return facts


@check("train", aspect="numbers", look="list.append")
def records_the_loss_before_each_update(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns n_epochs floats, the loss before each update, as the loss function computes it.

    The first loss belongs to the parameters as handed in.
    """
    x, y = draw.points(draw.integer(5, 9))
    a, b = draw.parameter(), draw.parameter()
    n, optimizer = draw.integer(3, 6), optim.SGD([a, b], lr=draw.uniform(0.05, 0.3))
    steps = steps_of(optimizer)
    losses = exercise.train(x, y, a, b, WatchedLoss(), optimizer, n)
    return {"losses": floats(losses, n), "steps": len(steps), **named("a", leaf(a))}


@check("train", aspect="device", look="Tensor.item")
def trains_where_the_tensors_are(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Trains on any device; a and b stay leaves there.

    What takes part in one operation must be on one device.
    """
    x, y = draw.points(6, device)
    a, b = draw.parameter(device=device), draw.parameter(device=device)
    losses = exercise.train(x, y, a, b, nn.MSELoss(), optim.SGD([a, b], lr=0.1), 3)
    return {
        "losses": floats(losses, 3),
        "a": tensor(a, 3),
        "a is on": place(a, device),
        **named("a", leaf(a)),
    }
