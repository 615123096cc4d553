"""Data loaders: every point once an epoch, splits that a seed repeats, batches sent to the device."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset

from grader.check import check
from grader.draw import Draw
from grader.observe import floats, instance, integers, several, tensor
from grader.watch import StepWatch, turns

# --- make_loader


@check("make_loader", aspect="data", look="DataLoader", tidy=True, generator="drawn")
def gives_every_point_in_batches(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Without shuffling, each epoch gives all points in the data set's order, the last batch short.

    A loader cuts the data set into batches; drop_last, which throws a short one away, is off unless asked for.
    """
    size = draw.integer(3, 5)
    x, y = draw.points(2 * size + 1)
    loader = _loader(exercise.make_loader(_Pairs(x, y), size, False))
    first, second = ([several(batch, "x", "y") for batch in loader] for _ in range(2))
    return {
        "points in each batch": [len(batch[0]) for batch in first],
        "x": [tensor(batch[0]) for batch in first],
        "y": [tensor(batch[1]) for batch in first],
        "x of the second epoch": [tensor(batch[0]) for batch in second],
    }


@check("make_loader", aspect="data", look="DataLoader")
def shuffles_anew_each_epoch_by_default(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Unless told otherwise, batches hold 16 points, in a new order each epoch.

    A loader that shuffles draws a new order from torch's global generator whenever an epoch begins.
    """
    dataset = _Pairs(*_numbered(draw.integer(35, 45)))
    state = torch.get_rng_state()
    loader = _loader(exercise.make_loader(dataset))
    sizes = [len(batch[0]) for batch in loader]
    torch.set_rng_state(state)
    first, second = _order(loader), _order(loader)
    later = _order(_loader(exercise.make_loader(dataset)))
    torch.set_rng_state(state)
    again = _order(_loader(exercise.make_loader(dataset)))
    points = [dataset[i] for i in range(len(dataset))]
    asked = list(_loader(exercise.make_loader(points, 33, shuffle=True)))
    return {
        "points in each batch": sizes,
        "every point once": sorted(first),
        "every point once in the second epoch": sorted(second),
        "the data set's own order": first == sorted(first),
        "the second epoch repeats the first": second == first,
        "the second epoch cuts the same batches": _cut(second) == _cut(first),
        "a later loader repeats the first": later == first,
        "the data set's own order, shuffle=True": _order(asked) == sorted(_order(asked)),
        "points in each batch, 33 asked for": [len(x) for x, _ in asked],
        "the same state of torch's generator gives the same order": again == first,
        "the data set is as it was": _order(points) == list(range(len(points))),
    }


# --- split_dataset


@check("split_dataset", aspect="data", look="torch.Generator", tidy=True)
def splits_by_a_generator_of_its_own(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The points fall as by random_split with a generator seeded with seed; torch's own is left alone.

    The rows are shuffled, and the first n_train of them train; a torch.Generator is a source of numbers apart from the global one.
    """
    dataset = TensorDataset(*_numbered(draw.integer(11, 17)))
    parts = exercise.split_dataset(dataset, draw.integer(6, 9), draw.seed())
    train, val = several(parts, *_PARTS)
    return {
        "points in train and val": [len(train), len(val)],
        "x in train": _numbers(train),
        "x in val": _numbers(val),
        "y in val": [int(val[i][1]) for i in range(len(val))],
        "x handed in, afterwards": tensor(dataset.tensors[0]),
    }


@check("split_dataset", aspect="data", look="random_split")
def one_seed_gives_one_split(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """The same seed always gives the same split, another seed another one, of any data set.

    A seed decides all numbers that a generator gives; how often one has split before plays no part.
    """
    dataset = _Pairs(*_numbered(draw.integer(12, 16)))
    ten, n = _Pairs(*_numbered(10)), len(dataset)
    seed, n_train = draw.seed(), draw.integer(3, 9)
    calls: dict[str, tuple[Any, int, int]] = {
        "split": (dataset, n_train, seed),
        "split by another seed": (dataset, n_train, seed - 1),
        "split by the first seed again": (dataset, n_train, seed),
        "split by the seed 0": (dataset, n_train, 0),
        "split by a negative seed": (dataset, n_train, -seed),
        "split of ten, eight to train": (ten, 8, seed),
        "split with nothing left to validate": (dataset, n, seed),
    }
    facts: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # random_split warns of a part without points
        for name, arguments in calls.items():
            parts = several(exercise.split_dataset(*arguments), *_PARTS)
            facts[name] = [_numbers(part) for part in parts]
    return facts


# --- batch_sizes


@check("batch_sizes", aspect="data", look="len of a tensor", tidy=True, generator="drawn")
def counts_the_points_of_each_batch(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Counts the points in every batch that the loader gives, in order.

    Only the batches themselves tell: a last one may be short or dropped, and a sampler may cut as it likes.
    """
    size = draw.integer(3, 5)
    uneven = [draw.integer(1, 4), 1, draw.integer(2, 4), 3]
    n = 4 * size + 1
    dataset = TensorDataset(draw.tensor(n, 3, 4), draw.tensor(n, 2))
    cut = [rows.tolist() for rows in torch.arange(sum(uneven)).split(uneven)]
    loaders = {
        "a short last batch": DataLoader(dataset, batch_size=size, shuffle=True),
        "a dropped last batch": DataLoader(dataset, batch_size=size, drop_last=True),
        "batches of a sampler": DataLoader(dataset, batch_sampler=cut),
    }
    return {name: integers(exercise.batch_sizes(loader)) for name, loader in loaders.items()}


# --- train_epoch


@check("train_epoch", aspect="data", look="DataLoader", tidy=True, generator="drawn")
def takes_one_step_on_every_batch(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Each batch is given to train_step(x, y) once, in order, and its losses are returned.

    An epoch runs through all batches, the short last one too; every batch has a loss of its own.
    """
    size = draw.integer(2, 4)
    train_step = StepWatch()
    dataset = TensorDataset(*draw.points(3 * size + 1))
    order = draw.rng.permutation(len(dataset)).tolist()
    loader = DataLoader(dataset, batch_size=size, sampler=order)
    losses = exercise.train_epoch(loader, train_step, device)
    with torch.no_grad():
        exercise.train_epoch(loader, StepWatch(), device)
        grad_mode = torch.is_grad_enabled()
    return {
        "steps": len(train_step.batches),
        "x": [x for x, _ in train_step.batches],
        "y": [y for _, y in train_step.batches],
        "losses": floats(losses),
        "grad mode in train_step": sorted(train_step.grad_modes),
        "grad mode afterwards, where it was off": grad_mode,
    }


@check("train_epoch", aspect="device", look="Tensor.to", tidy=True, generator="drawn")
def sends_each_batch_to_the_device(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """train_step sees x and y on the device, whether its name or a torch.device is handed in.

    A loader gives CPU tensors; .to(device) returns the tensor that lives there. The losses are train_step's, as on the CPU.
    """
    dataset = TensorDataset(*draw.points(5))
    facts: dict[str, Any] = {}
    for kind, where in (("a name", device), ("a torch.device", torch.device(device))):
        train_step = StepWatch(device)
        losses = exercise.train_epoch(DataLoader(dataset, batch_size=2), train_step, where)
        facts[f"x is on, given {kind}"] = turns(train_step.x_places)
        facts[f"y is on, given {kind}"] = turns(train_step.y_places)
        facts[f"losses, given {kind}"] = floats(losses)
        facts[f"the data set is on, given {kind}"] = dataset.tensors[0].device.type
    return facts


_PARTS = ("train", "val")


class _Pairs(Dataset[tuple[torch.Tensor, torch.Tensor]]):
    """A data set with a length and single items, and nothing else."""

    def __init__(self, x: torch.Tensor, y: torch.Tensor) -> None:
        self._x, self._y = x, y

    def __len__(self) -> int:
        return len(self._x)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self._x[i], self._y[i]


def _numbered(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """n points, x and y, whose x is their row number."""
    x = torch.arange(n, dtype=torch.float32).reshape(n, 1)
    return x, 10 * x


def _numbers(part: Any) -> list[int]:
    """The row numbers of the points in a part of a numbered data set."""
    return [int(part[i][0]) for i in range(len(part))]


def _loader(value: Any) -> DataLoader[Any]:
    return instance(value, DataLoader, "a DataLoader")


def _order(batches: Iterable[Any]) -> list[int]:
    """The row numbers in the order of one epoch, or of points."""
    return [int(number) for x, _ in batches for number in x]


def _cut(order: list[int]) -> set[frozenset[int]]:
    """An epoch's batches of 16, whatever the order among them and in them."""
    return {frozenset(order[i : i + 16]) for i in range(0, len(order), 16)}
