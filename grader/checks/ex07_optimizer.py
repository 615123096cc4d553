"""Optimizers: made, stepped, and trusted with a whole training."""

from __future__ import annotations

from typing import Any

from torch import optim

from grader.check import check
from grader.draw import Draw
from grader.observe import floats, gradient, instance, leaf, number, place, tensor
from grader.watch import moved, named, steps_of

# --- make_sgd


@check("make_sgd", aspect="api", look="torch.optim.SGD", tidy=True)
def is_plain_sgd_with_the_learning_rate(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Gives a torch.optim.SGD with the learning rate handed in, and SGD's defaults for the rest.

    The learning rate is an option of the optimizer; momentum and weight decay are 0 unless asked for.
    """
    a, b, lr = draw.parameter(), draw.parameter(2), draw.uniform(0.01, 0.5)
    optimizer = instance(exercise.make_sgd([a, b], lr), optim.SGD, "a torch.optim.SGD")
    options = ("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize")
    names = {"lr": "learning rate", "weight_decay": "weight decay"}
    return {
        names.get(option, option): number(float(group[option]))
        for group in optimizer.param_groups
        for option in options
    }


@check("make_sgd", aspect="numbers", look="torch.optim.SGD")
def trains_exactly_these_parameters(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The optimizer holds every tensor of the iterable, each once, and its steps move them.

    An optimizer moves the tensors that it was made with; an iterator can be read only once.
    """
    params = [draw.parameter(), draw.parameter(2), draw.parameter(1, 2)]
    params.append(params[1].detach().clone().requires_grad_())  # as large, and another
    for p in params:
        p.grad = 0.5 * p.detach()
    optimizer = exercise.make_sgd(iter(params), draw.uniform(0.1, 0.6))
    optimizer = instance(optimizer, optim.Optimizer, "an optimizer")
    held = [p for group in optimizer.param_groups for p in group["params"]]
    for _ in range(2):
        optimizer.step()
    return {
        "tensors held": len(held),
        "the very tensors": all(any(p is h for h in held) for p in params),
        **{f"tensor {i} after two steps": tensor(p) for i, p in enumerate(params)},
        "all require grad": all(p.requires_grad for p in params),
    }


# --- optimizer_step


@check("optimizer_step", aspect="numbers", look="Optimizer.step", tidy=True)
def steps_with_the_gradient_of_the_loss(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The parameters move as the optimizer moves them with this loss's gradient.

    backward() computes the gradients, step() uses them: in this order, once each, with nothing changed in between.
    """
    a, b = draw.parameter(2), draw.parameter()
    optimizer = optim.SGD([a, b], lr=draw.uniform(0.05, 0.2), momentum=0.8)
    order = steps_of(optimizer)
    b.register_hook(lambda _: order.append("backward"))
    for _ in range(3):
        result = exercise.optimizer_step((a**2).sum() * b.sum(), optimizer)
    return {
        "calls in order": order,
        "a": tensor(a, 3),
        "b": tensor(b, 3),
        "returns None": result is None,
    }


@check("optimizer_step", aspect="gradient", look="Optimizer.zero_grad")
def leaves_no_gradient_over(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Afterwards the parameters have moved and no gradient is left over; they are still leaves.

    step() uses the gradients as backward() left them; what then stays in .grad is added to the next loss's.
    """
    a, b = draw.parameter(2), draw.parameter()
    before = a.detach().clone()
    groups: list[dict[str, Any]] = [{"params": [a]}, {"params": [b], "lr": 0.2}]
    exercise.optimizer_step((a * 30).sum() + 20 * b.sum(), optim.SGD(groups, lr=0.1))
    return {
        **moved(a, before),
        "a": tensor(a),
        "b": tensor(b),
        "a.grad left over": gradient(a),
        "b.grad left over": gradient(b),
        **named("a", leaf(a)),
    }


@check("optimizer_step", aspect="device", look="Optimizer.step")
def steps_where_the_parameters_are(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Works for parameters on any device.

    Loss, gradients and parameters are on one device already; nothing has to be moved.
    """
    a = draw.parameter(2, device=device)
    optimizer = optim.SGD([a], lr=0.2)
    steps = steps_of(optimizer)
    exercise.optimizer_step((a**2).sum(), optimizer)
    return {
        "a": tensor(a),
        "steps": len(steps),
        "a is on": place(a, device),
        **named("a", leaf(a)),
    }


# --- train


@check("train", aspect="numbers", look="Optimizer.step", tidy=True)
def leaves_the_updates_to_the_optimizer(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """a and b end where n_epochs steps of the optimizer handed in lead, whatever its kind.

    Predict, take the mean squared error, backward(), one step(): it alone knows the optimizer's rule and memory.
    """
    x, y = draw.points(draw.integer(17, 23))
    facts: dict[str, Any] = {}
    for name, make in _OPTIMIZERS.items():
        a, b = draw.parameter(), draw.parameter()
        n = draw.integer(3, 5)
        optimizer = make([a, b])
        steps = steps_of(optimizer)
        exercise.train(x, y, a, b, optimizer, n)
        facts[f"steps with {name}"] = len(steps)
        facts |= {f"a with {name}": tensor(a, 4 * n), f"b with {name}": tensor(b, 4 * n)}
        facts |= {"x afterwards": tensor(x), "y afterwards": tensor(y), **named("x", leaf(x))}
        optimizer.zero_grad()
        exercise.train(x, y, a, b, optimizer, 2)
        facts[f"a after training on with {name}"] = tensor(a, 4 * n + 8)
    return facts


@check("train", aspect="numbers", look="list.append")
def records_the_loss_before_each_update(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns n_epochs floats, the MSE before each update.

    The first loss belongs to the parameters as handed in.
    """
    x, y = draw.points(draw.integer(5, 9))
    a, b = draw.parameter(), draw.parameter()
    n = draw.integer(3, 6)
    optimizer = optim.SGD([a, b], lr=draw.uniform(0.05, 0.3))
    steps = steps_of(optimizer)
    losses = exercise.train(x, y, a, b, optimizer, n)
    return {"losses": floats(losses, n), "steps": len(steps), **named("a", leaf(a))}


@check("train", aspect="device", look="Tensor.item")
def trains_where_the_tensors_are(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Trains on any device; a and b stay leaves there.

    What takes part in one operation must be on one device.
    """
    x, y = draw.points(6, device)
    a, b = draw.parameter(device=device), draw.parameter(device=device)
    losses = exercise.train(x, y, a, b, optim.SGD([a, b], lr=0.1), 3)
    return {
        "losses": floats(losses, 3),
        "a": tensor(a, 3),
        "a is on": place(a, device),
        **named("a", leaf(a)),
    }


_OPTIMIZERS = {
    "momentum": lambda params: optim.SGD(params, lr=0.07, momentum=0.9),
    "Adam": lambda params: optim.Adam(params, lr=0.1),
    "one that goes uphill": lambda params: optim.SGD(params, lr=0.01, maximize=True),
}
