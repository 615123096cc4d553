"""Known mistakes about evaluation, and about the whole program."""

from __future__ import annotations

from functools import partial

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset, random_split

from grader.bank import mistake

# --- evaluate


def _losses(model, loss_fn, loader, device):
    """The losses alone: mode and grad mode are the caller's."""
    losses = []
    for x, y in loader:
        losses.append(loss_fn(y.to(device), model(x.to(device))).item())
    return losses


def _evaluate(model, loss_fn, loader, device):
    """A right one, for the mistakes in the functions below."""
    model.eval()
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval")
def forgets_eval(model, loss_fn, loader, device):
    """no_grad() stops graphs and nothing else; layers like Dropout go on as in training until eval() is called."""
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval", same_as=("forgets-eval",))
def names_eval_without_calling_it(model, loss_fn, loader, device):
    """model.eval without parentheses names the method and does not call it."""
    model.eval  # noqa: B018  # the mistake
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval", same_as=("forgets-eval",))
def sets_the_flag_of_the_model_alone(model, loss_fn, loader, device):
    """The flag training belongs to one module; eval() sets it in every nested layer too."""
    model.training = False
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval")
def switches_the_layers_alone(model, loss_fn, loader, device):
    """The model itself has a mode too, which its forward may ask for; eval() sets it in the model and all its layers."""
    for layer in model.children():
        layer.eval()
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="nn.Module.eval")
def switches_the_mode_too_late(model, loss_fn, loader, device):
    """The mode counts while the model predicts; the first batch has gone through in training mode here."""
    losses = []
    with torch.no_grad():
        for x, y in loader:
            losses.append(loss_fn(y.to(device), model(x.to(device))).item())
            model.eval()
    return losses


@mistake("evaluate", look="nn.Module.training")
def always_ends_in_training_mode(model, loss_fn, loader, device):
    """A model that was found in evaluation mode is left in training mode, and its next predictions are others."""
    losses = _evaluate(model, loss_fn, loader, device)
    model.train()
    return losses


@mistake("evaluate", look="torch.no_grad")
def forgets_no_grad(model, loss_fn, loader, device):
    """eval() changes how layers behave; graphs are built all the same until grad mode is off."""
    model.eval()
    return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="with statement", same_as=("forgets-no-grad",))
def calls_no_grad_without_with(model, loss_fn, loader, device):
    """torch.no_grad() on a line of its own makes a context manager and drops it; only a with block (or a decorator) enters it."""
    model.eval()
    torch.no_grad()
    return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="torch.no_grad")
def computes_the_loss_outside(model, loss_fn, loader, device):
    """The loss is made of operations too; outside the with block a graph is built behind whatever in it is trainable."""
    model.eval()
    losses = []
    for x, y in loader:
        with torch.no_grad():
            yhat = model(x.to(device))
        losses.append(loss_fn(y.to(device), yhat).item())
    return losses


@mistake("evaluate", look="torch.no_grad", same_as=("forgets-no-grad",))
def detaches_the_predictions(model, loss_fn, loader, device):
    """detach() cuts off a graph that has been built already; under no_grad() none is built."""
    model.eval()
    losses = []
    for x, y in loader:
        yhat = model(x.to(device)).detach()
        losses.append(loss_fn(y.to(device), yhat).item())
    return losses


@mistake("evaluate", look="torch.no_grad")
def leaves_grad_mode_off(model, loss_fn, loader, device):
    """set_grad_enabled(False) stays in force for all code after it; a with block ends by itself."""
    model.eval()
    torch.set_grad_enabled(False)
    return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="torch.no_grad")
def switches_grad_mode_on_at_the_end(model, loss_fn, loader, device):
    """Who calls may have switched grad mode off for longer; a with block puts back what it found, on or off."""
    model.eval()
    torch.set_grad_enabled(False)
    losses = _losses(model, loss_fn, loader, device)
    torch.set_grad_enabled(True)
    return losses


@mistake("evaluate", look="Tensor.requires_grad")
def freezes_the_model(model, loss_fn, loader, device):
    """requires_grad_(False) is a lasting change of the model: it will not learn any more. no_grad() lasts for one block."""
    model.eval().requires_grad_(False)
    with torch.no_grad():
        return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="Tensor.requires_grad")
def freezes_the_model_in_place_of_no_grad(model, loss_fn, loader, device):
    """requires_grad_(False) is a lasting change of the model, and a loss may have parameters too; no_grad() lasts for one block and stops all graphs."""
    model.eval().requires_grad_(False)
    return _losses(model, loss_fn, loader, device)


@mistake("evaluate", look="Tensor.grad")
def clears_the_gradients(model, loss_fn, loader, device):
    """Evaluation touches no gradient; the caller may not have used those in .grad yet."""
    model.zero_grad()
    return _evaluate(model, loss_fn, loader, device)


@mistake("evaluate", look="Tensor.backward")
def goes_backward(model, loss_fn, loader, device):
    """backward() belongs to training: it adds the gradients of points to validate on to those that will be learned from."""
    model.eval()
    losses = []
    for x, y in loader:
        loss = loss_fn(y.to(device), model(x.to(device)))
        loss.backward()
        losses.append(loss.item())
    return losses


@mistake("evaluate", look="Tensor.item")
def keeps_loss_tensors(model, loss_fn, loader, device):
    """A list of loss tensors keeps the graph behind each of them alive; .item() takes out the number."""
    model.eval()
    return [loss_fn(y.to(device), model(x.to(device))) for x, y in loader]


@mistake("evaluate", look="list")
def averages_the_losses(model, loss_fn, loader, device):
    """One loss for each batch is asked for; their mean is another number when the last batch is short."""
    losses = _evaluate(model, loss_fn, loader, device)
    return sum(losses) / len(losses)


@mistake("evaluate", look="return")
def stops_after_the_first_batch(model, loss_fn, loader, device):
    """A return inside the loop ends it after the first batch."""
    return _evaluate(model, loss_fn, loader, device)[:1]


@mistake("evaluate", look="nn.MSELoss")
def uses_a_loss_of_its_own(model, loss_fn, loader, device):
    """The loss is the caller's to choose; a model trained with one loss is not judged by another."""
    return _evaluate(model, nn.MSELoss(), loader, device)


@mistake("evaluate", look="Tensor.to", name="sends-nothing")
def evaluates_without_sending(model, loss_fn, loader, device):
    """A loader gives CPU tensors; a model elsewhere cannot use them until they are sent to its device."""
    return _evaluate(model, loss_fn, loader, "cpu")


@mistake("evaluate", look="Tensor.to")
def sends_the_features_alone(model, loss_fn, loader, device):
    """The loss compares predictions with labels, so the labels must be on the device too."""
    model.eval()
    with torch.no_grad():
        return [loss_fn(y, model(x.to(device))).item() for x, y in loader]


@mistake("evaluate", look="Tensor.cpu")
def compares_on_the_cpu(model, loss_fn, loader, device):
    """The whole batch goes to the device, labels too; predictions brought back to the CPU cost a transfer for each batch."""
    model.eval()
    with torch.no_grad():
        return [loss_fn(y, model(x.to(device)).cpu()).item() for x, y in loader]


@mistake("evaluate", look="broadcasting")
def flattens_the_predictions(model, loss_fn, loader, device):
    """Shape (n,) against (n, 1) broadcasts to (n, n): every prediction is compared with every label."""
    model.eval()
    with torch.no_grad():
        return [loss_fn(y.to(device), model(x.to(device)).view(-1)).item() for x, y in loader]


@mistake("evaluate", look="nn.Module.parameters")
def asks_the_first_parameter_for_the_device(model, loss_fn, loader, device):
    """A model may have no parameters, a Dropout layer say; the device is handed in."""
    return _evaluate(model, loss_fn, loader, next(model.parameters()).device)


@mistake("evaluate", look="nn.Module.to")
def brings_the_model_to_the_cpu(model, loss_fn, loader, device):
    """Module.to moves the model itself, not a copy; it is no longer where the caller put it."""
    return _evaluate(model.cpu(), loss_fn, loader, "cpu")


@mistake("evaluate", look="torch.device")
def reads_the_devices_type(model, loss_fn, loader, device):
    """A device may be handed in by its name, a string without .type; .to() takes both kinds."""
    return _evaluate(model, loss_fn, loader, torch.device(device.type))


# --- fit


def _update(loss, optimizer):
    """A right one."""
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()


def _epoch(model, loss_fn, optimizer, loader, device, update=_update):
    """One epoch of training steps, in whatever mode the model is."""
    losses = []
    for x, y in loader:
        loss = loss_fn(y.to(device), model(x.to(device)))
        update(loss, optimizer)
        losses.append(loss.item())
    return losses


def _fit(
    model,
    loss_fn,
    optimizer,
    train_loader,
    val_loader,
    n_epochs,
    device,
    *,
    train=_epoch,
    validate=_evaluate,
):
    """A right one, with room for wrong parts."""
    losses, val_losses = [], []
    for _ in range(n_epochs):
        model.train()
        losses += train(model, loss_fn, optimizer, train_loader, device)
        val_losses += validate(model, loss_fn, val_loader, device)
    return losses, val_losses


def _fit_by(update, handed_in):
    """What `fit` gives with another update in place of the right one."""
    return _fit(*handed_in, train=partial(_epoch, update=update))


@mistake("fit", look="nn.Module.train")
def never_returns_to_training_mode(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """The evaluation of the first epoch leaves the model in evaluation mode; train() before the loop serves one epoch only."""
    losses, val_losses = [], []
    model.train()
    for _ in range(n_epochs):
        losses += _epoch(model, loss_fn, optimizer, train_loader, device)
        val_losses += _evaluate(model, loss_fn, val_loader, device)
    return losses, val_losses


@mistake("fit", look="nn.Module.train")
def never_calls_train(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """A model may be handed over in evaluation mode; training mode is switched on by train()."""
    losses, val_losses = [], []
    for _ in range(n_epochs):
        losses += _epoch(model, loss_fn, optimizer, train_loader, device)
        val_losses += _evaluate(model, loss_fn, val_loader, device)
    return losses, val_losses


@mistake("fit", look="nn.Module.eval")
def validates_in_training_mode(*handed_in):
    """no_grad() stops graphs and nothing else; without eval() layers like Dropout go on as in training."""
    return _fit(*handed_in, validate=forgets_eval.implementation)


@mistake("fit", look="torch.no_grad")
def validates_with_a_graph(*handed_in):
    """eval() changes how layers behave; validation builds graphs all the same until grad mode is off."""
    return _fit(*handed_in, validate=forgets_no_grad.implementation)


@mistake("fit", look="torch.set_grad_enabled")
def switches_grad_mode_off_for_good(*handed_in):
    """Grad mode is off where the model trains, and the loss has no graph: no_grad() holds validation alone, and set_grad_enabled(False) stays in force."""
    return _fit(*handed_in, validate=leaves_grad_mode_off.implementation)


@mistake("fit", look="Optimizer.step")
def learns_from_the_validation_points(model, loss_fn, optimizer, *rest):
    """A point that the model has learned from says nothing about new ones; validation makes no update."""

    def validate(model, loss_fn, loader, device):
        return _epoch(model.eval(), loss_fn, optimizer, loader, device)

    return _fit(model, loss_fn, optimizer, *rest, validate=validate)


@mistake("fit", look="Optimizer.step")
def trains_on_the_validation_points(model, loss_fn, optimizer, *rest):
    """Points that the model trains on say nothing about new ones: validation is evaluation, without any update."""

    def validate(model, loss_fn, loader, device):
        return _epoch(model, loss_fn, optimizer, loader, device)

    return _fit(model, loss_fn, optimizer, *rest, validate=validate)


@mistake("fit", look="Tensor.backward")
def goes_backward_in_validation(*handed_in):
    """backward() adds to .grad, and the next training step uses the validation gradients with its own."""
    return _fit(*handed_in, validate=goes_backward.implementation)


@mistake("fit", look="Optimizer.zero_grad")
def forgets_to_zero(*handed_in):
    """backward() adds to what is already in .grad; without zero_grad() every update uses all gradients so far."""

    def update(loss, optimizer):
        loss.backward()
        optimizer.step()

    return _fit_by(update, handed_in)


@mistake("fit", look="Optimizer.zero_grad")
def zeroes_once_an_epoch(*handed_in):
    """Each update needs the gradient of its own batch; cleared once an epoch, the gradients of its batches add up."""

    def update(loss, optimizer):
        loss.backward()
        optimizer.step()

    def train(model, loss_fn, optimizer, loader, device):
        optimizer.zero_grad()
        return _epoch(model, loss_fn, optimizer, loader, device, update)

    return _fit(*handed_in, train=train)


@mistake("fit", look="Optimizer.zero_grad")
def zeroes_before_the_step(*handed_in):
    """Cleared between backward and step, no gradient is left for the step to use."""

    def update(loss, optimizer):
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()

    return _fit_by(update, handed_in)


@mistake("fit", look="mini-batches")
def steps_once_an_epoch(*handed_in):
    """Mini-batch descent updates after every batch; one step after the loop is batch descent on the sum of the gradients."""

    def train(model, loss_fn, optimizer, loader, device):
        losses = _epoch(model, loss_fn, optimizer, loader, device, lambda loss, _: loss.backward())
        optimizer.step()
        optimizer.zero_grad()
        return losses

    return _fit(*handed_in, train=train)


@mistake("fit", look="torch.optim.SGD")
def makes_its_own_optimizer(model, loss_fn, optimizer, *rest):
    """The optimizer that is handed in carries the caller's choices: method, learning rate, momentum."""
    return _fit(model, loss_fn, torch.optim.SGD(model.parameters(), lr=0.1), *rest)


@mistake("fit", look="Optimizer.step")
def subtracts_the_gradients_by_hand(*handed_in):
    """Only the step() of the optimizer that was handed in makes its update; momentum, say, is more than learning rate times gradient."""

    def update(loss, optimizer):
        loss.backward()
        with torch.no_grad():
            for group in optimizer.param_groups:
                for p in group["params"]:
                    p -= group["lr"] * p.grad
        optimizer.zero_grad()

    return _fit_by(update, handed_in)


@mistake("fit", look="nn.MSELoss")
def makes_its_own_loss(model, loss_fn, *rest):
    """The loss is the caller's to choose; MSE is one of many."""
    return _fit(model, nn.MSELoss(), *rest)


@mistake("fit", look="Tensor.item")
def records_the_loss_after_the_update(*handed_in):
    """The loss of a batch is the one its gradient came from, before the parameters move."""

    def train(model, loss_fn, optimizer, loader, device):
        losses = []
        for x, y in loader:
            _epoch(model, loss_fn, optimizer, [(x, y)], device)
            losses.append(loss_fn(y.to(device), model(x.to(device))).item())
        return losses

    return _fit(*handed_in, train=train)


@mistake("fit", look="Tensor.item")
def keeps_the_loss_tensors(*handed_in):
    """A list of loss tensors keeps the graph of every batch alive; .item() takes out the number."""

    def train(model, loss_fn, optimizer, loader, device):
        losses = []
        for x, y in loader:
            losses.append(loss_fn(y.to(device), model(x.to(device))))
            _update(losses[-1], optimizer)
        return losses

    return _fit(*handed_in, train=train)


@mistake("fit", look="list.extend")
def nests_the_validation_losses(*handed_in):
    """append() adds a list as one item, and gives lists in a list; extend() or += adds its items."""
    return _fit(*handed_in, validate=lambda *given: [_evaluate(*given)])


@mistake("fit", look="list.extend")
def nests_all_losses(*handed_in):
    """append() adds a list as one item, and gives lists in a list; extend() or += adds its items."""
    return _fit(
        *handed_in,
        train=lambda *given: [_epoch(*given)],
        validate=lambda *given: [_evaluate(*given)],
    )


@mistake("fit", look="for loops")
def keeps_the_last_epochs_validation_alone(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """A list that is begun anew in each epoch forgets the epochs before; begin it once, before the loop."""
    losses = []
    for _ in range(n_epochs):
        losses += _epoch(model.train(), loss_fn, optimizer, train_loader, device)
        val_losses = _evaluate(model, loss_fn, val_loader, device)
    return losses, val_losses


@mistake("fit", look="list.extend")
def averages_each_epoch(*handed_in):
    """One loss for each batch is asked for, of training and validation alike; a mean hides how they went."""

    def mean(losses):
        return [sum(losses) / len(losses)]

    return _fit(
        *handed_in,
        train=lambda *given: mean(_epoch(*given)),
        validate=lambda *given: mean(_evaluate(*given)),
    )


@mistake("fit", look="for loops")
def validates_after_the_last_epoch_alone(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """Every epoch's validation losses are asked for, not only the last's: the loop over epochs holds validation too."""
    losses = []
    for _ in range(n_epochs):
        losses += _epoch(model.train(), loss_fn, optimizer, train_loader, device)
    return losses, _evaluate(model, loss_fn, val_loader, device)


@mistake("fit", look="for loops")
def validates_before_training(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """An epoch's validation shows what that epoch has taught; it comes after the training batches."""
    losses, val_losses = [], []
    for _ in range(n_epochs):
        val_losses += _evaluate(model, loss_fn, val_loader, device)
        losses += _epoch(model.train(), loss_fn, optimizer, train_loader, device)
    return losses, val_losses


@mistake("fit", look="DataLoader")
def validates_on_the_training_batches(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """The loss on points that the model was trained on says how well it remembers, not how well it has learned."""
    return _fit(model, loss_fn, optimizer, train_loader, train_loader, n_epochs, device)


@mistake("fit", look="return order")
def returns_in_another_order(*handed_in):
    """The page's order is losses, val_losses; who unpacks relies on it."""
    losses, val_losses = _fit(*handed_in)
    return val_losses, losses


@mistake("fit", look="range")
def one_epoch_short(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    """n_epochs epochs are asked for; range(1, n) has n - 1 numbers, and a return inside the loop ends it early."""
    return _fit(model, loss_fn, optimizer, train_loader, val_loader, n_epochs - 1, device)


@mistake("fit", look="return")
def stops_after_the_first_epoch(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    """A return inside the loop over epochs ends it after the first one."""
    return _fit(model, loss_fn, optimizer, train_loader, val_loader, 1, device)


@mistake("fit", look="Tensor.to", name="sends-nothing")
def fits_without_sending(*handed_in):
    """A loader gives CPU tensors; a model elsewhere cannot use them until they are sent to its device."""
    return _fit(*handed_in[:-1], "cpu")


@mistake("fit", look="Tensor.to", same_as=("sends-nothing",))
def sends_no_validation_batch(*handed_in):
    """Validation batches come from a loader too, on the CPU, and must be sent like all others."""
    return _fit(*handed_in, validate=evaluates_without_sending.implementation)


# --- run


def _data(x, y):
    """Step 2."""
    return TensorDataset(torch.from_numpy(x).float(), torch.from_numpy(y).float())


def _split(dataset):
    """Step 3."""
    return random_split(dataset, [0.8, 0.2])


def _loaders(train_data, val_data, train_size=16, val_size=20, shuffle=False):
    """Step 4."""
    return DataLoader(train_data, train_size, shuffle=shuffle), DataLoader(val_data, val_size)


def _model(device):
    """Step 5."""
    return nn.Sequential(nn.Linear(1, 1)).to(device)


def _train(
    model, loaders, lr, n_epochs, device, loss_fn=nn.functional.mse_loss, method=torch.optim.SGD
):
    """Step 6."""
    optimizer = method(model.parameters(), lr=lr)
    losses = _fit(model, loss_fn, optimizer, *loaders, n_epochs, device)
    return model, *losses


def _run(
    x,
    y,
    seed=42,
    lr=0.1,
    n_epochs=150,
    device="cpu",
    *,
    seed_by=torch.manual_seed,
    data=_data,
    split=_split,
    loaders=_loaders,
    model=_model,
    train=_train,
):
    """Steps 1 to 6, with room for wrong parts."""
    seed_by(seed)
    made = loaders(*split(data(x, y)))
    return train(model(device), made, lr, n_epochs, device)


def _no_seed(seed):
    """In place of step 1."""


@mistake("run", look="torch.manual_seed")
def seeds_numpy_instead(*handed_in):
    """numpy's seed says nothing to torch, which draws the split and the layer's numbers from a generator of its own."""
    return _run(*handed_in, seed_by=lambda seed: np.random.seed(seed % 2**32))


@mistake("run", look="torch.manual_seed")
def forgets_the_seed(*handed_in):
    """Without a seed, split and layer draw whatever comes next, and no run can be repeated."""
    return _run(*handed_in, seed_by=_no_seed)


@mistake("run", look="torch.manual_seed")
def always_seeds_with_42(*handed_in):
    """The seed is the caller's to choose; 42 is its default only."""
    return _run(*handed_in, seed_by=lambda _: torch.manual_seed(42))


def _split_then_seed(seed):
    def split(dataset):
        parts = _split(dataset)
        torch.manual_seed(seed)
        return parts

    return split


@mistake("run", look="torch.manual_seed")
def seeds_after_the_split(x, y, seed=42, *rest):
    """The split draws random numbers too; seeded after it, it differs from run to run."""
    return _run(x, y, seed, *rest, seed_by=_no_seed, split=_split_then_seed(seed))


@mistake("run", look="torch.manual_seed")
def seeds_again_before_the_model(x, y, seed=42, *rest):
    """The layer gets the numbers that belong to the split, where torch is seeded again after it, or where the split has a generator of its own."""
    return _run(x, y, seed, *rest, split=_split_then_seed(seed))


@mistake("run", look="torch.manual_seed")
def makes_the_model_first(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """A layer draws its starting numbers when it is made; made before the split, it gets the numbers meant for that."""
    torch.manual_seed(seed)
    model = _model(device)
    return _train(model, _loaders(*_split(_data(x, y))), lr, n_epochs, device)


@mistake("run", look="random_split")
def splits_in_order(*handed_in):
    """Cut in the order in which they came, the points of the two parts may be of different kinds."""

    def split(dataset):
        n_train = len(dataset) * 4 // 5
        rows = range(len(dataset))
        return Subset(dataset, rows[:n_train]), Subset(dataset, rows[n_train:])

    return _run(*handed_in, split=split)


@mistake("run", look="random_split generator", same_as=("seeds-again-before-the-model",))
def splits_by_another_generator(x, y, seed=42, *rest):
    """A generator of its own gives the same split, and leaves the layer other numbers: the global one has not moved on."""

    def split(dataset):
        return random_split(dataset, [0.8, 0.2], generator=torch.Generator().manual_seed(seed))

    return _run(x, y, seed, *rest, split=split)


@mistake("run", look="random_split")
def splits_70_to_30(*handed_in):
    """80 per cent of the points train, 20 per cent validate."""
    return _run(*handed_in, split=lambda dataset: random_split(dataset, [0.7, 0.3]))


@mistake("run", look="random_split")
def always_80_points(*handed_in):
    """80 and 20 are per cent; in points that is so for a hundred of them only."""
    return _run(*handed_in, split=lambda dataset: random_split(dataset, [80, 20]))


@mistake("run", look="random_split")
def trains_on_all_points(*handed_in):
    """The loader of the whole data set trains on the validation points too."""
    return _run(*handed_in, split=lambda dataset: (dataset, _split(dataset)[1]))


@mistake("run", look="DataLoader shuffle")
def shuffles_the_training_batches(*handed_in):
    """The page's loaders do not shuffle; the split has put the points in a random order already."""
    return _run(*handed_in, loaders=partial(_loaders, shuffle=True))


@mistake("run", look="DataLoader batch_size")
def swaps_the_batch_sizes(*handed_in):
    """Batches of 16 train, batches of 20 validate."""
    return _run(*handed_in, loaders=partial(_loaders, train_size=20, val_size=16))


@mistake("run", look="DataLoader batch_size")
def validates_in_batches_of_16(*handed_in):
    """The validation loader has a batch size of its own, 20."""
    return _run(*handed_in, loaders=partial(_loaders, val_size=16))


def _float64_data(x, y):
    return TensorDataset(torch.from_numpy(x), torch.from_numpy(y))


@mistake("run", look="Tensor.float")
def keeps_float64(*handed_in):
    """numpy's numbers are float64, layers are float32, and one operation takes only one kind: .float() converts."""
    return _run(*handed_in, data=_float64_data)


@mistake("run", look="nn.Module.double")
def makes_the_model_float64(*handed_in):
    """Tensors are float32 here: convert the data to the model's precision, not the model to the data's."""
    return _run(*handed_in, data=_float64_data, model=lambda device: _model(device).double())


@mistake("run", look="nn.Sequential")
def returns_a_bare_layer(*handed_in):
    """An nn.Sequential of one layer is asked for; the layer alone has other parameter names."""
    return _run(*handed_in, model=lambda device: nn.Linear(1, 1).to(device))


@mistake("run", look="function arguments")
def ignores_its_arguments(x, y, seed=42, lr=0.1, *rest):
    """The learning rate is the caller's to choose; a number written into the code overrides it."""
    return _run(x, y, seed, 0.1, *rest)


@mistake("run", look="function arguments")
def ignores_n_epochs(x, y, seed=42, lr=0.1, n_epochs=150, *rest):
    """The number of epochs is the caller's to choose; a number written into the code overrides it."""
    return _run(x, y, seed, lr, 150, *rest)


@mistake("run", look="torch.optim.SGD")
def trains_by_adam(*handed_in):
    """Adam scales every step by a memory of gradients; plain SGD is asked for."""
    return _run(*handed_in, train=partial(_train, method=torch.optim.Adam))


@mistake("run", look="random_split")
def validates_on_the_training_points(*handed_in):
    """How well a model has learned shows on points that it never trained on: the 20 per cent set aside."""
    return _run(*handed_in, split=lambda dataset: [_split(dataset)[0]] * 2)


@mistake("run", look="return order")
def returns_the_losses_in_another_order(*handed_in):
    """The page's order is model, losses, val_losses; who unpacks relies on it."""
    model, losses, val_losses = _run(*handed_in)
    return model, val_losses, losses


@mistake("run", look="DataLoader")
def sends_the_data_before_the_loader(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """Data sets and loaders stay on the CPU, since a GPU's memory is small; each batch is sent when its turn comes."""

    def data(x, y):
        return TensorDataset(*(tensor.to(device) for tensor in _data(x, y).tensors))

    return _run(x, y, seed, lr, n_epochs, device, data=data)


@mistake("run", look="default arguments")
def has_other_defaults(x, y, seed=42, lr=0.01, n_epochs=100, device="cpu"):
    """Defaults are part of the signature on the page: seed = 42, lr = 0.1, n_epochs = 150."""
    return _run(x, y, seed, lr, n_epochs, device)


@mistake("run", look="nn.MSELoss")
def sums_the_squared_errors(*handed_in):
    """The mean squared error divides by the number of points; summed, a full batch pulls harder than a short one."""
    return _run(*handed_in, train=partial(_train, loss_fn=nn.MSELoss(reduction="sum")))


@mistake("run", look="return order")
def returns_two_results(*handed_in):
    """Three results are asked for: the model, its losses, its validation losses."""
    return _run(*handed_in)[1:]


@mistake("run", look="function arguments")
def stays_on_the_cpu(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    """The device is the caller's to choose; here the model ends up on the CPU whatever it says."""
    return _run(x, y, seed, lr, n_epochs, "cpu")


@mistake("run", look="nn.Module.to")
def makes_the_layer_on_the_device(*handed_in):
    """A layer draws its numbers where it is made, and each kind of device has a generator of its own; made on the CPU and then sent, it starts with the same numbers everywhere."""
    return _run(*handed_in, model=lambda device: nn.Sequential(nn.Linear(1, 1, device=device)))


@mistake("run", look="nn.Module.to")
def sends_the_batches_alone(*handed_in):
    """A model is made on the CPU; batches that are elsewhere cannot meet its parameters until it is sent there too."""
    return _run(*handed_in, model=lambda device: _model("cpu"))


@mistake("run", look="nn.Module.to")
def sends_the_model_alone(*handed_in):
    """The model is on the device, and the batches stay on the CPU: what meets in one operation must be in one place."""
    return _run(*handed_in, train=lambda *given: _train(*given[:-1], "cpu"))
