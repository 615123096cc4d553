"""Evaluation: the right mode, no graph, every epoch anew; and the whole program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import register_module_parameter_registration_hook
from torch.utils.data import DataLoader, TensorDataset

from grader.check import check
from grader.draw import Draw
from grader.facts import Fact
from grader.observe import array, floats, gradient, instance, leaf, place, several, tensor
from grader.watch import WatchedModel, named, turns

# --- evaluate


@check("evaluate", aspect="mode", look="nn.Module.eval")
def predicts_in_evaluation_mode(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The model predicts in evaluation mode, nested layers too, and each batch gives its loss.

    eval() switches a model and all its layers until train() is called; the loss of a batch is what loss_fn gives for it, one number.
    """
    watched = _Watched(draw, WatchedModel(draw.linear()))
    loader, other = _loader(draw, 7), _loader(draw, 3)
    losses = exercise.evaluate(watched.model.train(), watched.loss_fn, loader, device)
    modes = turns(watched.modes)
    again = exercise.evaluate(watched.model.eval(), watched.loss_fn, other, device)
    dropout = exercise.evaluate(nn.Dropout(0.5), nn.MSELoss(), other, device)
    return {
        "modes in which it predicts": modes,
        "losses": floats(losses),
        "losses of a model found in evaluation mode": floats(again),
        "its mode at the end": _mode(watched.model[0]),
        "losses of a Dropout layer alone": floats(dropout),
    }


@check("evaluate", aspect="graph", look="torch.no_grad", tidy=True, generator="drawn")
def builds_no_graph_and_changes_nothing(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Neither the model nor the loss builds a graph; parameters, flags and gradients stay as they were.

    Autograd notes every operation on trainable tensors, also those in the loss, unless grad mode is off while they run.
    """
    watched = _Watched(draw, draw.linear())
    weight, bias = watched.model.parameters()
    bias.requires_grad_(False)
    weight.grad, watched.scale.grad = draw.tensor(1, 1), draw.tensor(1)
    exercise.evaluate(watched.model, watched.loss_fn, _loader(draw, 5), device)
    with torch.no_grad():
        exercise.evaluate(watched.model, watched.loss_fn, _loader(draw, 3), device)
        grad_mode = torch.is_grad_enabled()
    return {
        "a graph is built in the model": turns(watched.model_graphs),
        "a graph is built in the loss": turns(watched.loss_graphs),
        "weight": tensor(weight),
        "weight.grad": gradient(weight),
        "gradient of a tensor in the loss": gradient(watched.scale),
        **named("weight", leaf(weight)),
        **named("frozen bias", leaf(bias)),
        "grad mode afterwards, where it was off": grad_mode,
    }


@check("evaluate", aspect="device", look="Tensor.to")
def evaluates_where_the_model_is(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Sends x and y of each batch to the device, whether its name or a torch.device is handed in.

    A loader gives CPU tensors; .to(device) returns the tensor that lives there. The losses are the same on every device.
    """
    model, facts = nn.Sequential(draw.linear(device=device)), dict[str, Any]()
    places: list[Fact] = []

    def loss_fn(y: torch.Tensor, yhat: torch.Tensor) -> torch.Tensor:
        places.extend(place(values, device) for values in (y, yhat))
        return (y - yhat).abs().mean()

    for kind, where in (("a name", device), ("a torch.device", torch.device(device))):
        losses = exercise.evaluate(model, loss_fn, _loader(draw, 5), where)
        facts[f"labels and predictions are on, given {kind}"] = turns(places)
        facts[f"losses, given {kind}"] = floats(losses)
    return {**facts, "the model is on": place(model[0].weight, device)}


# --- fit


@check("fit", aspect="mode", look="nn.Module.train", tidy=True, generator="drawn")
def trains_and_validates_by_turns(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Each epoch trains on every batch in training mode, then validates as evaluate does.

    A mode lasts until it is changed, so that each epoch switches twice; and each update needs the gradient of its own batch alone.
    """
    watched = _Watched(draw, WatchedModel(draw.linear()))
    model = watched.model.eval()
    result, updates = _fit(exercise, draw, model, watched.loss_fn, 3, device)
    losses, val_losses = several(result, "losses", "val_losses")
    weight, bias = model.parameters()
    return {
        "modes by turns": turns(watched.modes),
        "losses": floats(losses, updates),
        "val_losses": floats(val_losses, updates),
        "a graph is built in the model": turns(watched.model_graphs),
        "a graph is built in the loss": turns(watched.loss_graphs),
        "weight": tensor(weight, updates),
        "bias": tensor(bias, updates),
    }


@check("fit", aspect="device", look="Tensor.to")
def sends_training_and_validation_batches(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Batches of both loaders are sent to the device, whether its name or a torch.device is handed in.

    Loaders give CPU tensors; a model works on its own device only, and learns there as on the CPU.
    """
    facts: dict[str, Any] = {}
    for kind, where in (("a name", device), ("a torch.device", torch.device(device))):
        model = nn.Sequential(draw.linear(device=device))
        result, updates = _fit(exercise, draw, model, nn.HuberLoss(), 2, where)
        losses, val_losses = several(result, "losses", "val_losses")
        facts[f"losses, given {kind}"] = floats(losses, updates)
        facts[f"val_losses, given {kind}"] = floats(val_losses, updates)
        facts[f"weight, given {kind}"] = tensor(model[0].weight, updates)
        facts[f"the model is on, given {kind}"] = place(model[0].weight, device)
    return facts


# --- run


@check("run", aspect="numbers", look="torch.manual_seed", tidy=True, generator="seeded")
def one_seed_gives_the_tutorials_numbers(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The six steps of the page, in their order, give one seed's model and losses.

    Split and layer draw from one generator, and what is drawn first gets the first numbers; sizes, loss and optimizer are the page's.
    """
    x, y = draw.line(5 * draw.integer(21, 24))  # both loaders end with a short batch
    lr, n_epochs = draw.uniform(0.02, 0.2), draw.integer(2, 4)
    result = exercise.run(x, y, draw.seed(), lr, n_epochs)
    model, losses, val_losses = several(result, *_RESULTS)
    layers = [_layer(layer) for layer in instance(model, nn.Sequential, "an nn.Sequential")]
    by_default = several(exercise.run(x[:5], y[:5]), *_RESULTS)
    return {
        "layers": layers,
        "losses": floats(losses, 6 * n_epochs),
        "val_losses": floats(val_losses, 6 * n_epochs),
        "parameters": [tensor(p, 6 * n_epochs) for p in model.parameters()],
        "losses by default": floats(by_default[1], 150),
        "parameters by default": [tensor(p, 150) for p in by_default[0].parameters()],
        "x afterwards": array(x),
        "y afterwards": array(y),
    }


@check("run", aspect="device", look="nn.Module.to", tidy=True, generator="seeded")
def trains_on_the_device(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The model lives and trains on the device, whether its name or a torch.device is handed in.

    Module.to(device) moves every parameter; the data stay on the CPU, and batches follow as they come.
    """
    facts: dict[str, Any] = {}
    for kind, where in (("a name", device), ("a torch.device", torch.device(device))):
        with _batches_noted(device) as batches, _layers_noted(device) as layers:
            result = exercise.run(*draw.line(30), draw.seed(), draw.uniform(0.02, 0.2), 2, where)
        model, losses, val_losses = several(result, *_RESULTS)
        parameters = list(instance(model, nn.Module, "a model").parameters())
        facts[f"the model is on, given {kind}"] = [place(p, device) for p in parameters]
        facts[f"parameters, given {kind}"] = [tensor(p, 4) for p in parameters]
        facts[f"losses, given {kind}"] = floats(losses, 4)
        facts[f"val_losses, given {kind}"] = floats(val_losses, 4)
        facts[f"batches leave a loader on the device, given {kind}"] = _GIVEN in batches
        facts[f"the layer is made on the device, given {kind}"] = _GIVEN in layers[:1]
    return facts


@contextmanager
def _layers_noted(device: str) -> Iterator[list[Fact]]:
    """Note where the parameters of every layer are when it is made."""
    places: list[Fact] = []

    def note(layer: nn.Module, name: str, parameter: nn.Parameter) -> None:
        places.append(place(parameter, device))

    handle = register_module_parameter_registration_hook(note)
    try:
        yield places
    finally:
        handle.remove()


@contextmanager
def _batches_noted(device: str) -> Iterator[list[Fact]]:
    """Note where the batches of every loader are when they leave it."""
    iterate = DataLoader.__iter__
    places: list[Fact] = []

    def noting(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            places.append(place(batch[0] if isinstance(batch, list | tuple) else batch, device))
            yield batch

    DataLoader.__iter__ = lambda loader: noting(iterate(loader))  # type: ignore[method-assign,assignment,return-value]
    try:
        yield places
    finally:
        DataLoader.__iter__ = iterate  # type: ignore[method-assign]


_RESULTS = ("model", "losses", "val_losses")
_GIVEN = "the device handed in"


class _Watched:
    """A model, a loss that is trainable itself, and notes on how both ran.

    The notes are made by closures, which a deep copy of the model shares.

    Args:
        draw: for the loss.
        layer: what the model, an nn.Sequential, holds; notes are taken there, inside.

    Attributes:
        scale: a trainable tensor in the loss.
        modes: for each forward, the whole model's mode, then the layer's.
        model_graphs, loss_graphs: for each forward and loss, whether a graph was built.
    """

    def __init__(self, draw: Draw, layer: nn.Module) -> None:
        self.model = nn.Sequential(layer)
        self.scale = scale = draw.parameter()
        self.modes: list[str] = []
        self.model_graphs: list[bool] = []
        self.loss_graphs: list[bool] = []
        modes, model_graphs, loss_graphs = self.modes, self.model_graphs, self.loss_graphs

        def note(layer: nn.Module, inputs: Any, output: torch.Tensor) -> None:
            modes.append(_mode(layer))
            model_graphs.append(output.requires_grad)

        def loss_fn(y: torch.Tensor, yhat: torch.Tensor) -> torch.Tensor:
            loss = ((1 + scale.sigmoid()) * (y - yhat).abs()).pow(1.5).sum()
            loss_graphs.append(loss.requires_grad)
            return loss

        self.model.register_forward_pre_hook(lambda model, inputs: modes.append(_mode(model)))
        layer.register_forward_hook(note)
        self.loss_fn = loss_fn


def _fit(
    exercise: Any,
    draw: Draw,
    model: nn.Module,
    loss_fn: Any,
    n_epochs: int,
    device: str | torch.device,
) -> tuple[Any, int]:
    """Fit a model by SGD with momentum on loaders with short last batches; and count the updates."""
    optimizer = torch.optim.SGD(model.parameters(), draw.uniform(0.01, 0.03), momentum=0.7)
    train_loader, val_loader = _loader(draw, 7), _loader(draw, 5)
    loaders = (train_loader, val_loader)
    result = exercise.fit(model, loss_fn, optimizer, *loaders, n_epochs, device)
    return result, n_epochs * len(train_loader)


def _loader(draw: Draw, n: int) -> DataLoader[Any]:
    """n points in batches of two, the last one short if n is odd."""
    return DataLoader(TensorDataset(*draw.points(n)), batch_size=2)


def _mode(model: nn.Module) -> str:
    return "training" if model.training else "evaluation"


def _layer(layer: nn.Module) -> str:
    if isinstance(layer, nn.Linear):
        return f"Linear({layer.in_features}, {layer.out_features})"
    return type(layer).__name__[:80]
