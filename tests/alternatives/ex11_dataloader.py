"""Data loaders, in other styles."""

from collections import deque

import numpy as np
import torch
from torch.utils import data
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    Sampler,
    SequentialSampler,
    Subset,
)

from . import alternative


@alternative("make_loader")
def with_samplers(dataset, batch_size=16, shuffle=True):
    sampler = RandomSampler(dataset) if shuffle else SequentialSampler(dataset)
    return DataLoader(dataset, batch_sampler=BatchSampler(sampler, batch_size, drop_last=False))


@alternative("make_loader")
def with_a_sampler_of_its_own(dataset, batch_size=16, shuffle=True):
    class Shuffled(Sampler):
        def __len__(self):
            return len(dataset)

        def __iter__(self):
            return iter(torch.randperm(len(dataset)).tolist())

    return DataLoader(dataset, batch_size, sampler=Shuffled() if shuffle else None)


@alternative("make_loader")
def with_a_subclass_and_every_option(dataset, batch_size=16, shuffle=True):
    class Loader(DataLoader):
        pass

    options = {"num_workers": 0, "drop_last": False, "pin_memory": torch.cuda.is_available()}
    return Loader(dataset=dataset, batch_size=batch_size, shuffle=bool(shuffle), **options)


@alternative("make_loader")
def with_the_global_generator_by_name(dataset, batch_size=16, shuffle=True):
    return DataLoader(dataset, batch_size, shuffle, generator=torch.default_generator)


@alternative("make_loader")
def with_a_collate_function(dataset, batch_size=16, shuffle=True):
    def collate(points):
        x, y = zip(*points, strict=True)
        return torch.stack(x), torch.stack(y)

    return DataLoader(dataset, batch_size, shuffle, collate_fn=collate)


class _Batches:
    def __init__(self, n, size):
        self.n, self.size = n, size

    def __iter__(self):
        yield from (rows.tolist() for rows in torch.randperm(self.n).split(self.size))


@alternative("make_loader")
def with_batches_cut_by_hand(dataset, batch_size=16, shuffle=True):
    n = len(dataset)
    in_order = [range(i, min(n, i + batch_size)) for i in range(0, n, batch_size)]
    return DataLoader(dataset, batch_sampler=_Batches(n, batch_size) if shuffle else in_order)


@alternative("split_dataset")
def seeded_in_a_line_of_its_own(dataset, n_train, seed):
    generator = torch.Generator(device="cpu")
    generator.manual_seed(seed)
    lengths = (n_train, len(dataset) - n_train)
    return data.dataset.random_split(dataset, lengths, generator)


@alternative("split_dataset")
def with_a_permutation(dataset, n_train, seed):
    rows = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed))
    return Subset(dataset, rows[:n_train].tolist()), Subset(dataset, rows[n_train:].tolist())


@alternative("split_dataset")
def in_a_fork_of_the_generator(dataset, n_train, seed):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return data.random_split(dataset, [n_train, len(dataset) - n_train])


@alternative("split_dataset")
def with_the_state_put_back(dataset, n_train, seed):
    state = torch.get_rng_state()
    try:
        torch.manual_seed(seed)
        return data.random_split(dataset, [n_train, len(dataset) - n_train])
    finally:
        torch.set_rng_state(state)


@alternative("split_dataset")
def as_lists_of_points(dataset, n_train, seed):
    rows = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    points = [dataset[i] for i in rows]
    return [points[:n_train], points[n_train:]]


@alternative("batch_sizes")
def by_shape(loader):
    sizes = []
    for batch in loader:
        sizes.append(batch[0].shape[0])
    return sizes


@alternative("batch_sizes")
def by_labels_as_an_array(loader):
    return np.array([y.size(0) for _, y in loader])


@alternative("batch_sizes")
def transposed(loader):
    xs, _ = zip(*loader, strict=True)
    return tuple(map(len, xs))


@alternative("batch_sizes")
def by_an_iterator(loader):
    batches, sizes = iter(loader), deque()
    while (batch := next(batches, None)) is not None:
        sizes.append(sum(1 for _ in batch[1]))
    return list(sizes)


@alternative("train_epoch")
def with_append(loader, train_step, device):
    losses = []
    for _, (x_batch, y_batch) in enumerate(loader):
        x_batch = x_batch.to(device)
        y_batch = y_batch.to(device)
        losses.append(train_step(x_batch, y_batch))
    return losses


@alternative("train_epoch")
def with_a_map_and_a_tuple(loader, train_step, device):
    def step(batch):
        return train_step(*(part.to(device, non_blocking=True) for part in batch))

    return tuple(map(step, loader))


@alternative("train_epoch")
def with_copies_and_an_array(loader, train_step, device):
    losses = np.zeros(len(loader))
    for i, batch in enumerate(loader):
        x, y = (torch.empty_like(part, device=device).copy_(part) for part in batch)
        losses[i] = train_step(x, y)
    return losses


@alternative("train_epoch")
def all_batches_at_hand_first(loader, train_step, device):
    batches = [(x.to(torch.device(device)), y.to(torch.device(device))) for x, y in loader]
    return torch.tensor([float(train_step(x, y)) for x, y in batches])
