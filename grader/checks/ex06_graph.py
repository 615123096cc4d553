"""The dynamic computation graph: drawn, walked, and branching."""

from __future__ import annotations

import re
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from graphviz import Digraph
from torch import nn

from grader.check import check
from grader.draw import Draw
from grader.observe import gradient, instance, leaf, scalar_tensor, tensor, texts
from grader.watch import named

# --- draw_graph


@check("draw_graph", aspect="graph", look="torchviz.make_dot", tidy=True)
def shows_the_operations_and_named_parameters(
    exercise: Any, draw: Draw, device: str
) -> dict[str, Any]:
    """The Digraph has a box for every operation, and the parameters' names on theirs; no file is written.

    make_dot walks the graph behind the output as it is, and finds each box's name by the tensor that the
    params name; it calls no backward().
    """
    a, b, x = draw.parameter(1), draw.parameter(2), draw.tensor(4, 1)
    names = [f"slope_{draw.integer(10, 99)}", f"intercept_{draw.integer(10, 99)}"]
    output = ((a + b * x) ** 2).mean()
    params = dict(zip(names, [a, b], strict=True))
    with TemporaryDirectory() as folder, chdir(folder):
        source = _source(exercise.draw_graph(output, params))
        other = _source(exercise.draw_graph(torch.sigmoid(b) ** 2, {"second": b}))
        files = [path.name for path in Path(folder).iterdir()]
    return {
        "names on the boxes": [name for name in names if name in source],
        "shapes below the names": [_shape_below(name, source) for name in names],
        "operations": sorted(set(re.findall(r"[A-Z]\w+Backward\d", source))),
        "operations of another output": sorted(set(re.findall(r"[A-Z]\w+Backward\d", other))),
        "files written": len(files),
        "params afterwards": len(params),
        "a.grad afterwards": gradient(a),
        "b.grad afterwards": gradient(b),
    }


# --- backward_ops


@check("backward_ops", aspect="graph", look="Tensor.grad_fn", tidy=True)
def lists_every_kind_of_node_once(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Returns the class names of all nodes behind the output, sorted, each once.

    A graph is walked from output.grad_fn through next_functions, down to the leaves; type(node).__name__
    is a class's name as it is. Each walk begins anew, and changes nothing.
    """
    a, b, x = draw.parameter(), draw.parameter(), draw.tensor(5, 1)
    mse = ((draw.tensor(5, 1) - (a + b * x)) ** 2).mean()
    deeper = torch.tanh(torch.exp(a) * b + torch.exp(b)).sum()
    return {
        "behind a loss": texts(exercise.backward_ops(mse)),
        "behind another": texts(exercise.backward_ops(deeper)),
        "behind the first, asked again": texts(exercise.backward_ops(mse)),
        "the output still has its graph": mse.requires_grad,
        "a.grad afterwards": gradient(a),
    }


@check("backward_ops", aspect="graph", look="next_functions")
def reaches_every_branch(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Follows all inputs of a node, not only the first; a tensor without a graph has no nodes.

    next_functions has an entry for each input, and None for inputs that need no gradient.
    """
    a, b = draw.parameter(3), draw.parameter(3)
    output = torch.cat([draw.tensor(3), torch.sin(a), torch.cos(b).abs()]).max()
    chain = a.exp()
    for _ in range(30):
        chain = chain.tanh()
    return {
        "behind a branching graph": texts(exercise.backward_ops(output)),
        "behind an operation used twice": texts(exercise.backward_ops((a * 2) * (b.exp() * 3))),
        "behind a long chain": texts(exercise.backward_ops(chain)),
        "behind plain data": texts(exercise.backward_ops(draw.tensor(2))),
        "behind a leaf": texts(exercise.backward_ops(a)),
        "behind a number that needs no gradient": texts(exercise.backward_ops(a.detach().sum())),
    }


# --- trainable_leaves


@check("trainable_leaves", aspect="graph", look="AccumulateGrad", tidy=True)
def finds_the_leaves_that_backward_reaches(
    exercise: Any, draw: Draw, device: str
) -> dict[str, Any]:
    """Returns the leaves that backward would give a gradient, each once: not data, not frozen ones.

    A node AccumulateGrad stands for a leaf, which it keeps in .variable; every entry of next_functions may
    lead to one. Each walk begins anew.
    """
    a, b, frozen = draw.parameter(), draw.parameter(2), draw.tensor(2)
    unused = draw.parameter()
    a.grad = draw.tensor(1)
    output = (a * b + frozen * a).sum() + (b**2).sum()
    found = _listed(exercise.trainable_leaves(output))
    again = _listed(exercise.trainable_leaves(output))
    mean = _layer_leaves(exercise, draw)
    return {
        "a.grad afterwards": gradient(a),
        "how many": len(found),
        "found": _which(found, a=a, b=b, frozen=frozen, unused=unused, output=output),
        "how many, asked again": len(again),
        "in a model": mean,
        **named("a", leaf(a)),
    }


@check("trainable_leaves", aspect="graph", look="is and ==")
def tells_equal_leaves_apart(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Two leaves of equal value are two leaves; a tensor without a graph has none.

    == compares numbers; whether two names stand for one tensor is asked by `is`. Where there is no grad_fn, there is no graph to walk.
    """
    a, other = draw.parameter(), draw.parameter()
    twin = a.detach().requires_grad_()
    different = _listed(exercise.trainable_leaves(a * 2 + other * 3 + a))
    output = a * 2 + twin * 3 + a
    found = _listed(exercise.trainable_leaves(output))
    return {
        "leaves of different value": _which(different, a=a, other=other),
        "how many of equal value": len(found),
        "found": _which(found, a=a, twin=twin, output=output),
        "behind plain data": len(_listed(exercise.trainable_leaves(draw.tensor(2)))),
        "behind a leaf itself": len(_listed(exercise.trainable_leaves(a))),
    }


# --- branching_loss


@check("branching_loss", aspect="numbers", look="if and else", tidy=True)
def takes_the_branch_that_the_errors_ask_for(
    exercise: Any, draw: Draw, device: str
) -> dict[str, Any]:
    """Mean absolute error if any |error| exceeds 1, else mean squared error; a scalar tensor.

    One error is enough, of either sign; exactly 1 does not exceed 1. Both means are over all numbers,
    whatever the shape, and the errors are only read.
    """
    n = draw.integer(3, 6)
    small = torch.tanh(draw.tensor(n, 2)) * 0.9
    high, low, edge = small.clone(), small.clone(), small.clone()
    high[-1, 1], low[0, 0], edge[1, 0] = draw.uniform(1.5, 3), -draw.uniform(1.01, 1.04), -1.0
    cases = {"all small": small, "one above 1": high, "one below -1": low, "exactly -1": edge}
    cases["all below -1"] = -1.1 - small.abs()
    losses = {name: scalar_tensor(exercise.branching_loss(e)) for name, e in cases.items()}
    return {**losses, "errors afterwards": tensor(low), "they require grad": low.requires_grad}


@check("branching_loss", aspect="gradient", look="Tensor.backward")
def both_branches_carry_gradients(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Backward through either branch gives the gradient of that branch, and of that one alone.

    The graph is built by what runs on the errors themselves: a branch that was not taken leaves no trace in
    it, and backward() is the caller's.
    """
    facts: dict[str, Any] = {}
    for name, factor in (("small errors", 0.3), ("large errors", 3.0)):
        error = (torch.tanh(draw.tensor(4, 1)) + 1.5).mul(factor / 1.5).requires_grad_()
        loss = instance(exercise.branching_loss(error), torch.Tensor, "a tensor with a graph")
        facts[f"both branches in the graph of {name}"] = _holds_both_branches(loss)
        loss.backward()
        facts[f"loss of {name}"] = tensor(loss.detach())
        facts[f"gradient for {name}"] = gradient(error)
    return facts


@check("branching_loss", aspect="device", look="Tensor.item")
def works_where_the_errors_are(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Works for errors on any device, and the loss stays there.

    The numbers are the same on every device. Python's `if` fetches one truth value from it; the errors need
    not leave it.
    """
    facts: dict[str, Any] = {}
    for name, factor in (("small errors", 0.4), ("large errors", 4.0)):
        error = (torch.tanh(draw.tensor(4, 1)) * 0.2 + 1).mul(factor).to(device).requires_grad_()
        loss = instance(exercise.branching_loss(error), torch.Tensor, "a tensor with a graph")
        facts[f"loss of {name}"] = tensor(loss)
        facts[f"loss of {name} is on"] = str(loss.device) == str(error.device)
        loss.backward()
        facts[f"gradient for {name}"] = gradient(error)
    return facts


def _holds_both_branches(loss: torch.Tensor) -> bool:
    """Whether some operation joins absolute values on one side with squares on another.

    Both in a row are a right way to compute one branch: the square of absolute values, say.
    """
    kinds: dict[Any, set[str]] = {}
    return any(
        {"absolute"} in sides and {"square"} in sides
        for node in _nodes(loss)
        if (sides := [_kinds(following, kinds) for following, _ in node.next_functions])
    )


def _nodes(loss: torch.Tensor) -> list[Any]:
    seen: list[Any] = []
    todo = [loss.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.append(node)
            todo += [following for following, _ in node.next_functions]
    return seen


def _kinds(node: Any, known: dict[Any, set[str]]) -> set[str]:
    """Which of absolute values and squares are computed at a node or behind it."""
    if node is None:
        return set()
    if node not in known:
        inputs = [following for following, _ in node.next_functions]
        kinds = set().union(*(_kinds(following, known) for following in inputs))
        name = type(node).__name__
        if name.startswith(("Abs", "L1Loss")):
            kinds.add("absolute")
        if name.startswith(("Pow", "MseLoss")) or (name.startswith("Mul") and _twice(inputs)):
            kinds.add("square")
        known[node] = kinds
    return known[node]


def _twice(inputs: list[Any]) -> bool:
    return len(inputs) == 2 and inputs[0] is not None and inputs[0] == inputs[1]


def _shape_below(name: str, source: str) -> str:
    """The shape that make_dot writes below a name, which tells whose box it is on."""
    label = re.search(rf"{name}\s*(?:\\n)?\s*\(([\d, ]*)\)", source)
    return f"({label[1].strip()})" if label else "none"


def _source(graph: Any) -> str:
    return str(instance(graph, Digraph, "a graphviz.Digraph").source)


def _listed(leaves: Any) -> list[torch.Tensor]:
    asked = "a list of tensors"
    return [instance(leaf, torch.Tensor, asked) for leaf in instance(leaves, (list, tuple), asked)]


def _which(found: list[torch.Tensor], **tensors: torch.Tensor) -> str:
    names = (name for name, t in tensors.items() if any(t is leaf for leaf in found))
    return ", ".join(sorted(names)) or "none"


def _layer_leaves(exercise: Any, draw: Draw) -> str:
    model = nn.Sequential(draw.linear(2, 2), nn.Tanh(), draw.linear(2, 1))
    model[0].bias.requires_grad_(False)
    output = model(draw.tensor(3, 2)).mean()
    return _which(_listed(exercise.trainable_leaves(output)), **dict(model.named_parameters()))
