"""Tensors, in other styles."""

from contextlib import nullcontext

import numpy as np
import torch
from torch import nn
from torch.cuda import is_available

from . import alternative


@alternative("n_dims")
def by_the_shape(t):
    return len(t.shape)


@alternative("n_dims")
def by_the_method(t):
    return t.dim()


@alternative("n_dims")
def as_a_numpy_integer(t):
    return np.int64(len(list(t.size())))


@alternative("n_dims")
def by_counting_lengths(t):
    return sum(1 for _ in t.stride())


@alternative("to_tensor")
def by_as_tensor(array, device):
    return torch.as_tensor(array, dtype=torch.float32, device=device)


@alternative("to_tensor")
def by_torch_tensor(array, device):
    return torch.tensor(array, dtype=torch.float, device=torch.device(device))


@alternative("to_tensor")
def sent_first_then_converted(array, device):
    return torch.from_numpy(np.asarray(array)).to(device).to(torch.float32)


@alternative("to_tensor")
def converted_by_numpy(array, device):
    return torch.from_numpy(array.astype("float32")).to(device, copy=True)


@alternative("to_tensor")
def copied_into_an_empty_one(array, device):
    t = torch.empty(array.shape, dtype=torch.float32, device=device)
    return t.copy_(torch.from_numpy(array))


@alternative("to_tensor")
def number_by_number(array, device):
    return (
        torch.Tensor(array.tolist()).to(device)
        if array.ndim
        else torch.tensor(float(array), device=device)
    )


@alternative("to_numpy")
def under_no_grad(t):
    with torch.no_grad():
        return t.cpu().numpy()


@alternative("to_numpy")
def through_data(t):
    return np.asarray(t.data.cpu())


@alternative("to_numpy")
def through_a_copy(t):
    return t.detach().to("cpu").clone().numpy()


@alternative("to_numpy")
def by_force(t):
    return t.numpy(force=True)


@alternative("to_numpy")
def with_grad_mode_put_back(t):
    was = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    try:
        return np.array(t.cpu(), copy=True)
    finally:
        torch.set_grad_enabled(was)


@alternative("add_in_place")
def with_an_operator(t, value):
    t += value
    return t


@alternative("add_in_place")
def by_indexing(t, value):
    t[...] = t + value
    return t


@alternative("add_in_place")
def by_copy(t, value):
    return t.copy_(torch.add(t, value))


@alternative("add_in_place")
def into_out(t, value):
    torch.add(t, value, out=t)
    return t


@alternative("add_in_place")
def under_inference_mode(t, value):
    with torch.inference_mode():
        torch._foreach_add_([t], value)
    return t


@alternative("pick_device")
def imported_by_name():
    return "cuda" if is_available() else "cpu"


@alternative("pick_device")
def as_a_torch_device():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


@alternative("pick_device")
def with_if():
    if not torch.cuda.is_available():
        return "cpu"
    return "cuda"


@alternative("pick_device")
def by_index():
    return ("cpu", "cuda")[torch.cuda.is_available()]


@alternative("make_params")
def made_on_the_device(seed, device):
    torch.manual_seed(seed)
    return [torch.randn(1, requires_grad=True, dtype=torch.float, device=device) for _ in range(2)]


@alternative("make_params")
def sent_then_told(seed, device):
    torch.manual_seed(seed)
    a = torch.randn(1, dtype=torch.float).to(device)
    b = torch.randn(1, dtype=torch.float).to(device)
    a.requires_grad_()
    b.requires_grad = True
    return a, b


@alternative("make_params")
def as_parameters(seed, device):
    torch.random.manual_seed(seed)
    return tuple(nn.Parameter(torch.randn(1).to(device)) for _ in "ab")


@alternative("make_params")
def detached_after_the_move(seed, device):
    torch.manual_seed(seed)
    with nullcontext():
        a, b = (torch.randn(1, requires_grad=True).to(device) for _ in range(2))
    return a.detach().requires_grad_(True), b.detach().requires_grad_(True)


@alternative("make_params")
def placed_through_data(seed, device):
    torch.manual_seed(seed)
    params = [torch.randn(1, requires_grad=True) for _ in range(2)]
    for p in params:
        p.data = p.data.to(device)
    return params


@alternative("make_params")
def of_a_module_sent_there(seed, device):
    torch.manual_seed(seed)
    params = nn.ParameterList([nn.Parameter(torch.randn(1)) for _ in "ab"])
    return tuple(params.to(device).parameters())


@alternative("make_params")
def drawn_as_two_and_cloned(seed, device):
    torch.manual_seed(seed)
    a, b = torch.randn(2).split(1)
    return [p.clone().to(device).requires_grad_() for p in (a, b)]
