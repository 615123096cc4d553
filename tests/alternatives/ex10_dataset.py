"""Data sets, in other styles. Classes are named as functions are: by the style."""

import csv
import operator
import os
from collections import namedtuple
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset, StackDataset, TensorDataset

from . import alternative

# --- CustomDataset


@alternative("CustomDataset")
class a_tuple_of_tensors(Dataset):
    def __init__(self, *tensors):
        super().__init__()
        self.tensors = tensors

    def __len__(self):
        return self.tensors[0].size(0)

    def __getitem__(self, i):
        return tuple(t[i] for t in self.tensors)


@alternative("CustomDataset")
class inherits_from_tensor_dataset(TensorDataset):
    pass


@alternative("CustomDataset")
class copies_and_lists(Dataset):
    def __init__(self, features, labels):
        self._x, self._y = features.clone(), labels.clone()

    def __len__(self):
        return self._y.shape[0]

    def __getitem__(self, index):
        return [self._x.__getitem__(index), operator.getitem(self._y, index)]


Point = namedtuple("Point", ["features", "label"])


@alternative("CustomDataset")
class asks_for_the_end_itself(Dataset):
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.n = len(x)

    def __len__(self):
        return self.n

    def __iter__(self):
        return (self[i] for i in range(self.n))

    def __getitem__(self, index):
        if isinstance(index, int) and (index >= self.n or index < -self.n):
            raise IndexError(f"{index} of {self.n}")
        return Point(self.x[index], label=self.y[index])


@alternative("CustomDataset")
class stacks_them(StackDataset):
    def __init__(self, x, y, **names):
        super().__init__(x, y)
        self.names = names


@alternative("CustomDataset")
class counts_by_a_range(Dataset):
    def __init__(self, x, y):
        self._rows, self._get = range(len(x)), lambda i: (x[i, ...], y[i, ...])

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, i):
        return self._get(i if isinstance(i, slice) else self._rows[i])


# --- make_tensor_dataset


@alternative("make_tensor_dataset")
def with_torch_tensor(x, y):
    return TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float))


@alternative("make_tensor_dataset")
def converted_by_numpy(x, y):
    return TensorDataset(*(torch.as_tensor(values.astype("float32")) for values in (x, y)))


@alternative("make_tensor_dataset")
def with_the_old_class(x, y):
    tensors = map(torch.FloatTensor, (x, y))
    return TensorDataset(*tensors)


class _Named(TensorDataset):
    """A TensorDataset of one's own."""


@alternative("make_tensor_dataset")
def with_a_subclass(x, y):
    x, y = np.asarray(x), np.asarray(y)
    return _Named(
        torch.from_numpy(x).to("cpu", torch.float32), torch.from_numpy(y).type(torch.float32)
    )


# --- CsvDataset


@alternative("CsvDataset")
class through_loadtxt(Dataset):
    def __init__(self, path, transform=None):
        values = np.loadtxt(path, dtype=np.float32, delimiter=",", skiprows=1, ndmin=2)
        self.x, self.y = torch.from_numpy(values[:, :1]), torch.from_numpy(values[:, 1:])
        self.transform = transform

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        x, y = self.x[i], self.y[i]
        if self.transform:
            x = self.transform(x)
        return x, y


@alternative("CsvDataset")
class reads_the_file_at_each_item(Dataset):
    def __init__(self, path, transform=lambda x: x):
        self.path = os.fspath(path)
        self.transform = transform or (lambda x: x)

    def _lines(self):
        with open(self.path, encoding="utf-8") as file:
            next(file)
            return [line for line in file if line.strip()]

    def __len__(self):
        return len(self._lines())

    def __getitem__(self, index):
        x, y = self._lines()[index].split(",")
        return [self.transform(torch.FloatTensor([float(x)])), torch.FloatTensor([float(y)])]


@alternative("CsvDataset")
class through_a_path(Dataset):
    def __init__(self, path, transform=None):
        rows = list(csv.reader(Path(path).read_text().strip().splitlines()))[1:]
        self.points = torch.tensor([[float(v) for v in row] for row in rows])
        self.transform = transform

    def __len__(self):
        return self.points.shape[0]

    def __getitem__(self, index):
        if index >= len(self):
            raise IndexError("no such point")
        x, y = self.points[index].split(1)
        return x if self.transform is None else self.transform(x), y


@alternative("CsvDataset")
class tensors_made_at_the_start(TensorDataset):
    def __init__(self, path, transform=None):
        values = np.genfromtxt(path, delimiter=",", names=True)
        columns = [torch.from_numpy(np.atleast_1d(values[c])).float().unsqueeze(1) for c in "xy"]
        super().__init__(*columns)
        self.transform = transform

    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return (self.transform(x.clone()), y) if self.transform is not None else (x, y)
