"""Known mistakes about optimizers."""

from __future__ import annotations

import torch
from torch import optim

from grader.bank import mistake

# --- make_sgd


@mistake("make_sgd", look="torch.optim.SGD")
def ignores_the_learning_rate(params, lr):
    """The learning rate is the caller's to choose; without it SGD takes its default of 0.001."""
    return optim.SGD(params)


@mistake("make_sgd", look="torch.optim.SGD")
def fixed_learning_rate(params, lr):
    """The learning rate is the caller's to choose; 0.1 fits one problem."""
    return optim.SGD(params, lr=0.1)


@mistake("make_sgd", look="torch.optim.Adam")
def makes_adam(params, lr):
    """Adam scales every step by a memory of gradients; plain SGD is asked for."""
    return optim.Adam(params, lr=lr)


@mistake("make_sgd", look="momentum")
def adds_momentum(params, lr):
    """With momentum, a step also follows the steps before it; plain SGD has none."""
    return optim.SGD(params, lr=lr, momentum=0.9)


@mistake("make_sgd", look="weight decay")
def adds_weight_decay(params, lr):
    """Weight decay pulls every parameter towards zero; plain SGD does not."""
    return optim.SGD(params, lr=lr, weight_decay=0.01)


@mistake("make_sgd", look="iterators")
def takes_the_first_parameter_alone(params, lr):
    """All tensors of the iterable are to be trained."""
    return optim.SGD([next(iter(params))], lr=lr)


@mistake("make_sgd", look="iterators")
def reads_the_iterator_first(params, lr):
    """An iterator can be read once: whoever looks at its tensors first leaves none for the optimizer. A list can be read again."""
    for p in params:
        assert p.requires_grad
    return optim.SGD(params, lr=lr)


@mistake("make_sgd", look="Tensor.clone")
def optimizes_copies(params, lr):
    """An optimizer moves the tensors that it was made with; the copies learn, the originals stay."""
    return optim.SGD([p.detach().clone().requires_grad_() for p in params], lr=lr)


@mistake("make_sgd", look="return")
def returns_the_class(params, lr):
    """optim.SGD is the class; an optimizer is made by calling it."""
    return optim.SGD


@mistake("make_sgd", look="maximize")
def goes_uphill(params, lr):
    """maximize=True follows the gradient to where the loss grows."""
    return optim.SGD(params, lr=lr, maximize=True)


# --- optimizer_step


@mistake("optimizer_step", look="Tensor.backward")
def forgets_backward(loss, optimizer):
    """Without backward() there are no gradients, and step() has nothing to do."""
    optimizer.step()
    optimizer.zero_grad()


@mistake("optimizer_step", look="Optimizer.step")
def forgets_step(loss, optimizer):
    """backward() only computes gradients; the parameters move in step()."""
    loss.backward()
    optimizer.zero_grad()


@mistake("optimizer_step", look="Optimizer.zero_grad")
def forgets_to_zero(loss, optimizer):
    """backward() adds to what is already in .grad; without zero_grad() the next step uses both gradients."""
    loss.backward()
    optimizer.step()


@mistake("optimizer_step", look="Optimizer.zero_grad")
def zeroes_between(loss, optimizer):
    """Cleared between backward and step, every gradient is gone when it is to be used."""
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()


@mistake("optimizer_step", look="Optimizer.zero_grad")
def zeroes_first_only(loss, optimizer):
    """Cleared only before backward(), this loss's gradient is left over at the end."""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@mistake("optimizer_step", look="Optimizer.step")
def steps_before_backward(loss, optimizer):
    """step() uses the gradients that backward() computed: backward() comes first."""
    optimizer.step()
    loss.backward()
    optimizer.zero_grad()


@mistake("optimizer_step", look="Optimizer.step")
def steps_twice(loss, optimizer):
    """One loss makes one update; a second step() moves along the same gradient again."""
    loss.backward()
    optimizer.step()
    optimizer.step()
    optimizer.zero_grad()


@mistake("optimizer_step", look="retain_graph")
def calls_backward_twice(loss, optimizer):
    """A second backward() adds the same gradients once more: the step is twice as long."""
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()


@mistake("optimizer_step", look="torch.nn.utils.clip_grad_norm_")
def clips_the_gradients(loss, optimizer):
    """Clipped gradients make another step than the one that this loss asks for."""
    loss.backward()
    for group in optimizer.param_groups:
        torch.nn.utils.clip_grad_norm_(group["params"], 1.0)
    optimizer.step()
    optimizer.zero_grad()


@mistake("optimizer_step", look="Optimizer.state")
def forgets_earlier_steps(loss, optimizer):
    """An optimizer's state is its memory of earlier gradients, such as momentum; it has to last from step to step."""
    optimizer.state.clear()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()


@mistake("optimizer_step", look="return")
def returns_the_loss(loss, optimizer):
    """Nothing is to be returned here; the caller has the loss already."""
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


@mistake("optimizer_step", look="Optimizer.step")
def updates_by_hand(loss, optimizer):
    """Only the optimizer's own step() knows its rule, its momentum for one."""
    loss.backward()
    with torch.no_grad():
        for group in optimizer.param_groups:
            for p in group["params"]:
                p -= group["lr"] * p.grad
    optimizer.zero_grad()


@mistake("optimizer_step", look="Optimizer.param_groups")
def clears_the_first_group_alone(loss, optimizer):
    """An optimizer may keep its parameters in several groups; zero_grad() clears them all."""
    loss.backward()
    optimizer.step()
    for p in optimizer.param_groups[0]["params"]:
        p.grad = None


@mistake("optimizer_step", look="Tensor.device")
def takes_the_loss_to_numpy(loss, optimizer):
    """numpy knows tensors on the CPU only; item() fetches a number from anywhere."""
    loss.detach().numpy()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()


# --- train


def _mse(x, y, a, b):
    return ((y - (a + b * x)) ** 2).mean()


def _train(x, y, a, b, optimizer, n_epochs, step=None, loss_of=_mse):
    losses = []
    for _ in range(n_epochs):
        loss = loss_of(x, y, a, b)
        loss.backward()
        losses.append(loss.item())
        (step or optimizer.step)()
        optimizer.zero_grad()
    return losses


@mistake("train", look="Optimizer.zero_grad")
def forgets_to_zero_grad(x, y, a, b, optimizer, n_epochs):
    """backward() adds to what is already in .grad; without clearing, every step uses the sum of all gradients so far."""
    losses = []
    for _ in range(n_epochs):
        loss = _mse(x, y, a, b)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    return losses


@mistake("train", look="Optimizer.step")
def updates_a_and_b_by_hand(x, y, a, b, optimizer, n_epochs):
    """All updates are the optimizer's: whoever hands in another one expects its rule."""

    def step():
        with torch.no_grad():
            a.sub_(optimizer.param_groups[0]["lr"] * a.grad)
            b.sub_(optimizer.param_groups[0]["lr"] * b.grad)

    return _train(x, y, a, b, optimizer, n_epochs, step)


@mistake("train", look="torch.optim.SGD")
def makes_its_own_optimizer(x, y, a, b, optimizer, n_epochs):
    """The optimizer that was handed in makes all updates: no new one, and no line of one's own."""
    return _train(x, y, a, b, optim.SGD([a, b], lr=0.1), n_epochs)


@mistake("train", look="Optimizer.step")
def never_steps(x, y, a, b, optimizer, n_epochs):
    """Without step() the parameters stay where they are, and so does the loss."""
    return _train(x, y, a, b, optimizer, n_epochs, lambda: None)


@mistake("train", look="Optimizer.zero_grad")
def steps_without_a_gradient(x, y, a, b, optimizer, n_epochs):
    """step() finds no gradient on a and b: backward() never ran, its gradients were cleared, or they went to copies of a and b."""
    losses = []
    for _ in range(n_epochs):
        loss = _mse(x, y, a, b)
        loss.backward()
        losses.append(loss.item())
        optimizer.zero_grad()
        optimizer.step()
    return losses


@mistake("train", look="retain_graph")
def keeps_the_graph_of_one_prediction(x, y, a, b, optimizer, n_epochs):
    """retain_graph=True walks the old graph again: parameters that have moved predict something else, so predict anew in each epoch."""
    yhat = a + b * x
    losses = []
    for _ in range(n_epochs):
        loss = ((y - yhat) ** 2).mean()
        loss.backward(retain_graph=True)
        losses.append(loss.item())
        optimizer.step()
        optimizer.zero_grad()
    return losses


@mistake("train", look="Tensor.clone", same_as=("steps-without-a-gradient",))
def predicts_with_copies(x, y, a, b, optimizer, n_epochs):
    """Copies get the gradients here, and the optimizer looks after the tensors that were handed in."""
    a, b = (p.detach().clone().requires_grad_() for p in (a, b))
    return _train(x, y, a, b, optimizer, n_epochs)


@mistake("train", look="return")
def returns_inside_the_loop(x, y, a, b, optimizer, n_epochs):
    """A return inside the loop ends training after the first epoch."""
    return _train(x, y, a, b, optimizer, min(n_epochs, 1))


@mistake("train", look="for loops")
def predicts_once_before_the_loop(x, y, a, b, optimizer, n_epochs):
    """backward() uses its graph up, and parameters that have moved predict something else: predict anew in each epoch."""
    yhat = a + b * x
    losses = []
    for _ in range(n_epochs):
        loss = ((y - yhat) ** 2).mean()
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
        optimizer.zero_grad()
    return losses


@mistake("train", look="break and continue")
def stops_when_the_loss_rises(x, y, a, b, optimizer, n_epochs):
    """n_epochs updates are asked for; some optimizers climb a little on their way down."""
    losses = []
    for _ in range(n_epochs):
        now = _mse(x, y, a, b).item()
        if losses and now > losses[-1]:
            break
        losses += _train(x, y, a, b, optimizer, 1)
    return losses


@mistake("train", look="range")
def one_epoch_short(x, y, a, b, optimizer, n_epochs):
    """range(1, n) has n - 1 numbers; n_epochs updates are asked for."""
    return _train(x, y, a, b, optimizer, n_epochs - 1)


@mistake("train", look="list.append")
def records_the_loss_after_the_update(x, y, a, b, optimizer, n_epochs):
    """The loss of an epoch is the one its gradient came from, before the parameters move."""
    losses = []
    for _ in range(n_epochs):
        _train(x, y, a, b, optimizer, 1)
        losses.append(_mse(x, y, a, b).item())
    return losses


@mistake("train", look="Tensor.item")
def keeps_loss_tensors(x, y, a, b, optimizer, n_epochs):
    """A list of loss tensors keeps the graph of every epoch alive; .item() takes out the number."""
    losses = []
    for _ in range(n_epochs):
        loss = _mse(x, y, a, b)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss)
    return losses


@mistake("train", look="Tensor.numpy")
def goes_through_numpy(x, y, a, b, optimizer, n_epochs):
    """numpy knows tensors on the CPU only; item() fetches a number from anywhere."""
    losses = []
    for _ in range(n_epochs):
        loss = _mse(x, y, a, b)
        loss.backward()
        losses.append(float(loss.detach().numpy()))
        optimizer.step()
        optimizer.zero_grad()
    return losses


@mistake("train", look="Tensor.mean")
def sums_the_errors(x, y, a, b, optimizer, n_epochs):
    """The mean squared error divides by the number of points; a sum grows with the data."""
    return _train(x, y, a, b, optimizer, n_epochs, loss_of=lambda *line: len(x) * _mse(*line))


@mistake("train", look="numpy broadcasting")
def flattens_y(x, y, a, b, optimizer, n_epochs):
    """A flat y minus a column of predictions is a table of every pair, n by n; both need the same shape."""
    return _train(x, y.squeeze(), a, b, optimizer, n_epochs)


@mistake("train", look="mean absolute error")
def takes_absolute_errors(x, y, a, b, optimizer, n_epochs):
    """The mean squared error is asked for: errors are squared, not made absolute."""
    return _train(
        x, y, a, b, optimizer, n_epochs, loss_of=lambda x, y, a, b: (y - (a + b * x)).abs().mean()
    )


@mistake("train", look="slope and intercept")
def swaps_a_and_b(x, y, a, b, optimizer, n_epochs):
    """a is the intercept and stands alone; b is the slope and multiplies x."""
    return _train(x, y, b, a, optimizer, n_epochs)


@mistake("train", look="Optimizer.step")
def steps_before_the_backward_pass(x, y, a, b, optimizer, n_epochs):
    """step() uses the gradients that backward() computed: the first step finds none, every other those of the epoch before."""
    losses = []
    for _ in range(n_epochs):
        loss = _mse(x, y, a, b)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
    return losses


@mistake("train", look="Optimizer.step")
def steps_twice_an_epoch(x, y, a, b, optimizer, n_epochs):
    """One epoch is one update here; a second step() moves along the same gradient again."""

    def step():
        optimizer.step()
        optimizer.step()

    return _train(x, y, a, b, optimizer, n_epochs, step)


@mistake("train", look="mini-batches")
def updates_after_every_batch(x, y, a, b, optimizer, n_epochs):
    """One epoch is one update here, from all the points; batches come later."""
    losses = []
    for _ in range(n_epochs):
        for start in range(0, len(x), 16):
            rows = slice(start, start + 16)
            last = _train(x[rows], y[rows], a, b, optimizer, 1)
        losses += last
    return losses


@mistake("train", look="Tensor.requires_grad_")
def freezes_what_it_trained(x, y, a, b, optimizer, n_epochs):
    """a and b stay trainable: whoever trains on finds them as they were, but for their numbers."""
    losses = _train(x, y, a, b, optimizer, n_epochs)
    a.requires_grad_(False)
    b.requires_grad_(False)
    return losses


@mistake("train", look="generators")
def yields_the_losses(x, y, a, b, optimizer, n_epochs):
    """yield makes a generator of the function: its body runs only when somebody asks for the losses, one by one."""
    for _ in range(n_epochs):
        yield from _train(x, y, a, b, optimizer, 1)


@mistake("train", look="return")
def returns_the_last_loss_alone(x, y, a, b, optimizer, n_epochs):
    """All n_epochs losses are asked for, in a list."""
    return _train(x, y, a, b, optimizer, n_epochs)[-1]
