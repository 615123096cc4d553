"""Evaluation and the whole program, in other styles."""

import copy
from collections import OrderedDict

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn, optim
from torch.utils import data
from torch.utils.data import DataLoader, Subset, TensorDataset

from . import alternative

# --- evaluate


@alternative("evaluate")
def in_inference_mode(model, loss_fn, loader, device):
    model.train(False)
    losses = []
    with torch.inference_mode():
        for x, y in loader:
            losses += [float(loss_fn(model(x.to(device)), y.to(device)))]
    return losses


@alternative("evaluate")
@torch.no_grad()
def decorated_with_the_mode_put_back(model, loss_fn, loader, device):
    before = model.training
    model.eval()
    try:
        return tuple(loss_fn(y.to(device), model(x.to(device))) for x, y in loader)
    finally:
        model.train(before)


@alternative("evaluate")
def as_the_tutorial_does(model, loss_fn, loader, device):
    val_losses = []
    with torch.no_grad():
        for x_val, y_val in loader:
            x_val = x_val.to(device)
            y_val = y_val.to(device)
            model.eval()
            yhat = model(x_val)
            val_loss = loss_fn(y_val, yhat)
            val_losses.append(val_loss.item())
    return val_losses


@alternative("evaluate")
def with_a_copy(model, loss_fn, loader, device):
    judge = copy.deepcopy(model).eval()
    losses = np.empty(len(loader))
    for i, batch in enumerate(loader):
        x, y = (part.to(device=device) for part in batch)
        with torch.set_grad_enabled(False):
            losses[i] = loss_fn(judge(x), y).cpu().numpy()
    return losses


@alternative("evaluate")
def with_grad_mode_switched_by_hand(model, loss_fn, loader, device):
    def one(batch):
        x, y = batch
        return loss_fn(y.to(device), model.forward(x.to(device))).detach().reshape(1)

    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    for layer in model.modules():
        layer.training = False
    try:
        return torch.cat(list(map(one, loader)))
    finally:
        torch.set_grad_enabled(before)


# --- fit


@alternative("evaluate")
def with_functional_call_and_a_generator(model, loss_fn, loader, device):
    @torch.no_grad()
    def batch_losses():
        frozen = {name: p.detach() for name, p in model.eval().named_parameters()}
        for batch in loader:
            x, y = [part.to(device, non_blocking=True) for part in batch]
            yield loss_fn(torch.func.functional_call(model, frozen, (x,)), y)

    return tuple(batch_losses())


@alternative("fit")
def with_a_train_step(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    def train_step(x, y):
        model.train()
        yhat = model(x)
        loss = loss_fn(y, yhat)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.item()

    losses, val_losses = [], []
    for _epoch in range(n_epochs):
        for x_batch, y_batch in train_loader:
            losses.append(train_step(x_batch.to(device), y_batch.to(device)))
        with torch.no_grad():
            for x_val, y_val in val_loader:
                x_val, y_val = x_val.to(device), y_val.to(device)
                model.eval()
                val_losses.append(loss_fn(y_val, model(x_val)).item())
    return losses, val_losses


@alternative("fit")
def with_zero_first(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    losses, val_losses = [], []
    for _ in range(n_epochs):
        for phase, loader in (("train", train_loader), ("val", val_loader)):
            training = phase == "train"
            model.train(training)
            for x, y in loader:
                model.zero_grad(set_to_none=False)
                with torch.set_grad_enabled(training):
                    loss = loss_fn(model(x.to(device)), y.to(device))
                if training:
                    loss.backward()
                    optimizer.step()
                (losses if training else val_losses).append(loss.detach())
    return [losses, val_losses]


@alternative("fit")
def with_a_closure(model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device):
    def closure():
        optimizer.zero_grad()
        loss = loss_fn(y, model(x))
        loss.backward()
        return loss

    losses, val_losses = [], []
    for _ in range(n_epochs):
        model.train()
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            losses.append(float(optimizer.step(closure).detach()))
        model.eval()
        with torch.inference_mode():
            for x, y in val_loader:
                val_losses.append(float(loss_fn(y.to(device), model(x.to(device)))))
    return tuple(losses), tuple(val_losses)


@alternative("fit")
def with_autograd_grad_and_arrays(
    model, loss_fn, optimizer, train_loader, val_loader, n_epochs, device
):
    @torch.no_grad()
    def validate(batch):
        x, y = (part.to(device) for part in batch)
        return loss_fn(y, model(x)).item()

    params = [p for group in optimizer.param_groups for p in group["params"]]
    losses = np.zeros((n_epochs, len(train_loader)))
    val_losses = np.zeros((n_epochs, len(val_loader)))
    for epoch in range(n_epochs):
        model.train()
        for i, (x, y) in enumerate(train_loader):
            loss = loss_fn(y.to(device), model(x.to(device)))
            for p, grad in zip(params, torch.autograd.grad(loss, params), strict=True):
                p.grad = grad
            optimizer.step()
            losses[epoch, i] = loss.item()
        model.eval()
        val_losses[epoch] = [validate(batch) for batch in val_loader]
    return losses.ravel(), val_losses.ravel()


# --- run


def _epoch(model, optimizer, loader, device):
    for x, y in loader:
        optimizer.zero_grad()
        loss = F.mse_loss(model(x.to(device)), y.to(device))
        loss.backward()
        optimizer.step()
        yield loss.item()


def _validated(model, loader, device):
    with torch.no_grad():
        yield from (F.mse_loss(model(x.to(device)), y.to(device)).item() for x, y in loader)


@alternative("run")
def with_counts_and_functions(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    torch.manual_seed(seed)
    dataset = TensorDataset(*(torch.tensor(part, dtype=torch.float32) for part in (x, y)))
    n_train = int(0.8 * len(dataset))
    train, val = data.random_split(dataset, [n_train, len(dataset) - n_train])
    train_loader = DataLoader(dataset=train, batch_size=16)
    val_loader = DataLoader(dataset=val, batch_size=20)
    model = nn.Sequential(OrderedDict(linear=nn.Linear(1, 1))).to(device)
    optimizer = optim.SGD(model.parameters(), lr=lr)
    losses, val_losses = [], []
    for _ in range(n_epochs):
        losses.extend(_epoch(model, optimizer, train_loader, device))
        val_losses.extend(_validated(model, val_loader, device))
    return model, losses, val_losses


@alternative("run")
def with_the_optimizer_made_before_the_move(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    torch.random.manual_seed(seed)
    dataset = TensorDataset(torch.as_tensor(x).float(), torch.as_tensor(y).float())
    parts = data.random_split(dataset, (0.8, 0.2), torch.default_generator)
    loaders = [DataLoader(part, n, False) for part, n in zip(parts, (16, 20), strict=True)]
    model = nn.Sequential()
    model.append(nn.Linear(in_features=1, out_features=1))
    optimizer = optim.SGD(model.parameters(), lr)
    model.to(torch.device(device))
    losses, val_losses = [], []
    for _ in range(n_epochs):
        model.train()
        losses += _epoch(model, optimizer, loaders[0], device)
        model.eval()
        val_losses += _validated(model, loaders[1], device)
    return [model.train(), np.array(losses), np.array(val_losses)]


@alternative("run")
def with_loaders_read_by_next(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    torch.manual_seed(seed)
    dataset = TensorDataset(torch.Tensor(x), torch.Tensor(y))
    train, val = data.random_split(dataset, [len(x) // 5 * 4, len(x) // 5])
    train_loader, val_loader = DataLoader(train, batch_size=16), DataLoader(val, batch_size=20)
    model = nn.Sequential().append(nn.Linear(1, 1)).to(device)
    sgd = optim.SGD(model.parameters(), lr)
    losses, val_losses = [], []
    for _ in range(n_epochs):
        batches = iter(train_loader)
        while (batch := next(batches, None)) is not None:
            sgd.zero_grad()
            loss = F.mse_loss(model(batch[0].to(device)), batch[1].to(device))
            loss.backward()
            sgd.step()
            losses.append(loss.item())
        with torch.no_grad():
            for _, (x_val, y_val) in enumerate(val_loader):
                val_losses.append(F.mse_loss(model(x_val.to(device)), y_val.to(device)).item())
    return model, losses, val_losses


@alternative("run")
def with_a_permutation_and_slices(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    torch.manual_seed(seed)
    dataset = TensorDataset(torch.from_numpy(x.astype("f4")), torch.from_numpy(y.astype("f4")))
    rows = torch.randperm(len(x)).tolist()
    cut = len(x) // 5 * 4
    train_loader = DataLoader(Subset(dataset, rows[:cut]), batch_size=16)
    val_x, val_y = dataset[rows[cut:]]
    val_batches = list(zip(val_x.split(20), val_y.split(20), strict=True))
    model = nn.Sequential(nn.Linear(1, 1).to(device))
    loss_fn = nn.MSELoss(reduction="mean")
    losses, val_losses = (), ()
    for _ in range(n_epochs):
        for x_batch, y_batch in train_loader:
            loss = loss_fn(model(x_batch.to(device)), y_batch.to(device))
            grads = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for p, grad in zip(model.parameters(), grads, strict=True):
                    p -= lr * grad
            losses += (loss.item(),)
        val_losses += tuple(_validated(model, val_batches, device))
    return model, losses, val_losses


@alternative("run")
def without_loaders(x, y, seed=42, lr=0.1, n_epochs=150, device="cpu"):
    torch.default_generator.manual_seed(seed)
    order = torch.randperm(len(x)).split(len(x) // 5)
    model = nn.Sequential(nn.Linear(1, 1)).to(device)
    x, y = torch.as_tensor(x, dtype=torch.float32), torch.as_tensor(y, dtype=torch.float32)
    train, val = (
        [(x[rows].to(device), y[rows].to(device)) for rows in part.split(size)]
        for part, size in ((torch.cat(order[:-1]), 16), (order[-1], 20))
    )
    losses, val_losses = [], []
    for _ in range(n_epochs):
        for x_batch, y_batch in train:
            model.zero_grad()
            loss = (y_batch - model(x_batch)).square().mean()
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p.sub_(p.grad, alpha=lr)
            losses.append(loss.item())
        val_losses.extend(_validated(model, val, device))
    return model, losses, val_losses
