"""Known mistakes about data sets. Classes are named as functions are: by the mistake."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import torch
from torch.utils.data import Dataset, TensorDataset

from grader.bank import mistake

# --- CustomDataset


class _Pairs(Dataset):
    """What most of the data sets below get right."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], self.y[index]


@mistake("CustomDataset", look="Dataset.__getitem__")
class gives_x_alone(_Pairs):
    """A point is the pair of its features and its label."""

    def __getitem__(self, index):
        return self.x[index]


@mistake("CustomDataset", look="Dataset.__getitem__")
class gives_y_first(_Pairs):
    """The features come first, then the label; who unpacks the pair relies on the order."""

    def __getitem__(self, index):
        return self.y[index], self.x[index]


@mistake("CustomDataset", look="Dataset.__getitem__")
class misspells_getitem(Dataset):
    """Square brackets call __getitem__, with two underscores on each side; under another name it is not found."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def _getitem_(self, index):
        return self.x[index], self.y[index]


@mistake("CustomDataset", look="__len__")
class forgets_len(Dataset):
    """len() calls __len__, and a loader needs it to know how many points there are."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __getitem__(self, index):
        return self.x[index], self.y[index]


@mistake("CustomDataset", look="Tensor.shape")
class counts_columns(_Pairs):
    """Rows are points: they are the first dimension, and len() of the tensor counts them."""

    def __len__(self):
        return self.x.shape[-1]


@mistake("CustomDataset", look="torch.utils.data.Dataset")
class inherits_from_nothing:
    """A data set is a torch.utils.data.Dataset: that is what functions which split or join it ask for."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], self.y[index]


@mistake("CustomDataset", look="Tensor.float")
class converts_to_float(_Pairs):
    """Labels may be whole numbers, and must stay so: the dtype is the caller's to choose."""

    def __init__(self, x, y):
        super().__init__(x.float(), y.float())


@mistake("CustomDataset", look="Tensor.cpu")
class moves_to_the_cpu(_Pairs):
    """The data set hands out what it was given; tensors that were on another device have left it here."""

    def __init__(self, x, y):
        super().__init__(x.cpu(), y.cpu())


@mistake("CustomDataset", look="Tensor.numpy")
class keeps_numpy_arrays(_Pairs):
    """Items are tensors, as they were handed in; numpy has neither gradients nor other devices."""

    def __init__(self, x, y):
        super().__init__(x.cpu().numpy(), y.cpu().numpy())


@mistake("CustomDataset", look="Tensor.item")
class gives_plain_numbers(_Pairs):
    """An item is a pair of tensors; .item() works for a single number alone."""

    def __getitem__(self, index):
        return self.x[index].item(), self.y[index].item()


@mistake("CustomDataset", look="Tensor.requires_grad_")
class marks_x_as_trainable(_Pairs):
    """requires_grad_() changes the tensor that was handed in; parameters are trained, and data are not."""

    def __init__(self, x, y):
        super().__init__(x.requires_grad_(), y)


@mistake("CustomDataset", look="slice")
class keeps_a_list_of_pairs(_Pairs):
    """A slice of a list of pairs is a list of pairs; asked for is one pair, of a slice of x and a slice of y."""

    def __init__(self, x, y):
        super().__init__(x, y)
        self.pairs = list(zip(x, y, strict=True))

    def __getitem__(self, index):
        return self.pairs[index]


@mistake("CustomDataset", look="slice")
class keeps_a_dimension(_Pairs):
    """x[i : i + 1] keeps a dimension of length one, which x[i] has not."""

    def __getitem__(self, index):
        return self.x[index : index + 1], self.y[index : index + 1]


@mistake("CustomDataset", look="IndexError")
class starts_over_at_the_end(_Pairs):
    """An index past the end is an error; a for loop over a data set that starts over never ends."""

    def __getitem__(self, index):
        if isinstance(index, int):
            index %= len(self)
        return self.x[index], self.y[index]


@mistake("CustomDataset", look="Python's negative indices")
class refuses_negative_indices(_Pairs):
    """-1 is the last point, as on a tensor or a list."""

    def __getitem__(self, index):
        if isinstance(index, int) and not 0 <= index < len(self):
            raise IndexError(index)
        return self.x[index], self.y[index]


@mistake("CustomDataset", look="IndexError")
class raises_value_error(_Pairs):
    """Past the end a sequence raises IndexError: for loops and loaders know that error alone."""

    def __getitem__(self, index):
        if isinstance(index, int) and index >= len(self):
            raise ValueError("no such point")
        return self.x[index], self.y[index]


@mistake("CustomDataset", look="class attributes")
class shares_its_tensors(_Pairs):
    """What is kept on the class belongs to all its objects: the last data set made overwrites the others."""

    def __init__(self, x, y):
        type(self).x, type(self).y = x, y


# --- make_tensor_dataset


@mistake("make_tensor_dataset", look="Tensor.float")
def keeps_float64(x, y):
    """from_numpy keeps the array's float64; layers are made of float32 and refuse anything else."""
    return TensorDataset(torch.from_numpy(x), torch.from_numpy(y))


@mistake("make_tensor_dataset", look="TensorDataset")
def swaps_x_and_y(x, y):
    """The features come first: a data set's items are unpacked in the order in which it was given its tensors."""
    return TensorDataset(torch.from_numpy(y).float(), torch.from_numpy(x).float())


@mistake("make_tensor_dataset", look="torch.from_numpy")
def hands_over_arrays(x, y):
    """TensorDataset holds tensors; an array must be made into one first."""
    return TensorDataset(x.astype(np.float32), y.astype(np.float32))


@mistake("make_tensor_dataset", look="TensorDataset")
def returns_the_tensors(x, y):
    """A pair of tensors is no data set yet: its item 0 is all of x."""
    return torch.from_numpy(x).float(), torch.from_numpy(y).float()


@mistake("make_tensor_dataset", look="Tensor.squeeze")
def flattens_the_columns(x, y):
    """Points are rows of a column: of shape (n,) they cannot enter a layer, and broadcast where they should not."""
    return TensorDataset(
        torch.from_numpy(x).float().flatten(), torch.from_numpy(y).float().flatten()
    )


@mistake("make_tensor_dataset", look="torch.float32")
def uses_half_precision(x, y):
    """half is float16, with three digits; layers are made of float32."""
    return TensorDataset(torch.from_numpy(x).half(), torch.from_numpy(y).half())


@mistake("make_tensor_dataset", look="torch.set_default_dtype")
def changes_the_default_dtype(x, y):
    """set_default_dtype holds for everything made afterwards, by anybody."""
    torch.set_default_dtype(torch.float64)
    return TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y).float())


@mistake("make_tensor_dataset", look="torch.accelerator")
def sends_all_data_to_the_accelerator(x, y):
    """Data sets stay on the CPU: only the batch in use is sent, for a GPU's memory is small."""
    device = torch.accelerator.current_accelerator() or "cpu"
    return TensorDataset(*(torch.from_numpy(values).float().to(device) for values in (x, y)))


@mistake("make_tensor_dataset", look="in-place operators")
def scales_the_arrays(x, y):
    """-= changes the caller's own array; nothing that is handed in may change."""
    x -= x.mean()
    return TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y).float())


@mistake("make_tensor_dataset", look="TensorDataset")
def forgets_the_labels(x, y):
    """A data set for training holds the labels too, one for each row of x."""
    return TensorDataset(torch.from_numpy(x).float())


# --- CsvDataset


class _Csv(Dataset):
    """What most of the data sets below get right."""

    def __init__(self, path, transform=None):
        with open(path, newline="") as file:
            self.points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]
        self.transform = transform

    def __len__(self):
        return len(self.points)

    def pair(self, index):
        return tuple(torch.tensor([number]) for number in self.points[index])

    def __getitem__(self, index):
        x, y = self.pair(index)
        return (x if self.transform is None else self.transform(x)), y


def _lines(path, first):
    with open(path) as file:
        return [line.strip() for line in file][first:]


@mistake("CsvDataset", look="csv.DictReader")
class reads_the_header_as_a_point(_Csv):
    """The first line names the columns; x and y are no numbers."""

    def __init__(self, path, transform=None):
        rows = [line.split(",") for line in _lines(path, 0) if line]
        self.points = [(float(x), float(y)) for x, y in rows]
        self.transform = transform


@mistake("CsvDataset", look="csv.DictReader")
class skips_the_first_point(_Csv):
    """The header is one line, and DictReader has read it already; every further line that is skipped is a point lost."""

    def __init__(self, path, transform=None):
        super().__init__(path, transform)
        self.points = self.points[1:]


@mistake("CsvDataset", look="str.strip")
class trips_over_a_blank_line(_Csv):
    """A blank last line is no point, and has no comma to split at."""

    def __init__(self, path, transform=None):
        rows = [line.split(",") for line in _lines(path, 1)]
        self.points = [(float(x), float(y)) for x, y in rows]
        self.transform = transform


@mistake("CsvDataset", look="str.strip")
class converts_a_blank_line(_Csv):
    """A blank last line is no point: its text is a line end alone, which float() cannot read."""

    def __init__(self, path, transform=None):
        with open(path) as file:
            next(file)
            self.points = [tuple(map(float, line.split(","))) for line in file]
        self.transform = transform


@mistake("CsvDataset", look="csv.reader")
class picks_from_a_blank_row(_Csv):
    """A blank last line is no point: csv.reader gives an empty row for it, which has no first item."""

    def __init__(self, path, transform=None):
        with open(path) as file:
            rows = list(csv.reader(file))[1:]
        self.points = [(float(row[0]), float(row[1])) for row in rows]
        self.transform = transform


@mistake("CsvDataset", look="Dataset.__getitem__", name="gives-y-first")
class gives_the_label_first(_Csv):
    """The header says which column is which: the features come first, then the label."""

    def pair(self, index):
        return super().pair(index)[::-1]


@mistake("CsvDataset", look="list slices")
class drops_the_last_line(_Csv):
    """The last line is dropped unread; only a blank one is no point."""

    def __init__(self, path, transform=None):
        super().__init__(path, transform)
        self.points = self.points[:-1]


@mistake("CsvDataset", look="__len__")
class counts_the_header(_Csv):
    """The header is a line of the file, and no point: len() counts points."""

    def __len__(self):
        return len(self.points) + 1


@mistake("CsvDataset", look="dict")
class keeps_points_by_their_x(_Csv):
    """A dict has each key once: of the points that share an x only one is left."""

    def __init__(self, path, transform=None):
        super().__init__(path, transform)
        self.points = list(dict(self.points).items())


@mistake("CsvDataset", look="open")
class rewrites_the_file(_Csv):
    """A file is read, and belongs to others; opened with "w" it is emptied and written anew."""

    def __init__(self, path, transform=None):
        text = Path(path).read_text()
        Path(path).write_text(text.strip())
        super().__init__(path, transform)


@mistake("CsvDataset", look="numpy.loadtxt")
class reads_a_single_row_as_a_vector(_Csv):
    """loadtxt gives a file with one row as a vector, without rows; with ndmin=2 it is a matrix."""

    def __init__(self, path, transform=None):
        values = np.loadtxt(path, delimiter=",", skiprows=1)
        self.points = list(zip(values[:, 0], values[:, 1], strict=True))
        self.transform = transform

    def pair(self, index):
        return tuple(torch.tensor([v], dtype=torch.float32) for v in self.points[index])


@mistake("CsvDataset", look="torch.float32")
class gives_float64(_Csv):
    """Layers compute in float32; a tensor made of numpy's numbers is float64 unless a dtype is given."""

    def pair(self, index):
        return tuple(torch.tensor(np.array([number])) for number in self.points[index])


@mistake("CsvDataset", look="torch.tensor")
class gives_single_numbers(_Csv):
    """torch.tensor(5.0) has no dimension; a list of one number makes the shape (1,)."""

    def pair(self, index):
        return tuple(torch.tensor(number) for number in self.points[index])


@mistake("CsvDataset", look="torch.tensor", name="gives-plain-numbers")
class gives_floats(_Csv):
    """An item is a pair of tensors: loaders, layers and transforms expect them."""

    def pair(self, index):
        return self.points[index]


@mistake("CsvDataset", look="os.PathLike")
class needs_a_path_object(_Csv):
    """A path may be a plain str, which has no method open(); the function open() takes both."""

    def __init__(self, path, transform=None):
        with path.open(newline=""):
            super().__init__(path, transform)


@mistake("CsvDataset", look="os.PathLike")
class needs_a_str(_Csv):
    """A path may be an os.PathLike, which has no methods of a str."""

    def __init__(self, path, transform=None):
        super().__init__(path.strip(), transform)


@mistake("CsvDataset", look="transform")
class forgets_the_transform(_Csv):
    """A transform that is handed in must be called, and its result takes the place of x."""

    def __getitem__(self, index):
        return self.pair(index)


@mistake("CsvDataset", look="transform")
class transforms_once_at_the_start(_Csv):
    """A transform may be random: it runs each time an item is read, not once for all."""

    def __init__(self, path, transform=None):
        super().__init__(path)
        pairs = [self.pair(i) for i in range(len(self.points))]
        self.pairs = [(transform(x) if transform else x, y) for x, y in pairs]

    def __getitem__(self, index):
        return self.pairs[index]


@mistake("CsvDataset", look="transform")
class transforms_an_item_once(_Csv):
    """A transform may be random: what it gave the first time must not be kept for the next."""

    def __init__(self, path, transform=None):
        super().__init__(path, transform)
        self.kept = {}

    def __getitem__(self, index):
        if index not in self.kept:
            self.kept[index] = super().__getitem__(index)
        return self.kept[index]


@mistake("CsvDataset", look="or")
class keeps_x_where_the_result_is_empty(_Csv):
    """What the transform gives is returned as it is, also None or 0: `or` takes those for nothing."""

    def __getitem__(self, index):
        x, y = self.pair(index)
        result = self.transform(x) if self.transform is not None else None
        return (x if result is None else result), y


@mistake("CsvDataset", look="transform")
class transforms_the_label_too(_Csv):
    """The transform is for the features; the label is what the model shall predict, and stays."""

    def __getitem__(self, index):
        x, y = self.pair(index)
        return (x, y) if self.transform is None else (self.transform(x), self.transform(y))


@mistake("CsvDataset", look="transform")
class transforms_the_pair(_Csv):
    """The transform is called with x's tensor, not with the pair."""

    def __getitem__(self, index):
        pair = self.pair(index)
        return pair if self.transform is None else self.transform(pair)


@mistake("CsvDataset", look="transform")
class transforms_plain_numbers(_Csv):
    """The transform is called with a tensor: torch's functions take nothing else."""

    def __getitem__(self, index):
        x, y = self.points[index]
        x = torch.tensor([x]) if self.transform is None else self.transform(x)
        return x, torch.tensor([y])


@mistake("CsvDataset", look="torch.as_tensor")
class makes_a_tensor_of_the_result(_Csv):
    """What the transform gives is returned as it is; it may be any object."""

    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return torch.as_tensor(x), y


@mistake("CsvDataset", look="transform")
class needs_a_transform(_Csv):
    """Without a transform there is None, which cannot be called."""

    def __getitem__(self, index):
        x, y = self.pair(index)
        return self.transform(x), y


@mistake("CsvDataset", look="IndexError", name="starts-over-at-the-end")
class begins_again(_Csv):
    """An index past the end is an error; a for loop over a data set that starts over never ends."""

    def __getitem__(self, index):
        return super().__getitem__(index % len(self))


@mistake("CsvDataset", look="IndexError")
class gives_none_past_the_end(_Csv):
    """Past the end a sequence raises IndexError, which ends a for loop; None is an answer like any other."""

    def __getitem__(self, index):
        return super().__getitem__(index) if index < len(self) else None


@mistake("CsvDataset", look="IndexError")
class keeps_points_in_a_dict(_Csv):
    """A dict raises KeyError where a list raises IndexError, which is what a for loop knows."""

    def __init__(self, path, transform=None):
        super().__init__(path, transform)
        self.points = dict(enumerate(self.points))
