"""The tutorial's own code, pasted into the stubs as a student would: right blocks pass, failed attempts are diagnosed."""

from __future__ import annotations

import types
from typing import Any

import pytest

from . import kit

IMPORTS = """
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader, Dataset, TensorDataset
from torch.utils.data.dataset import random_split
from torchviz import make_dot
"""

PASTED = {
    ("ex01_data", "split_data"): """
def split_data(rng, x, y, n_train=80):
    idx = np.arange(len(x))
    rng.shuffle(idx)
    train_idx = idx[:n_train]
    val_idx = idx[n_train:]
    x_train, y_train = x[train_idx], y[train_idx]
    x_val, y_val = x[val_idx], y[val_idx]
    return x_train, y_train, x_val, y_val
""",
    ("ex01_data", "generate_data"): """
def generate_data(rng, n=100, a=1.0, b=2.0, noise=0.1):
    x = rng.rand(n, 1)
    y = a + b * x + noise * rng.randn(n, 1)
    return x, y
""",
    ("ex03_numpy_regression", "train"): """
def train(x_train, y_train, a, b, lr=1e-1, n_epochs=1000):
    losses = []
    for epoch in range(n_epochs):
        yhat = a + b * x_train
        error = (y_train - yhat)
        loss = (error ** 2).mean()
        losses.append(loss)
        a_grad = -2 * error.mean()
        b_grad = -2 * (x_train * error).mean()
        a = a - lr * a_grad
        b = b - lr * b_grad
    return a, b, losses
""",
    ("ex03_numpy_regression", "sklearn_fit"): """
def sklearn_fit(x_train, y_train):
    from sklearn.linear_model import LinearRegression
    linr = LinearRegression()
    linr.fit(x_train, y_train)
    return linr.intercept_, linr.coef_[0]
""",
    ("ex04_tensors", "to_tensor"): """
def to_tensor(x_train, device):
    return torch.from_numpy(x_train).float().to(device)
""",
    ("ex04_tensors", "make_params"): """
def make_params(seed, device):
    torch.manual_seed(seed)
    a = torch.randn(1, requires_grad=True, dtype=torch.float, device=device)
    b = torch.randn(1, requires_grad=True, dtype=torch.float, device=device)
    return a, b
""",
    ("ex05_autograd", "train"): """
def train(x_train_tensor, y_train_tensor, a, b, lr=1e-1, n_epochs=1000):
    losses = []
    for epoch in range(n_epochs):
        yhat = a + b * x_train_tensor
        error = y_train_tensor - yhat
        loss = (error ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            a -= lr * a.grad
            b -= lr * b.grad
        a.grad.zero_()
        b.grad.zero_()
    return losses
""",
    ("ex05_autograd", "freeze"): """
def freeze(model):
    for param in model.parameters():
        param.requires_grad = False
    return model
""",
    ("ex07_optimizer", "train"): """
def train(x_train_tensor, y_train_tensor, a, b, optimizer, n_epochs):
    losses = []
    for epoch in range(n_epochs):
        yhat = a + b * x_train_tensor
        error = y_train_tensor - yhat
        loss = (error ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return losses
""",
    ("ex08_loss", "train"): """
def train(x_train_tensor, y_train_tensor, a, b, loss_fn, optimizer, n_epochs):
    losses = []
    for epoch in range(n_epochs):
        yhat = a + b * x_train_tensor
        loss = loss_fn(y_train_tensor, yhat)
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return losses
""",
    ("ex09_model", "LayerLinearRegression"): """
class LayerLinearRegression(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(1, 1)

    def forward(self, x):
        return self.linear(x)
""",
    ("ex09_model", "make_sequential"): """
def make_sequential(device):
    return nn.Sequential(nn.Linear(1, 1)).to(device)
""",
    ("ex09_model", "make_train_step"): """
def make_train_step(model, loss_fn, optimizer):
    def train_step(x, y):
        model.train()
        yhat = model(x)
        loss = loss_fn(y, yhat)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.item()
    return train_step
""",
    ("ex10_dataset", "CustomDataset"): """
class CustomDataset(Dataset):
    def __init__(self, x_tensor, y_tensor):
        self.x = x_tensor
        self.y = y_tensor

    def __getitem__(self, index):
        return (self.x[index], self.y[index])

    def __len__(self):
        return len(self.x)
""",
    ("ex11_dataloader", "make_loader"): """
def make_loader(dataset, batch_size=16, shuffle=True):
    return DataLoader(dataset=dataset, batch_size=batch_size, shuffle=shuffle)
""",
    ("ex12_evaluation", "evaluate"): """
def evaluate(model, loss_fn, val_loader, device):
    val_losses = []
    with torch.no_grad():
        for x_val, y_val in val_loader:
            x_val = x_val.to(device)
            y_val = y_val.to(device)
            model.eval()
            yhat = model(x_val)
            val_loss = loss_fn(y_val, yhat)
            val_losses.append(val_loss.item())
    return val_losses
""",
    ("ex12_evaluation", "run"): """
def make_train_step(model, loss_fn, optimizer):
    def train_step(x, y):
        model.train()
        yhat = model(x)
        loss = loss_fn(y, yhat)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.item()
    return train_step

def run(x, y, seed=42, lr=1e-1, n_epochs=150, device="cpu"):
    torch.manual_seed(seed)
    x_tensor = torch.from_numpy(x).float()
    y_tensor = torch.from_numpy(y).float()
    dataset = TensorDataset(x_tensor, y_tensor)
    train_dataset, val_dataset = random_split(dataset, [len(x) * 4 // 5, len(x) // 5])
    train_loader = DataLoader(dataset=train_dataset, batch_size=16)
    val_loader = DataLoader(dataset=val_dataset, batch_size=20)
    model = nn.Sequential(nn.Linear(1, 1)).to(device)
    loss_fn = nn.MSELoss(reduction='mean')
    optimizer = optim.SGD(model.parameters(), lr=lr)
    losses = []
    val_losses = []
    train_step = make_train_step(model, loss_fn, optimizer)
    for epoch in range(n_epochs):
        for x_batch, y_batch in train_loader:
            x_batch = x_batch.to(device)
            y_batch = y_batch.to(device)
            loss = train_step(x_batch, y_batch)
            losses.append(loss)
        with torch.no_grad():
            for x_val, y_val in val_loader:
                x_val = x_val.to(device)
                y_val = y_val.to(device)
                model.eval()
                yhat = model(x_val)
                val_loss = loss_fn(y_val, yhat)
                val_losses.append(val_loss.item())
    return model, losses, val_losses
""",
}

ATTEMPTS = {
    ("ex04_tensors", "make_params", "to-after-requires-grad"): """
def make_params(seed, device):
    torch.manual_seed(seed)
    a = torch.randn(1, requires_grad=True, dtype=torch.float).to(device)
    b = torch.randn(1, requires_grad=True, dtype=torch.float).to(device)
    return a, b
""",
    ("ex05_autograd", "train", "rebinds-the-parameters"): """
def train(x, y, a, b, lr=1e-1, n_epochs=1000):
    losses = []
    for epoch in range(n_epochs):
        loss = ((y - (a + b * x)) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        a = a - lr * a.grad
        b = b - lr * b.grad
        a.grad.zero_()
        b.grad.zero_()
    return losses
""",
    ("ex05_autograd", "train", "updates-the-leaves-in-the-graph"): """
def train(x, y, a, b, lr=1e-1, n_epochs=1000):
    losses = []
    for epoch in range(n_epochs):
        loss = ((y - (a + b * x)) ** 2).mean()
        losses.append(loss.item())
        loss.backward()
        a -= lr * a.grad
        b -= lr * b.grad
        a.grad.zero_()
        b.grad.zero_()
    return losses
""",
}


def _pasted(exercise: str, function: str, text: str) -> Any:
    module = types.ModuleType("pasted")
    exec(compile(IMPORTS + text, "pasted.py", "exec"), vars(module))
    return kit.with_replaced(
        kit.reference(exercise), **{function: getattr(module, function)}, __file__="pasted.py"
    )


@pytest.mark.parametrize(("exercise", "function"), list(PASTED), ids=".".join)
def test_the_tutorials_own_code_earns_every_point(exercise, function):
    module = _pasted(exercise, function, PASTED[exercise, function])
    assert not kit.unearned(kit.verdicts(exercise, module, only=function))


@pytest.mark.parametrize(("exercise", "function", "mistake"), list(ATTEMPTS), ids=".".join)
def test_the_tutorials_failed_attempts_are_diagnosed(exercise, function, mistake):
    module = _pasted(exercise, function, ATTEMPTS[exercise, function, mistake])
    found = kit.verdicts(exercise, module, only=function)
    assert mistake in {v.mistake for v in found}, kit.unearned(found)
