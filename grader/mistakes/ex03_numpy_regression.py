"""Known mistakes about linear regression in numpy."""

from __future__ import annotations

import numpy as np

from grader.bank import mistake

# --- init_params


@mistake("init_params", look="RandomState")
def seeds_anew(rng):
    """Seeded inside the function, a generator always gives the same numbers; the one handed in is used as it stands."""
    rng = np.random.RandomState(42)
    return rng.randn(1), rng.randn(1)


@mistake("init_params", look="RandomState.randn")
def draws_from_the_global_generator(rng):
    """np.random.randn draws from numpy's global generator, not from the one handed in."""
    return np.random.randn(1), np.random.randn(1)


@mistake("init_params", look="RandomState.randn")
def draws_b_first(rng):
    """The order of draws decides which number goes where: a comes first."""
    b = rng.randn(1)
    return rng.randn(1), b


@mistake("init_params", look="RandomState.rand")
def draws_uniform_numbers(rng):
    """rand draws uniform numbers from 0 to 1; randn draws normal ones."""
    return rng.rand(1), rng.rand(1)


@mistake("init_params", look="numpy shapes")
def returns_bare_floats(rng):
    """randn() without a size gives a float; arrays of shape (1,) are asked for."""
    return rng.randn(), rng.randn()


@mistake("init_params", look="RandomState.randn")
def uses_one_number_twice(rng):
    """a and b are drawn separately; one array under two names is one parameter."""
    a = rng.randn(1)
    return a, a


# --- train


def _descend(x, y, a, b, lr, n_epochs, step):
    losses = []
    for _ in range(n_epochs):
        error = y - (a + b * x)
        losses.append((error**2).mean())
        a, b = step(x, error, a, b, lr)
    return a, b, losses


def _step(x, error, a, b, lr):
    return a + lr * 2 * error.mean(), b + lr * 2 * (x * error).mean()


@mistake("train", look="gradient descent")
def moves_b_with_the_new_a(x, y, a, b, lr=0.1, n_epochs=1000):
    """Both gradients belong to the same prediction; computed after a has moved, b's belongs to another."""

    def step(x, error, a, b, lr):
        a = a + lr * 2 * error.mean()
        return a, b + lr * 2 * (x * (y - (a + b * x))).mean()

    return _descend(x, y, a, b, lr, n_epochs, step)


@mistake("train", look="in-place operators")
def changes_the_callers_arrays(x, y, a, b, lr=0.1, n_epochs=1000):
    """On an array, -= changes the caller's own numbers; a = a - ... makes a new one."""

    def step(x, error, a, b, lr):
        a -= -lr * 2 * error.mean()
        b -= -lr * 2 * (x * error).mean()
        return a, b

    return _descend(x, y, a, b, lr, n_epochs, step)


@mistake("train", look="chain rule")
def forgets_the_two(x, y, a, b, lr=0.1, n_epochs=1000):
    """The derivative of a square brings its exponent down: a factor of 2."""
    return _descend(x, y, a, b, lr / 2, n_epochs, _step)


@mistake("train", look="gradient descent")
def goes_uphill(x, y, a, b, lr=0.1, n_epochs=1000):
    """The gradient points to where the loss grows; to make it smaller, subtract."""
    with np.errstate(all="ignore"):
        return _descend(x, y, a, b, -lr, n_epochs, _step)


@mistake("train", look="list.append")
def records_the_loss_after_the_update(x, y, a, b, lr=0.1, n_epochs=1000):
    """The loss of an epoch is the one its gradients came from, before the parameters move."""
    a, b, _ = _descend(x, y, a, b, lr, 0, _step)
    losses = []
    for _ in range(n_epochs):
        a, b = _step(x, y - (a + b * x), a, b, lr)
        losses.append(((y - (a + b * x)) ** 2).mean())
    return a, b, losses


@mistake("train", look="range")
def one_epoch_short(x, y, a, b, lr=0.1, n_epochs=1000):
    """range(1, n) has n - 1 numbers; n_epochs updates are asked for."""
    return _descend(x, y, a, b, lr, n_epochs - 1, _step)


@mistake("train", look="range")
def one_epoch_more(x, y, a, b, lr=0.1, n_epochs=1000):
    """range(n + 1) has n + 1 numbers; n_epochs updates are asked for."""
    return _descend(x, y, a, b, lr, n_epochs + 1, _step)


@mistake("train", look="function arguments")
def starts_from_its_own_parameters(x, y, a, b, lr=0.1, n_epochs=1000):
    """Training starts from the a and b that were handed in."""
    return _descend(x, y, np.zeros(1), np.zeros(1), lr, n_epochs, _step)


@mistake("train", look="function arguments")
def ignores_lr_and_n_epochs(x, y, a, b, lr=0.1, n_epochs=1000):
    """The learning rate and the number of epochs are the caller's to choose."""
    return _descend(x, y, a, b, 0.1, 1000, _step)


@mistake("train", look="learning rate")
def ignores_the_learning_rate(x, y, a, b, lr=0.1, n_epochs=1000):
    """The learning rate is the caller's to choose; 0.1 is only the default."""
    return _descend(x, y, a, b, 0.1, n_epochs, _step)


@mistake("train", look="range")
def ignores_n_epochs(x, y, a, b, lr=0.1, n_epochs=1000):
    """The number of epochs is the caller's to choose; 1000 is only the default."""
    return _descend(x, y, a, b, lr, 1000, _step)


@mistake("train", look="break and continue")
def stops_when_the_loss_rises(x, y, a, b, lr=0.1, n_epochs=1000):
    """n_epochs updates are asked for; where the learning rate is too large the loss rises, and should be seen to."""
    losses = []
    for _ in range(n_epochs):
        now = ((y - (a + b * x)) ** 2).mean()
        losses.append(now)
        if len(losses) > 1 and now > losses[-2]:
            break
        a, b = _step(x, y - (a + b * x), a, b, lr)
    return a, b, losses


@mistake("train", look="break and continue")
def stops_when_the_loss_hardly_falls(x, y, a, b, lr=0.1, n_epochs=1000):
    """n_epochs updates are asked for, and as many losses; stopping early saves time, and is another task."""
    losses = []
    for _ in range(n_epochs):
        losses.append(((y - (a + b * x)) ** 2).mean())
        if len(losses) > 1 and abs(losses[-2] - losses[-1]) < 1e-6:
            break
        a, b = _step(x, y - (a + b * x), a, b, lr)
    return a, b, losses


@mistake("train", look="return order")
def returns_the_losses_first(x, y, a, b, lr=0.1, n_epochs=1000):
    """The page's order is a, b, losses; who unpacks relies on it."""
    a, b, losses = _descend(x, y, a, b, lr, n_epochs, _step)
    return losses, a, b


@mistake("train", look="default arguments")
def has_other_defaults(x, y, a, b, lr=0.01, n_epochs=100):
    """The page's defaults are lr = 0.1 and n_epochs = 1000."""
    return _descend(x, y, a, b, lr, n_epochs, _step)


@mistake("train", look="list.append")
def returns_the_last_loss_alone(x, y, a, b, lr=0.1, n_epochs=1000):
    """All n_epochs losses are asked for, in a list."""
    a, b, losses = _descend(x, y, a, b, lr, n_epochs, _step)
    return a, b, losses[-1]


@mistake("train", look="for loops")
def predicts_once_before_the_loop(x, y, a, b, lr=0.1, n_epochs=1000):
    """Parameters that have moved predict something else: every epoch needs a prediction of its own."""
    error = y - (a + b * x)
    losses = []
    for _ in range(n_epochs):
        losses.append((error**2).mean())
        a, b = _step(x, error, a, b, lr)
    return a, b, losses


@mistake("train", look="return")
def returns_inside_the_loop(x, y, a, b, lr=0.1, n_epochs=1000):
    """A return inside the loop ends training after the first epoch."""
    return _descend(x, y, a, b, lr, min(n_epochs, 1), _step)


@mistake("train", look="stochastic gradient descent")
def updates_after_every_point(x, y, a, b, lr=0.1, n_epochs=1000):
    """Batch gradient descent makes one update an epoch, from the mean over all points."""
    losses = []
    for _ in range(n_epochs):
        losses.append(((y - (a + b * x)) ** 2).mean())
        for i in range(len(x)):
            a, b = _step(x[i], y[i] - (a + b * x[i]), a, b, lr)
    return a, b, losses


# --- sklearn_fit


def _fit(x, y, **options):
    from sklearn.linear_model import LinearRegression

    return LinearRegression(**options).fit(x, y)


@mistake("sklearn_fit", look="return order")
def swaps_the_two(x, y):
    """The intercept comes first, then the slope."""
    line = _fit(x, y)
    return float(line.coef_[0, 0]), float(line.intercept_[0])


@mistake("sklearn_fit", look="LinearRegression")
def fits_through_the_origin(x, y):
    """fit_intercept=False forces the line through the origin."""
    return 0.0, float(_fit(x, y, fit_intercept=False).coef_[0, 0])


@mistake("sklearn_fit", look="LinearRegression.fit")
def swaps_x_and_y(x, y):
    """fit takes the features first, then the labels."""
    line = _fit(y, x)
    return float(line.intercept_[0]), float(line.coef_[0, 0])


@mistake("sklearn_fit", look="return")
def returns_the_model(x, y):
    """Two floats are asked for; what fit learned stands in the model's attributes."""
    return _fit(x, y)


@mistake("sklearn_fit", look="LinearRegression")
def computes_the_line_itself(x, y):
    """The fit is a check on one's own code by another's: scikit-learn's LinearRegression is to find the line."""
    slope, intercept = np.polyfit(x.ravel(), y.ravel(), 1)
    return intercept, slope


@mistake("sklearn_fit", look="sklearn.linear_model.Ridge")
def makes_a_ridge_regression(x, y):
    """Ridge pulls the slope towards zero; LinearRegression fits the points as well as a line can."""
    from sklearn.linear_model import Ridge

    line = Ridge().fit(x, y)
    return float(line.intercept_[0]), float(np.ravel(line.coef_)[0])


@mistake("sklearn_fit", look="LinearRegression.fit")
def fits_the_first_80_alone(x, y):
    """The line is to fit all the points that are handed in, however many."""
    line = _fit(x[:80], y[:80])
    return float(line.intercept_[0]), float(line.coef_[0, 0])


@mistake("sklearn_fit", look="LinearRegression")
def lets_the_fit_write_into_x(x, y):
    """copy_X=False lets fit centre the caller's own x."""
    line = _fit(x, y, copy_X=False)
    return float(line.intercept_[0]), float(line.coef_[0, 0])


@mistake("sklearn_fit", look="LinearRegression")
def allows_no_falling_line(x, y):
    """positive=True forbids slopes below zero, and labels may fall."""
    line = _fit(x, y, positive=True)
    return float(line.intercept_[0]), float(line.coef_[0, 0])


@mistake("sklearn_fit", look="LinearRegression.predict")
def returns_predictions(x, y):
    """predict gives labels for features; the line itself is in intercept_ and coef_."""
    line = _fit(x, y)
    return float(line.predict([[0.0]])[0, 0]), float(line.predict([[1.0]])[0, 0])
