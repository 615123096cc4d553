"""Known mistakes about loss functions."""

from __future__ import annotations

import torch
from torch import nn, optim

from grader.bank import mistake

# --- make_mse


@mistake("make_mse", look="nn.MSELoss")
def ignores_the_reduction(reduction="mean"):
    """Without the argument, MSELoss always averages."""
    return nn.MSELoss()


@mistake("make_mse", look="nn.MSELoss")
def returns_the_class(reduction="mean"):
    """nn.MSELoss is the class; a loss function is made by calling it."""
    return nn.MSELoss


@mistake("make_mse", look="default arguments")
def sums_by_default(reduction="sum"):
    """The page's default is "mean": who leaves the word out expects an average."""
    return nn.MSELoss(reduction=reduction)


@mistake("make_mse", look="nn.MSELoss", same_as=("ignores-the-reduction",))
def passes_it_in_the_wrong_place(reduction="mean"):
    """MSELoss's first argument is not the reduction: name it, reduction=..."""
    return nn.MSELoss(reduction)


@mistake("make_mse", look="nn.L1Loss")
def makes_an_absolute_loss(reduction="mean"):
    """L1Loss takes absolute errors; the MSE squares them."""
    return nn.L1Loss(reduction=reduction)


@mistake("make_mse", look="nn.functional.mse_loss")
def returns_a_bare_function(reduction="mean"):
    """An nn.MSELoss is asked for, an object that remembers its reduction."""
    return lambda y, yhat: nn.functional.mse_loss(yhat, y, reduction=reduction)


@mistake("make_mse", look="nn.MSELoss")
def knows_two_reductions(reduction="mean"):
    """There are three words: "none" keeps the squared errors one by one."""
    return nn.MSELoss(reduction="mean" if reduction == "mean" else "sum")


@mistake("make_mse", look="global variables")
def gives_everybody_one_object(reduction="mean", loss_fn=nn.MSELoss()):  # noqa: B008 (the mistake itself)
    """One object for all calls has the reduction of the last; each call makes a loss function of its own."""
    loss_fn.reduction = reduction
    return loss_fn


# --- manual_mse


def _reduce(squares, reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"unknown reduction {reduction!r}")
    return squares if reduction == "none" else getattr(squares, reduction)()


@mistake("manual_mse", look="if and else")
def always_averages(y, yhat, reduction="mean"):
    """ "sum" and "none" are asked for as well."""
    _reduce(y, reduction)
    return ((y - yhat) ** 2).mean()


@mistake("manual_mse", look="raise ValueError")
def takes_any_other_word_for_none(y, yhat, reduction="mean"):
    """A word that is not known must be refused with a ValueError, or the caller's mistake stays hidden."""
    squares = (y - yhat) ** 2
    return {"mean": squares.mean(), "sum": squares.sum()}.get(reduction, squares)


@mistake("manual_mse", look="raise ValueError")
def raises_a_key_error(y, yhat, reduction="mean"):
    """A dict raises KeyError for an unknown word; the page asks for ValueError."""
    squares = (y - yhat) ** 2
    return {"mean": squares.mean(), "sum": squares.sum(), "none": squares}[reduction]


@mistake("manual_mse", look="str.lower")
def ignores_upper_and_lower_case(y, yhat, reduction="mean"):
    """Three words are known, written in lower case; "MEAN" is another word."""
    return _reduce((y - yhat) ** 2, reduction.lower())


@mistake("manual_mse", look="Tensor.numel")
def divides_by_the_rows(y, yhat, reduction="mean"):
    """len() counts rows; the mean divides by the number of elements."""
    squares = (y - yhat) ** 2
    return squares.sum() / len(squares) if reduction == "mean" else _reduce(squares, reduction)


@mistake("manual_mse", look="raise", same_as=("takes-any-other-word-for-none",))
def returns_the_error_instead_of_raising(y, yhat, reduction="mean"):
    """An exception that is returned stops nobody; raise it."""
    try:
        return _reduce((y - yhat) ** 2, reduction)
    except ValueError as error:
        return error


@mistake("manual_mse", look="Tensor.item")
def returns_a_float(y, yhat, reduction="mean"):
    """A float has no graph; backward() needs the tensor."""
    loss = _reduce((y - yhat) ** 2, reduction)
    return loss if reduction == "none" else loss.item()


@mistake("manual_mse", look="Tensor.detach")
def cuts_the_graph(y, yhat, reduction="mean"):
    """detach() gives the numbers without their graph: no gradient reaches yhat."""
    return _reduce((y - yhat.detach()) ** 2, reduction)


@mistake("manual_mse", look="Tensor.pow")
def forgets_the_square(y, yhat, reduction="mean"):
    """Without the square, errors of opposite sign cancel."""
    return _reduce(y - yhat, reduction)


@mistake("manual_mse", look="torch.abs")
def takes_absolute_errors(y, yhat, reduction="mean"):
    """Errors are squared here, not made absolute."""
    return _reduce((y - yhat).abs(), reduction)


@mistake("manual_mse", look="mean squared error")
def halves_them(y, yhat, reduction="mean"):
    """Some books put a half in front to make the derivative neat; the mean squared error has none."""
    return _reduce((y - yhat) ** 2 / 2, reduction)


@mistake("manual_mse", look="operator precedence")
def squares_the_mean(y, yhat, reduction="mean"):
    """Square first, then average: in the mean of the bare errors, opposite signs cancel."""
    return (y - yhat).mean() ** 2 if reduction == "mean" else _reduce((y - yhat) ** 2, reduction)


@mistake("manual_mse", look="default arguments")
def sums_unless_told(y, yhat, reduction="sum"):
    """The page's default is "mean": who leaves the word out expects an average."""
    return _reduce((y - yhat) ** 2, reduction)


@mistake("manual_mse", look="in-place operators")
def turns_predictions_into_errors(y, yhat, reduction="mean"):
    """sub_ and -= write into the caller's own tensor, or are refused by autograd; y - yhat makes a new one."""
    return _reduce(yhat.sub_(y) ** 2, reduction)


@mistake("manual_mse", look="Tensor.squeeze")
def squeezes_the_errors(y, yhat, reduction="mean"):
    """With "none" the result has y's shape; squeeze drops dimensions of length 1."""
    return _reduce(((y - yhat) ** 2).squeeze(), reduction)


@mistake("manual_mse", look="assert")
def asserts_instead_of_raising(y, yhat, reduction="mean"):
    """A failing assert raises AssertionError; the page asks for ValueError, which raise makes."""
    assert reduction in ("mean", "sum", "none")
    return _reduce((y - yhat) ** 2, reduction)


@mistake("manual_mse", look="in")
def looks_for_a_part_of_the_word(y, yhat, reduction="mean"):
    """On strings, `in` looks for a part: "" and "me" are found as well. A tuple of the three words holds them whole."""
    if reduction not in "mean sum none":
        raise ValueError(reduction)
    return _reduce((y - yhat) ** 2, reduction if reduction in ("mean", "sum") else "none")


@mistake("manual_mse", look="torch.sqrt")
def takes_the_root(y, yhat, reduction="mean"):
    """The root of the MSE is another measure, the RMSE."""
    return torch.sqrt(_reduce((y - yhat) ** 2, reduction))


@mistake("manual_mse", look="Tensor.reshape")
def keeps_a_dimension(y, yhat, reduction="mean"):
    """A 0-d tensor is asked for; dim=0 keeps the column."""
    squares = (y - yhat) ** 2
    _reduce(squares, reduction)
    return squares if reduction == "none" else getattr(squares, reduction)(dim=0)


@mistake("manual_mse", look="Tensor.device")
def starts_from_a_cpu_tensor(y, yhat, reduction="mean"):
    """A tensor made without a device is on the CPU, and cannot meet the others elsewhere."""
    return _reduce((torch.zeros(y.shape) + y - yhat) ** 2, reduction)


# --- train


def _train(x, y, a, b, loss_fn, optimizer, n_epochs):
    losses = []
    for _ in range(n_epochs):
        loss = loss_fn(y, a + b * x)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
        optimizer.zero_grad()
    return losses


@mistake("train", look="loss functions")
def computes_the_mse_itself(x, y, a, b, loss_fn, optimizer, n_epochs):
    """The loss comes from the function handed in; with an MSE of one's own, no other loss can be minimised."""
    return _train(x, y, a, b, nn.MSELoss(), optimizer, n_epochs)


@mistake("train", look="loss functions")
def sets_the_reduction_to_mean(x, y, a, b, loss_fn, optimizer, n_epochs):
    """The loss function is used as it was handed in: its reduction is the caller's choice."""
    if hasattr(loss_fn, "reduction"):
        loss_fn.reduction = "mean"
    return _train(x, y, a, b, loss_fn, optimizer, n_epochs)


@mistake("train", look="callable")
def takes_the_loss_for_a_module(x, y, a, b, loss_fn, optimizer, n_epochs):
    """A loss function may be any callable; only an nn.Module has train(), to() or parameters()."""
    loss_fn.train()
    return _train(x, y, a, b, loss_fn, optimizer, n_epochs)


@mistake("train", look="loss functions")
def makes_a_loss_of_the_same_kind(x, y, a, b, loss_fn, optimizer, n_epochs):
    """The loss function is used as it was handed in, with its settings; it may be a plain function, which makes no other."""
    return _train(x, y, a, b, type(loss_fn)(), optimizer, n_epochs)


@mistake("train", look="broadcasting")
def flattens_y(x, y, a, b, loss_fn, optimizer, n_epochs):
    """A flat y meets a column of predictions in a table of every pair, n by n; both need the same shape."""
    return _train(x, y.squeeze(), a, b, loss_fn, optimizer, n_epochs)


@mistake("train", look="slope and intercept")
def swaps_a_and_b(x, y, a, b, loss_fn, optimizer, n_epochs):
    """a is the intercept and stands alone; b is the slope and multiplies x."""
    return _train(x, y, b, a, loss_fn, optimizer, n_epochs)


@mistake("train", look="Tensor.requires_grad_")
def freezes_what_it_trained(x, y, a, b, loss_fn, optimizer, n_epochs):
    """a and b stay trainable: whoever trains on finds them as they were, but for their numbers."""
    losses = _train(x, y, a, b, loss_fn, optimizer, n_epochs)
    a.requires_grad_(False)
    b.requires_grad_(False)
    return losses


@mistake("train", look="torch.optim.SGD")
def makes_its_own_optimizer(x, y, a, b, loss_fn, optimizer, n_epochs):
    """The optimizer that was handed in makes all updates: no new one, and no line of one's own."""
    return _train(x, y, a, b, loss_fn, optim.SGD([a, b], lr=0.1), n_epochs)


@mistake("train", look="Optimizer.zero_grad")
def forgets_to_zero_grad(x, y, a, b, loss_fn, optimizer, n_epochs):
    """backward() adds to what is already in .grad; without clearing, every step uses the sum of all gradients so far."""
    losses = []
    for _ in range(n_epochs):
        loss = loss_fn(y, a + b * x)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    return losses


@mistake("train", look="Optimizer.step")
def never_steps(x, y, a, b, loss_fn, optimizer, n_epochs):
    """Without step() the parameters stay where they are, and so does the loss."""
    losses = []
    for _ in range(n_epochs):
        loss = loss_fn(y, a + b * x)
        loss.backward()
        losses.append(loss.item())
    optimizer.zero_grad()
    return losses


@mistake("train", look="Optimizer.zero_grad")
def steps_without_a_gradient(x, y, a, b, loss_fn, optimizer, n_epochs):
    """step() finds no gradient on a and b: backward() never ran, its gradients were cleared, or they went to copies of a and b."""
    losses = []
    for _ in range(n_epochs):
        loss = loss_fn(y, a + b * x)
        loss.backward()
        losses.append(loss.item())
        optimizer.zero_grad()
        optimizer.step()
    return losses


@mistake("train", look="retain_graph")
def keeps_the_graph_of_one_prediction(x, y, a, b, loss_fn, optimizer, n_epochs):
    """retain_graph=True walks the old graph again: parameters that have moved predict something else, so predict anew in each epoch."""
    yhat = a + b * x
    losses = []
    for _ in range(n_epochs):
        loss = loss_fn(y, yhat)
        loss.backward(retain_graph=True)
        losses.append(loss.item())
        optimizer.step()
        optimizer.zero_grad()
    return losses


@mistake("train", look="Tensor.clone", same_as=("steps-without-a-gradient",))
def predicts_with_copies(x, y, a, b, loss_fn, optimizer, n_epochs):
    """Copies get the gradients here, and the optimizer looks after the tensors that were handed in."""
    a, b = (p.detach().clone().requires_grad_() for p in (a, b))
    return _train(x, y, a, b, loss_fn, optimizer, n_epochs)


@mistake("train", look="return")
def returns_inside_the_loop(x, y, a, b, loss_fn, optimizer, n_epochs):
    """A return inside the loop ends training after the first epoch."""
    return _train(x, y, a, b, loss_fn, optimizer, min(n_epochs, 1))


@mistake("train", look="for loops")
def predicts_once_before_the_loop(x, y, a, b, loss_fn, optimizer, n_epochs):
    """backward() uses its graph up, and parameters that have moved predict something else: predict anew in each epoch."""
    yhat = a + b * x
    losses = []
    for _ in range(n_epochs):
        loss = loss_fn(y, yhat)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
        optimizer.zero_grad()
    return losses


@mistake("train", look="range")
def one_epoch_short(x, y, a, b, loss_fn, optimizer, n_epochs):
    """range(1, n) has n - 1 numbers; n_epochs updates are asked for."""
    return _train(x, y, a, b, loss_fn, optimizer, n_epochs - 1)


@mistake("train", look="list.append")
def records_the_loss_after_the_update(x, y, a, b, loss_fn, optimizer, n_epochs):
    """The loss of an epoch is the one its gradient came from, before the parameters move."""
    losses = []
    for _ in range(n_epochs):
        _train(x, y, a, b, loss_fn, optimizer, 1)
        losses.append(loss_fn(y, a + b * x).item())
    return losses


@mistake("train", look="Tensor.item")
def keeps_loss_tensors(x, y, a, b, loss_fn, optimizer, n_epochs):
    """A list of loss tensors keeps the graph of every epoch alive; .item() takes out the number."""
    losses = []
    for _ in range(n_epochs):
        loss = loss_fn(y, a + b * x)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss)
    return losses


@mistake("train", look="Tensor.numpy")
def goes_through_numpy(x, y, a, b, loss_fn, optimizer, n_epochs):
    """numpy knows tensors on the CPU only; item() fetches a number from anywhere."""
    losses = []
    for _ in range(n_epochs):
        loss = loss_fn(y, a + b * x)
        loss.backward()
        losses.append(float(loss.detach().numpy()))
        optimizer.step()
        optimizer.zero_grad()
    return losses
