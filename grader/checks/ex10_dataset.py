"""Data sets: points in pairs, from tensors, from arrays, and from a file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset

from grader.check import check
from grader.draw import Draw
from grader.observe import array, describe, gradient, instance, number, place, several, tensor
from grader.watch import named

# --- CustomDataset


@check("CustomDataset", aspect="device", look="Dataset.__getitem__", tidy=True)
def item_i_is_the_pair_of_x_and_y(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Item i is the pair (x[i], y[i]) as the tensors have it: numbers, shape, dtype and device.

    A data set keeps its rows as it was given them, and counts them by len(); to convert or to send them is the training's part.
    """
    labels = torch.from_numpy(draw.rng.randint(3, 1000, 4))
    kinds = {
        "columns:": draw.points(draw.integer(5, 8)),
        "pictures with labels:": (draw.tensor(4, 2, 5), labels),
        "a single point:": draw.points(1),
        "tensors on another device:": draw.points(3, device),
    }
    made = {kind: _dataset(exercise.CustomDataset(x, y)) for kind, (x, y) in kinds.items()}
    facts: dict[str, Any] = {}
    for kind, dataset in made.items():
        x, y = kinds[kind]
        facts |= named(kind, _points(dataset, len(x)))
        places = zip(_PAIR, several(dataset[0], *_PAIR), strict=True)
        facts |= named(kind, {f"{name} is on": place(value, x.device) for name, value in places})
        facts |= named(kind, {"x handed in, afterwards": tensor(x), "y handed in": tensor(y)})
        facts |= named(kind, {"x requires grad": x.requires_grad})
    return facts


@check("CustomDataset", aspect="api", look="IndexError")
def indices_act_as_on_tensors(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Negative numbers count from the end, slices give several points, and past the end is IndexError.

    A tensor knows all these indices. IndexError also tells a for loop that the data set has ended.
    """
    n = draw.integer(5, 8)
    dataset = _dataset(exercise.CustomDataset(draw.tensor(n, 2), draw.tensor(n, 1)))
    indices = {
        "-1": -1,
        f"-{n}": -n,
        "1:3": slice(1, 3),
        "-2:": slice(-2, None),
        "::2": slice(None, None, 2),
        f"{n - 1}:{n + 5}": slice(n - 1, n + 5),
    }
    facts: dict[str, Any] = {}
    for name, index in indices.items():
        x, y = several(dataset[index], *_PAIR)
        facts |= {f"x at [{name}]": tensor(x), f"y at [{name}]": tensor(y)}
    for index in (n, n + 3, -n - 1):
        facts[f"index {index} of {n} points"] = _answer(dataset, index)
    return {**facts, "points that a for loop reads": _read(dataset, n)}


# --- make_tensor_dataset


@check("make_tensor_dataset", aspect="numbers", look="torch.from_numpy", tidy=True)
def holds_x_and_y_as_float32(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Gives a TensorDataset of x and y as float32 tensors on the CPU; the arrays stay as they were.

    Rows and shapes stay, and the numbers become float32, since numpy counts in float64, and layers do not.
    """
    facts: dict[str, Any] = {}
    for kind, n in (("several points:", draw.integer(5, 9)), ("a single point:", 1)):
        x, y = draw.line(n)
        made = exercise.make_tensor_dataset(x, y)
        dataset = instance(made, TensorDataset, "a TensorDataset")
        x_held, y_held = several(dataset.tensors, "tensor x", "tensor y")
        facts |= named(kind, {"points": len(dataset), "x": tensor(x_held), "y": tensor(y_held)})
        facts |= named(kind, {"x is on": _device(x_held), "y is on": _device(y_held)})
        facts |= named(kind, {"array x afterwards": array(x), "array y afterwards": array(y)})
    return facts


@check("make_tensor_dataset", aspect="data", look="TensorDataset")
def its_batches_train_a_layer(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Its items are pairs of x and y, and its batches can train a layer.

    A layer computes in float32, and refuses numbers of another dtype; x comes first, the label second.
    """
    n = draw.integer(4, 7)
    dataset = instance(exercise.make_tensor_dataset(*draw.line(n)), Dataset, "a TensorDataset")
    item = several(dataset[n - 2], *_PAIR)
    layer = draw.linear()
    x, y = several(next(iter(DataLoader(dataset, batch_size=n))), *_PAIR)
    loss = ((layer(x) - y) ** 2).mean()
    loss.backward()
    return {
        "x of an item": tensor(item[0]),
        "y of an item": tensor(item[1]),
        "loss of a layer": number(loss.detach()),
        "gradient of a layer": gradient(layer.weight),
    }


# --- CsvDataset


@check("CsvDataset", aspect="data", look="csv.DictReader", tidy=True)
def each_line_is_a_point(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """Each line after the header is a point, a pair of float32 tensors of shape (1,).

    The header and a blank last line are no points; all others are, in the file's order, also where an x comes twice.
    """
    facts: dict[str, Any] = {}
    sizes = [draw.integer(4, 7), draw.integer(2, 5), draw.integer(3, 6)]
    with _files(draw, sizes, ends=("\n", "\n\n", "")) as paths:
        texts = [path.read_text() for path in paths]
        given = {
            "a str:": str(paths[0]),
            "a blank last line:": paths[1],
            "PathLike:": _At(paths[2]),
        }
        made = {kind: _dataset(exercise.CsvDataset(path)) for kind, path in given.items()}
        for (kind, dataset), n in zip(made.items(), sizes, strict=True):
            facts |= named(kind, _points(dataset, n))
            if len(dataset) > 0:
                x, y = several(dataset[0], *_PAIR)
                facts |= named(kind, {"x is on": _device(x), "y is on": _device(y)})
        facts["the files are as they were"] = [path.read_text() for path in paths] == texts
    return facts


@check("CsvDataset", aspect="data", look="transform")
def transforms_x_whenever_an_item_is_read(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """transform gets x's tensor each time an item is read, and its result is returned as it is.

    A transform may be random, so it runs when an item is read, not before. It may give any object.
    """
    n, transform = draw.integer(3, 6), _Transform()
    facts: dict[str, Any] = {}
    with _files(draw, [n]) as [path]:
        dataset = _dataset(exercise.CsvDataset(path, transform))
        facts["points"] = len(dataset)
        facts["calls before an item is read"] = len(transform.saw)
        for turn, i in enumerate((1, min(n, len(dataset)) - 1, 1), 1):
            x, y = several(dataset[i], *_PAIR)
            facts[f"calls after item {turn}"] = len(transform.saw)
            facts[f"item {turn} has transform's result"] = x is transform.gave
            facts[f"y of item {turn}"] = tensor(y)
        negated = several(_dataset(exercise.CsvDataset(path, transform=torch.neg))[0], *_PAIR)
        plain = several(_dataset(exercise.CsvDataset(path, transform=None))[0], *_PAIR)
        nothing = several(_dataset(exercise.CsvDataset(path, lambda x: None))[0], *_PAIR)
    return {
        **facts,
        "transform was given": transform.saw,
        "x after torch.neg": tensor(negated[0]),
        "y after torch.neg": tensor(negated[1]),
        "x without transform": tensor(plain[0]),
        "x where transform gives None": describe(nothing[0]),
    }


@check("CsvDataset", aspect="api", look="IndexError")
def ends_after_its_last_point(exercise: Any, draw: Draw, device: str) -> dict[str, Any]:
    """An index from len() on raises IndexError, so that a for loop ends; one point is a data set too.

    Without __iter__, a for loop asks for item 0, 1, 2 and so on until it meets an IndexError.
    """
    facts: dict[str, Any] = {}
    sizes = [draw.integer(3, 6), 1]
    with _files(draw, sizes, ends=("\n", "\n")) as paths:
        for path, n in zip(paths, sizes, strict=True):
            dataset = _dataset(exercise.CsvDataset(path))
            kind = f"{n} in the file:"
            for index in (n, n + 3):
                facts |= named(kind, {f"index {index}": _answer(dataset, index)})
            facts |= named(kind, {"points that a for loop reads": _read(dataset, n)})
            facts |= named(kind, _points(dataset, n))
    return facts


_PAIR = ("x", "y")


class _At(os.PathLike[str]):
    """A path that is neither str nor Path."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return str(self._path)

    __str__ = __fspath__


class _Transform:
    """Notes each x that it is given, and gives a new object that is no tensor."""

    def __init__(self) -> None:
        self.saw: list[Any] = []
        self.gave: object = None

    def __call__(self, x: Any) -> object:
        self.saw.append(tensor(x))
        self.gave = object()
        return self.gave


def _dataset(made: Any) -> Any:
    return instance(made, Dataset, "a torch.utils.data.Dataset")


def _points(dataset: Any, n: int) -> dict[str, Any]:
    """The length of a data set, which should be n, and its items."""
    length = len(dataset)
    items = [several(dataset[i], *_PAIR) for i in range(min(n, length))]
    first = zip(_PAIR, items[0], strict=True) if items else ()
    return {
        "points": length,
        **{f"{name} of item 0": tensor(value) for name, value in first},
        "x of all items": [tensor(x) for x, _ in items],
        "y of all items": [tensor(y) for _, y in items],
    }


def _device(value: Any) -> str:
    return value.device.type if isinstance(value, torch.Tensor) else describe(value)


def _answer(dataset: Any, index: int) -> str:
    """What a data set answers to an index past its end."""
    try:
        return describe(dataset[index])
    except IndexError:
        return "raises IndexError"


def _read(dataset: Any, n: int) -> int:
    """How many items a for loop reads, stopped a little after n."""
    return sum(1 for _ in islice(iter(dataset), n + 3))


@contextmanager
def _files(draw: Draw, sizes: Sequence[int], ends: Sequence[str] = ("\n",)) -> Iterator[list[Path]]:
    """Files of so many points each; `ends` is what follows the last one's numbers."""
    with TemporaryDirectory() as folder:
        paths: list[Path] = []
        for n, end in zip(sizes, ends, strict=True):
            points = draw.array(n, 2) * 10
            points[-1, 0] = points[0, 0]  # two points may share their x
            rows = [f"{x:.5f},{y:.4g}" for x, y in points]
            paths.append(Path(folder) / f"points_{len(paths)}.csv")
            paths[-1].write_text("\n".join(["x,y", *rows]) + end, encoding="utf-8")
        yield paths
