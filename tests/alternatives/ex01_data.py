"""Data generation, in other styles."""

import numpy as np

from . import alternative


@alternative("generate_data")
def with_uniform_and_normal(rng, n=100, a=1.0, b=2.0, noise=0.1):
    x = rng.uniform(size=(n, 1))
    return [x, a + b * x + rng.normal(0.0, 1.0, size=(n, 1)) * noise]


@alternative("generate_data")
def point_by_point(rng, n=100, a=1.0, b=2.0, noise=0.1):
    x = np.array([[rng.rand()] for _ in range(n)])
    return x, np.array([[a + b * v + noise * rng.randn()] for (v,) in x])


@alternative("generate_data")
def flat_then_reshaped(rng, n=100, a=1.0, b=2.0, noise=0.1):
    x, e = rng.random_sample(n)[:, None], rng.standard_normal(n)[:, np.newaxis]
    y = x.copy()
    y *= b
    y += a
    y += noise * e
    return x, y


@alternative("generate_data")
def with_normal_around_the_line(rng, n=100, a=1.0, b=2.0, noise=0.1):
    x = rng.uniform(0.0, 1.0, (n, 1))
    return x, rng.normal(loc=np.polyval([b, a], x), scale=noise)


@alternative("split_data")
def with_permutation(rng, x, y, n_train=80):
    order = rng.permutation(len(x))
    return [part[rows] for rows in (order[:n_train], order[n_train:]) for part in (x, y)]


@alternative("split_data")
def with_a_list_of_rows(rng, x, y, n_train=80):
    rows = list(range(x.shape[0]))
    rng.shuffle(rows)
    take = lambda data, which: np.array([data[i] for i in which])  # noqa: E731
    train, val = rows[:n_train], rows[n_train:]
    return take(x, train), take(y, train), take(x, val), take(y, val)


@alternative("split_data")
def stacked_and_split(rng, x, y, n_train=80):
    idx = np.arange(len(x))
    rng.shuffle(idx)
    both = np.hstack([x, y])[idx]
    train, val = np.split(both, [n_train])
    return train[:, :1], train[:, 1:], val[:, [0]], val[:, [1]]


@alternative("split_data")
def by_shuffling_rows_side_by_side(rng, x, y, n_train=80):
    both = np.hstack([x, y])
    rng.shuffle(both)
    return [
        part[rows]
        for rows in np.split(np.arange(len(x)), [n_train])
        for part in (both[:, :1], both[:, 1:])
    ]


@alternative("split_data")
def by_choice_without_replacement(rng, x, y, n_train=80):
    rank = {row: place for place, row in enumerate(rng.choice(len(x), len(x), replace=False))}
    rows = sorted(rank, key=rank.__getitem__)
    return x[rows[:n_train]], y[rows[:n_train]], x[rows[n_train:]], y[rows[n_train:]]
