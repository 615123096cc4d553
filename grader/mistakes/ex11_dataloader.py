"""Known mistakes about data loaders."""

from __future__ import annotations

import numpy as np
import torch
from torch.utils.data import DataLoader, RandomSampler, Subset, random_split

from grader.bank import mistake

# --- make_loader


@mistake("make_loader", look="DataLoader drop_last")
def drops_the_last_batch(dataset, batch_size=16, shuffle=True):
    """drop_last=True throws a short last batch away, and its points are never seen in that epoch."""
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, drop_last=True)


@mistake("make_loader", look="DataLoader shuffle")
def never_shuffles(dataset, batch_size=16, shuffle=True):
    """A DataLoader keeps the data set's order unless shuffle is passed on to it."""
    return DataLoader(dataset, batch_size=batch_size)


@mistake("make_loader", look="DataLoader shuffle")
def always_shuffles(dataset, batch_size=16, shuffle=True):
    """Whether to shuffle is the caller's choice; validation batches, say, keep their order."""
    return DataLoader(dataset, batch_size=batch_size, shuffle=True)


@mistake("make_loader", look="function arguments")
def always_batches_of_16(dataset, batch_size=16, shuffle=True):
    """The batch size is the caller's to choose; a number in its place fits one program only."""
    return DataLoader(dataset, batch_size=16, shuffle=shuffle)


@mistake("make_loader", look="DataLoader batch_size")
def forgets_the_batch_size(dataset, batch_size=16, shuffle=True):
    """A DataLoader makes batches of one point unless batch_size is passed on to it."""
    return DataLoader(dataset, shuffle=shuffle)


@mistake("make_loader", look="default arguments")
def has_other_defaults(dataset, batch_size=32, shuffle=True):
    """Defaults are part of the signature on the page: batches of 16, shuffled."""
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle)


@mistake("make_loader", look="default arguments")
def keeps_the_order_by_default(dataset, batch_size=16, shuffle=False):
    """shuffle=False is DataLoader's own default; the page's is True."""
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle)


@mistake("make_loader", look="DataLoader shuffle")
def shuffles_once(dataset, batch_size=16, shuffle=True):
    """An order drawn before the loader is made, or by a generator that is seeded each time, is the same in every epoch; shuffle=True draws a new one."""
    order = torch.randperm(len(dataset)) if shuffle else torch.arange(len(dataset))
    return DataLoader(Subset(dataset, order.tolist()), batch_size=batch_size)


@mistake("make_loader", look="DataLoader generator")
def brings_a_seeded_generator(dataset, batch_size=16, shuffle=True):
    """Orders are drawn from torch's global generator when an epoch begins, so that the program's seed decides them; a generator of one's own, or a draw of one's own before, changes that."""
    generator = torch.Generator().manual_seed(42)
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, generator=generator)


@mistake("make_loader", look="DataLoader drop_last")
def drops_a_batch_of_one(dataset, batch_size=16, shuffle=True):
    """A batch of a single point counts too: no point may be missing from an epoch."""
    single = len(dataset) % batch_size == 1
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, drop_last=single)


@mistake("make_loader", look="DataLoader shuffle")
def shuffles_within_the_batches(dataset, batch_size=16, shuffle=True):
    """Shuffled is the data set, and then it is cut: the same points need not meet in a batch again."""

    class Batches:
        def __iter__(self):
            for rows in torch.arange(len(dataset)).split(batch_size):
                yield rows[torch.randperm(len(rows))].tolist()

    if not shuffle:
        return DataLoader(dataset, batch_size=batch_size)
    return DataLoader(dataset, batch_sampler=Batches())


@mistake("make_loader", look="random.shuffle")
def shuffles_the_data_set_itself(dataset, batch_size=16, shuffle=True):
    """A loader picks its points in another order; the data set that was handed in keeps its own."""
    if shuffle and isinstance(dataset, list):
        dataset[:] = [dataset[i] for i in torch.randperm(len(dataset))]
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle)


@mistake("make_loader", look="torch.manual_seed")
def seeds_torch(dataset, batch_size=16, shuffle=True):
    """Seeding the global generator changes every random number drawn after it, in the whole program."""
    torch.manual_seed(42)
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle)


@mistake("make_loader", look="DataLoader")
def returns_a_list_of_batches(dataset, batch_size=16, shuffle=True):
    """A list holds the batches of one epoch for good; the loader itself makes new ones each time it is looped over."""
    return list(DataLoader(dataset, batch_size=batch_size, shuffle=shuffle))


@mistake("make_loader", look="RandomSampler")
def draws_with_replacement(dataset, batch_size=16, shuffle=True):
    """Drawn with replacement, some points come twice in an epoch and others never."""
    sampler = RandomSampler(dataset, replacement=True) if shuffle else None
    return DataLoader(dataset, batch_size=batch_size, sampler=sampler)


# --- split_dataset


def _seeded(seed):
    return torch.Generator().manual_seed(seed)


@mistake("split_dataset", look="random_split generator")
def draws_from_the_global_generator(dataset, n_train, seed):
    """Without a generator argument random_split draws from torch's global generator, and seed plays no part."""
    return random_split(dataset, [n_train, len(dataset) - n_train])


@mistake("split_dataset", look="torch.Generator")
def seeds_the_global_generator(dataset, n_train, seed):
    """torch.manual_seed resets the generator of the whole program; a torch.Generator of your own disturbs nobody."""
    torch.manual_seed(seed)
    return random_split(dataset, [n_train, len(dataset) - n_train])


@mistake(
    "split_dataset",
    look="torch.Generator.manual_seed",
    same_as=("draws-from-the-global-generator",),
)
def seeds_a_generator_and_leaves_it_out(dataset, n_train, seed):
    """A generator takes part only where it is passed on; random_split asks the global one otherwise."""
    _seeded(seed)
    return random_split(dataset, [n_train, len(dataset) - n_train])


@mistake("split_dataset", look="function arguments")
def always_seeds_with_42(dataset, n_train, seed):
    """The seed is the caller's to choose; with 42 in its place every seed gives the same split."""
    return random_split(dataset, [n_train, len(dataset) - n_train], generator=_seeded(42))


@mistake("split_dataset", look="or")
def takes_0_for_no_seed(dataset, n_train, seed):
    """0 is a seed like any other, and counts as false: `seed or 42` gives 42."""
    return random_split(dataset, [n_train, len(dataset) - n_train], _seeded(seed or 42))


@mistake("split_dataset", look="random_split")
def splits_by_fractions(dataset, n_train, seed):
    """Fractions are rounded, 1 - 0.8 is a little less than 0.2, and a point may end up on the other side; lengths are exact."""
    fraction = n_train / len(dataset)
    return random_split(dataset, [fraction, 1 - fraction], _seeded(seed))


@mistake("split_dataset", look="torch.Generator.manual_seed")
def forgets_to_seed_its_generator(dataset, n_train, seed):
    """A fresh torch.Generator starts from one fixed seed of PyTorch's; manual_seed gives it yours."""
    return random_split(dataset, [n_train, len(dataset) - n_train], generator=torch.Generator())


@mistake("split_dataset", look="random_split")
def swaps_the_lengths(dataset, n_train, seed):
    """The lengths stand in the order of the parts: the training points come first."""
    return random_split(dataset, [len(dataset) - n_train, n_train], generator=_seeded(seed))


@mistake("split_dataset", look="return order")
def swaps_the_parts(dataset, n_train, seed):
    """The page's order is train, then val; who unpacks relies on it."""
    lengths = [n_train, len(dataset) - n_train]
    train, val = random_split(dataset, lengths, generator=_seeded(seed))
    return val, train


@mistake("split_dataset", look="random_split")
def always_80_to_20(dataset, n_train, seed):
    """n_train is the caller's to choose; fixed fractions pass it over."""
    return random_split(dataset, [0.8, 0.2], generator=_seeded(seed))


@mistake("split_dataset", look="random_split")
def does_not_shuffle(dataset, n_train, seed):
    """Cut in the order in which it came, a data set that was sorted gives two parts of different kinds."""
    rows = range(len(dataset))
    return Subset(dataset, rows[:n_train]), Subset(dataset, rows[n_train:])


@mistake("split_dataset", look="torch.randperm")
def shuffles_by_numpy(dataset, n_train, seed):
    """numpy's generators give other numbers than torch's from the same seed."""
    rows = np.random.RandomState(seed % 2**32).permutation(len(dataset)).tolist()
    return Subset(dataset, rows[:n_train]), Subset(dataset, rows[n_train:])


@mistake("split_dataset", look="random_split")
def validates_on_training_points(dataset, n_train, seed):
    """Two draws give two subsets that overlap; one split makes both parts, and no point is in both."""
    n_val = len(dataset) - n_train
    generator = _seeded(seed)
    train, _ = random_split(dataset, [n_train, n_val], generator=generator)
    _, val = random_split(dataset, [n_train, n_val], generator=generator)
    return train, val


@mistake("split_dataset", look="negative slices")
def counts_the_rest_from_the_end(dataset, n_train, seed):
    """rows[-n:] is all rows where n is 0; rows[n_train:] is what is left over for any n_train."""
    rows = torch.randperm(len(dataset), generator=_seeded(seed)).tolist()
    n_val = len(dataset) - n_train
    return Subset(dataset, rows[:n_train]), Subset(dataset, rows[-n_val:])


@mistake("split_dataset", look="Dataset")
def slices_the_data_set(dataset, n_train, seed):
    """A data set need not understand lists of rows; all it promises is a length and single items. Subset needs no more."""
    rows = torch.randperm(len(dataset), generator=_seeded(seed))
    x, y = dataset.tensors
    return (
        torch.utils.data.TensorDataset(x[rows[:n_train]], y[rows[:n_train]]),
        torch.utils.data.TensorDataset(x[rows[n_train:]], y[rows[n_train:]]),
    )


# --- batch_sizes


@mistake("batch_sizes", look="len of a tensor")
def counts_the_pair(loader):
    """A batch is a pair (x, y), whose length is always two; its points are counted along x's first dimension."""
    return [len(batch) for batch in loader]


@mistake("batch_sizes", look="DataLoader batch_size")
def believes_the_loaders_batch_size(loader):
    """batch_size is what was asked for; a short last batch has fewer points."""
    return [loader.batch_size for _ in loader]


@mistake("batch_sizes", look="DataLoader drop_last")
def computes_from_the_length(loader):
    """Lengths and batch size do not tell the batches: the loader may drop the last, or cut by a sampler."""
    n, size = len(loader.dataset), loader.batch_size or 1
    return [min(size, n - start) for start in range(0, n, size)]


@mistake("batch_sizes", look="list.append")
def counts_the_batches(loader):
    """len(loader) is the number of batches, not the number of points in each."""
    return len(loader)


@mistake("batch_sizes", look="list.append")
def adds_them_up(loader):
    """One number for each batch is asked for; their sum is the number of points in an epoch."""
    return [sum(len(x) for x, _ in loader)]


@mistake("batch_sizes", look="Tensor.shape")
def returns_the_shapes(loader):
    """x.shape holds the length of every dimension; the number of points is the first of them."""
    return [x.shape for x, _ in loader]


@mistake("batch_sizes", look="Tensor.squeeze")
def squeezes_the_points_away(loader):
    """squeeze() drops every dimension of length 1, that of a batch with a single point too."""
    return [len(x.squeeze()) for x, _ in loader]


@mistake("batch_sizes", look="Tensor.shape")
def counts_the_features(loader):
    """The points of a batch are laid out along the first dimension; the last one holds their features."""
    return [x.shape[-1] for x, _ in loader]


@mistake("batch_sizes", look="Tensor.numel")
def counts_the_numbers(loader):
    """numel() counts all numbers of a batch; a point may have several features."""
    return [x.numel() for x, _ in loader]


@mistake("batch_sizes", look="Tensor.shape")
def divides_by_the_last_dimension(loader):
    """A point may have any shape, a picture's too; only x's first dimension counts the points."""
    return [x.numel() // x.shape[-1] for x, _ in loader]


@mistake("batch_sizes", look="return")
def counts_the_first_batch_alone(loader):
    """A return inside the loop ends it after the first batch."""
    for x, _ in loader:
        return [len(x)]
    return []


# --- train_epoch


@mistake("train_epoch", look="Tensor.to")
def sends_nothing(loader, train_step, device):
    """A loader gives CPU tensors; the model cannot use them until they are sent to its device."""
    return [train_step(x, y) for x, y in loader]


@mistake("train_epoch", look="Tensor.to", same_as=("sends-nothing",))
def sends_and_forgets(loader, train_step, device):
    """.to(device) changes no tensor in place; it returns the one that lives there, which must be kept."""
    losses = []
    for x, y in loader:
        x.to(device)
        y.to(device)
        losses.append(train_step(x, y))
    return losses


@mistake("train_epoch", look="Tensor.to")
def sends_the_features_alone(loader, train_step, device):
    """The loss compares predictions with labels, so the labels must be on the device too."""
    return [train_step(x.to(device), y) for x, y in loader]


@mistake("train_epoch", look="DataLoader")
def sends_the_whole_data_set(loader, train_step, device):
    """The data set stays where it is, since a GPU's memory is small; only the batch in use is sent."""
    loader.dataset.tensors = tuple(tensor.to(device) for tensor in loader.dataset.tensors)
    return [train_step(x, y) for x, y in loader]


@mistake("train_epoch", look="torch.set_default_device")
def changes_the_default_device(loader, train_step, device):
    """set_default_device holds for everything made afterwards, by anybody; a batch is sent by .to(device)."""
    torch.set_default_device(device)
    return [train_step(x.to(device), y.to(device)) for x, y in loader]


@mistake("train_epoch", look="DataLoader")
def cuts_batches_of_its_own(loader, train_step, device):
    """How points are picked and cut is the loader's to decide; another loader over its data set may do it otherwise."""
    batches = DataLoader(loader.dataset, batch_size=loader.batch_size)
    return [train_step(x.to(device), y.to(device)) for x, y in batches]


@mistake("train_epoch", look="torch.device", same_as=("sends-nothing", "sends-and-forgets"))
def asks_for_cuda_by_hand(loader, train_step, device):
    """Other devices than cuda exist; .to(device) works for all of them without asking which one it is."""
    if str(device).startswith("cuda"):
        return [train_step(x.to(device), y.to(device)) for x, y in loader]
    return [train_step(x, y) for x, y in loader]


@mistake("train_epoch", look="torch.device")
def reads_the_devices_type(loader, train_step, device):
    """A device may be handed in by its name, a string without .type; .to() takes both kinds."""
    where = torch.device(device.type)
    return [train_step(x.to(where), y.to(where)) for x, y in loader]


@mistake("train_epoch", look="return")
def stops_after_the_first_batch(loader, train_step, device):
    """An epoch runs through all batches; a return inside the loop ends it after the first."""
    for x, y in loader:
        return [train_step(x.to(device), y.to(device))]
    return []


@mistake("train_epoch", look="for loops")
def returns_the_last_loss(loader, train_step, device):
    """Each turn of the loop overwrites the name; a list keeps one loss for each batch."""
    for x, y in loader:
        loss = train_step(x.to(device), y.to(device))
    return loss


@mistake("train_epoch", look="list")
def averages_the_losses(loader, train_step, device):
    """One loss for each batch is asked for; the mean over an epoch hides how they went."""
    losses = [train_step(x.to(device), y.to(device)) for x, y in loader]
    return sum(losses) / len(losses)


@mistake("train_epoch", look="function calls")
def steps_twice_on_a_batch(loader, train_step, device):
    """Every call of train_step makes an update, also one that is made only to look at the loss."""
    losses = []
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        train_step(x, y)
        losses.append(train_step(x, y))
    return losses


@mistake("train_epoch", look="function arguments")
def swaps_features_and_labels(loader, train_step, device):
    """train_step takes the features first, then the labels."""
    return [train_step(y.to(device), x.to(device)) for x, y in loader]


@mistake("train_epoch", look="Tensor.item")
def asks_a_float_for_its_item(loader, train_step, device):
    """train_step returns a Python float already; only tensors have item()."""
    return [train_step(x.to(device), y.to(device)).item() for x, y in loader]


@mistake("train_epoch", look="torch.no_grad")
def trains_without_grad(loader, train_step, device):
    """Under no_grad no graph is built, and a training step has nothing to go back through."""
    with torch.no_grad():
        return [train_step(x.to(device), y.to(device)) for x, y in loader]


@mistake("train_epoch", look="torch.set_grad_enabled")
def switches_grad_mode_on(loader, train_step, device):
    """set_grad_enabled(True) stays in force for all code after it; who calls may have switched grad mode off."""
    torch.set_grad_enabled(True)
    return [train_step(x.to(device), y.to(device)) for x, y in loader]


@mistake("train_epoch", look="DataLoader")
def trains_on_the_whole_data_set(loader, train_step, device):
    """One step on all points is batch gradient descent; the loader gives the mini-batches."""
    x, y = zip(*[loader.dataset[i] for i in range(len(loader.dataset))], strict=True)
    return [train_step(torch.stack(x).to(device), torch.stack(y).to(device))]


@mistake("train_epoch", look="DataLoader drop_last")
def skips_the_short_batch(loader, train_step, device):
    """The last batch may be short; its points belong to the epoch like all others."""
    return [
        train_step(x.to(device), y.to(device)) for x, y in loader if len(x) == loader.batch_size
    ]
