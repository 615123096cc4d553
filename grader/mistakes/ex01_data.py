"""Known mistakes about generating and splitting data."""

from __future__ import annotations

import numpy as np

from grader.bank import mistake

# --- generate_data


@mistake("generate_data", look="RandomState")
def seeds_anew(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """Seeded inside the function, a generator always gives the same numbers; the one handed in is used as it stands."""
    rng = np.random.RandomState(42)
    x = rng.rand(n, 1)
    return x, a + b * x + noise * rng.randn(n, 1)


@mistake("generate_data", look="RandomState.rand")
def draws_from_the_global_generator(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """np.random.rand draws from numpy's global generator, not from the one handed in."""
    x = np.random.rand(n, 1)
    return x, a + b * x + noise * np.random.randn(n, 1)


@mistake("generate_data", look="RandomState.randn")
def draws_no_noise_where_none_is_wanted(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """Both draws are always made: whoever draws next finds the generator in the same place, with noise or without."""
    x = rng.rand(n, 1)
    y = a + b * x
    return x, y + noise * rng.randn(n, 1) if noise else y


@mistake("generate_data", look="RandomState.randn")
def draws_the_noise_first(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """The order of draws decides which number goes where: x comes first, then the noise."""
    e = rng.randn(n, 1)
    x = rng.rand(n, 1)
    return x, a + b * x + noise * e


@mistake("generate_data", look="RandomState.randn")
def uniform_noise(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """rand draws uniform numbers from 0 to 1; Gaussian noise is drawn by randn."""
    x = rng.rand(n, 1)
    return x, a + b * x + noise * rng.rand(n, 1)


@mistake("generate_data", look="RandomState.rand")
def normal_features(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """randn draws normal numbers; x is uniform between 0 and 1, as rand draws it."""
    x = rng.randn(n, 1)
    return x, a + b * x + noise * rng.randn(n, 1)


@mistake("generate_data", look="function arguments")
def ignores_a_and_b(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """a, b and noise are the caller's to choose; numbers written into the formula override them."""
    x = rng.rand(n, 1)
    return x, 1 + 2 * x + 0.1 * rng.randn(n, 1)


@mistake("generate_data", look="function arguments")
def ignores_the_noise_asked_for(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """How strong the noise is, is the caller's to choose; 0.1 is only the default."""
    x = rng.rand(n, 1)
    return x, a + b * x + 0.1 * rng.randn(n, 1)


@mistake("generate_data", look="function arguments")
def ignores_n(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """How many points there are, is the caller's to choose; 100 is only the default."""
    x = rng.rand(100, 1)
    return x, a + b * x + noise * rng.randn(100, 1)


@mistake("generate_data", look="variance and standard deviation")
def takes_the_noise_for_a_variance(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """noise is the standard deviation of the scatter, by which the normal numbers are multiplied; its square is the variance."""
    x = rng.rand(n, 1)
    return x, a + b * x + rng.normal(0, noise**0.5, (n, 1))


@mistake("generate_data", look="return order")
def returns_y_first(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """x is returned first, then y; who unpacks relies on it."""
    x = rng.rand(n, 1)
    return a + b * x + noise * rng.randn(n, 1), x


@mistake("generate_data", look="RandomState.randn")
def forgets_the_noise(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """Without noise all points lie on the line exactly."""
    x = rng.rand(n, 1)
    return x, a + b * x


@mistake("generate_data", look="numpy shapes")
def flat_arrays(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """rand(n) makes a vector of shape (n,); a column vector has the shape (n, 1)."""
    x = rng.rand(n)
    return x, a + b * x + noise * rng.randn(n)


@mistake("generate_data", look="numpy broadcasting")
def one_noise_for_all(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """One number of noise is added to every point here; each point has its own."""
    x = rng.rand(n, 1)
    return x, a + b * x + noise * rng.randn(1)


@mistake("generate_data", look="slope and intercept")
def swaps_a_and_b(rng, n=100, a=1.0, b=2.0, noise=0.1):
    """a is the intercept and stands alone; b is the slope and multiplies x."""
    x = rng.rand(n, 1)
    return x, b + a * x + noise * rng.randn(n, 1)


@mistake("generate_data", look="default arguments")
def has_other_defaults(rng, n=50, a=1.0, b=2.0, noise=1.0):
    """Defaults are part of the signature on the page: n = 100, a = 1, b = 2, noise = 0.1."""
    x = rng.rand(n, 1)
    return x, a + b * x + noise * rng.randn(n, 1)


# --- split_data


def _cut(idx, x, y, n_train):
    train, val = idx[:n_train], idx[n_train:]
    return x[train], y[train], x[val], y[val]


@mistake("split_data", look="RandomState.shuffle")
def does_not_shuffle(rng, x, y, n_train=80):
    """Without shuffling, the split follows the order in which the data came."""
    return _cut(np.arange(len(x)), x, y, n_train)


@mistake("split_data", look="RandomState.shuffle")
def tears_pairs_apart(rng, x, y, n_train=80):
    """x and y shuffled separately no longer belong together; one shuffled list of row numbers must pick from both."""
    i, j = np.arange(len(x)), np.arange(len(x))
    rng.shuffle(i)
    rng.shuffle(j)
    return x[i[:n_train]], y[j[:n_train]], x[i[n_train:]], y[j[n_train:]]


@mistake("split_data", look="RandomState.shuffle")
def shuffles_the_callers_data(rng, x, y, n_train=80):
    """shuffle works in place: it reorders the caller's own arrays, where row numbers were to be shuffled."""
    state = rng.get_state()
    rng.shuffle(x)
    rng.set_state(state)
    rng.shuffle(y)
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]


@mistake("split_data", look="RandomState.shuffle")
def shuffles_with_the_global_generator(rng, x, y, n_train=80):
    """np.random.shuffle draws from numpy's global generator, not from the one handed in."""
    idx = np.arange(len(x))
    np.random.shuffle(idx)
    return _cut(idx, x, y, n_train)


@mistake("split_data", look="slicing")
def swaps_the_parts(rng, x, y, n_train=80):
    """The first n_train shuffled rows train; the rest validate."""
    idx = np.arange(len(x))
    rng.shuffle(idx)
    train, val = idx[-n_train:], idx[:-n_train]
    return x[train], y[train], x[val], y[val]


@mistake("split_data", look="slicing")
def loses_a_row(rng, x, y, n_train=80):
    """A slice ends before its second number: [:n_train] and [n_train:] together hold every row once."""
    idx = np.arange(len(x))
    rng.shuffle(idx)
    train, val = idx[:n_train], idx[n_train + 1 :]
    return x[train], y[train], x[val], y[val]


@mistake("split_data", look="slicing")
def validates_on_training_rows(rng, x, y, n_train=80):
    """A point that trained says nothing about new ones; the parts may not overlap."""
    idx = np.arange(len(x))
    rng.shuffle(idx)
    train, val = idx[:n_train], idx[n_train - 1 :]
    return x[train], y[train], x[val], y[val]


@mistake("split_data", look="function arguments")
def always_cuts_at_80(rng, x, y, n_train=80):
    """n_train is the caller's to choose; a number in its place fits one data set only."""
    idx = np.arange(len(x))
    rng.shuffle(idx)
    return _cut(idx, x, y, 80)


@mistake("split_data", look="default arguments")
def has_another_default(rng, x, y, n_train=70):
    """The page's default is n_train = 80."""
    idx = np.arange(len(x))
    rng.shuffle(idx)
    return _cut(idx, x, y, n_train)


@mistake("split_data", look="return order")
def returns_in_another_order(rng, x, y, n_train=80):
    """The page's order is x_train, y_train, x_val, y_val; who unpacks relies on it."""
    idx = np.arange(len(x))
    rng.shuffle(idx)
    x_train, y_train, x_val, y_val = _cut(idx, x, y, n_train)
    return x_train, x_val, y_train, y_val


@mistake("split_data", look="numpy.sort")
def sorts_the_parts(rng, x, y, n_train=80):
    """The rows stay in the order in which they were shuffled."""
    idx = np.arange(len(x))
    rng.shuffle(idx)
    return _cut(np.concatenate([np.sort(idx[:n_train]), np.sort(idx[n_train:])]), x, y, n_train)
