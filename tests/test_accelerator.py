"""What must be so on the simulated accelerator because it is so on a GPU.

Every test runs on "sim", and on "cuda" as well where there is one: a test that fails there is wrong.
"""

from __future__ import annotations

import copy
import io
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, default_collate, random_split

from grader import accelerator

DEVICES = [accelerator.DEVICE] + (["cuda"] if torch.cuda.is_available() else [])
SAME_DEVICE = "Expected all tensors to be on the same device"


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> str:
    if request.param == accelerator.DEVICE:
        accelerator.install()
    torch.manual_seed(0)
    return request.param


@pytest.fixture
def restored_default_device():
    yield
    torch.set_default_device(None)


def same(tensor: torch.Tensor, expected: object) -> bool:
    """Whether a tensor of any device holds these numbers."""
    wanted = torch.as_tensor(expected, device="cpu")
    return torch.allclose(tensor.detach().cpu().to(wanted.dtype), wanted)


# -- making tensors

FACTORIES = {
    "tensor": lambda d: torch.tensor([1.0, 2.0], device=d),
    "tensor of a scalar": lambda d: torch.tensor(3, device=d),
    "as_tensor": lambda d: torch.as_tensor(np.arange(3), device=d),
    "from_numpy": lambda d: torch.from_numpy(np.arange(3)).to(d),
    "zeros": lambda d: torch.zeros(2, 3, device=d),
    "ones": lambda d: torch.ones(2, 3, device=d),
    "empty": lambda d: torch.empty(2, 3, device=d),
    "full": lambda d: torch.full((2,), 7.0, device=d),
    "arange": lambda d: torch.arange(5, device=d),
    "arange of floats": lambda d: torch.arange(0, 1, 0.25, device=d),
    "linspace": lambda d: torch.linspace(0, 1, 5, device=d),
    "logspace": lambda d: torch.logspace(0, 1, 5, device=d),
    "eye": lambda d: torch.eye(3, device=d),
    "rand": lambda d: torch.rand(2, device=d),
    "randn": lambda d: torch.randn(2, 1, device=d),
    "randint": lambda d: torch.randint(0, 9, (4,), device=d),
    "randperm": lambda d: torch.randperm(5, device=d),
    "normal": lambda d: torch.normal(0.0, 1.0, (3,), device=d),
    "tril_indices": lambda d: torch.tril_indices(3, 3, device=d),
    "empty_strided": lambda d: torch.empty_strided((2, 3), (3, 1), device=d),
    "zeros_like": lambda d: torch.zeros_like(torch.ones(2, device=d)),
    "randn_like": lambda d: torch.randn_like(torch.ones(2, device=d)),
    "full_like": lambda d: torch.full_like(torch.ones(2, device=d), 3),
    "zeros_like of a CPU tensor": lambda d: torch.zeros_like(torch.ones(2), device=d),
    "new_zeros": lambda d: torch.ones(2, device=d).new_zeros(3),
    "new_tensor": lambda d: torch.ones(2, device=d).new_tensor([1, 2]),
    "new_full": lambda d: torch.ones(2).new_full((2,), 1.0, device=d),
    "complex": lambda d: torch.zeros(2, dtype=torch.complex64, device=d),
    "bool": lambda d: torch.ones(2, dtype=torch.bool, device=d),
    "no elements": lambda d: torch.zeros(0, 3, device=d),
}


@pytest.mark.parametrize("make", FACTORIES.values(), ids=FACTORIES)
def test_a_factory_makes_a_tensor_of_the_device(device, make):
    tensor = make(device)
    assert type(tensor) is torch.Tensor
    assert tensor.device == torch.device(device, 0)
    assert tensor.cpu().device == torch.device("cpu")


def test_factories_give_the_numbers_of_the_cpu(device):
    for name in (
        "tensor",
        "zeros",
        "ones",
        "full",
        "arange",
        "arange of floats",
        "linspace",
        "eye",
    ):
        assert torch.equal(FACTORIES[name](device).cpu(), FACTORIES[name]("cpu")), name


@pytest.mark.parametrize("spell", [str, torch.device, "{}:0".format, lambda d: torch.device(d, 0)])
def test_every_spelling_of_the_device_is_the_same_place(device, spell):
    assert torch.zeros(1, device=spell(device)).device == torch.device(device, 0)
    assert torch.zeros(1).to(spell(device)).device == torch.device(device, 0)


def test_a_device_context_moves_factories_but_not_explicit_ones(device):
    with torch.device(device):
        inside, explicit = torch.zeros(1), torch.zeros(1, device="cpu")
        layer = nn.Linear(2, 1)
    assert inside.device.type == layer.weight.device.type == device
    assert explicit.device.type == torch.zeros(1).device.type == "cpu"


def test_the_default_device_can_be_this_one(device, restored_default_device):
    torch.set_default_device(device)
    assert torch.get_default_device().type == device
    assert torch.tensor([1.0]).device.type == device
    assert float((torch.rand(3) + 1).sum()) > 3
    torch.set_default_device("cpu")
    assert torch.zeros(1).device.type == "cpu"


# -- moving


def test_to_the_same_place_returns_the_tensor_itself(device):
    tensor = torch.zeros(2, device=device)
    assert tensor.to(device) is tensor
    assert tensor.to(torch.device(device, 0)) is tensor
    assert tensor.to(tensor) is tensor
    assert tensor.to(torch.float32) is tensor
    assert getattr(tensor, device)() is tensor
    assert tensor.to(device, copy=True) is not tensor


def test_to_takes_dtype_copy_and_non_blocking(device):
    tensor = torch.arange(3).to(device, torch.float64, non_blocking=True)
    assert tensor.dtype == torch.float64
    assert tensor.device.type == device
    assert same(tensor.to("cpu", torch.int32), [0, 1, 2])
    other = torch.zeros(1, dtype=torch.float16, device=device)
    assert torch.ones(2).to(other).dtype == torch.float16


def test_moving_copies(device):
    array = np.zeros(2, dtype=np.float32)
    there = torch.from_numpy(array).to(device)
    array += 1
    assert same(there, [0.0, 0.0])
    back = there.cpu()
    back += 5
    assert same(there, [0.0, 0.0])


def test_flags_and_names_tell_the_device(device):
    tensor = torch.zeros(1, device=device)
    assert getattr(tensor, f"is_{device}")
    assert not getattr(torch.zeros(1), f"is_{device}")
    assert not tensor.is_cpu
    assert tensor.get_device() == 0
    assert tensor.type() == f"torch.{device}.FloatTensor"
    assert isinstance(tensor, torch.Tensor)
    assert torch.is_tensor(tensor)


def test_dtypes_convert(device):
    tensor = torch.tensor([1.5], device=device)
    for changed, dtype in [
        (tensor.double(), torch.float64),
        (tensor.int(), torch.int32),
        (tensor.half().float(), torch.float32),
        (tensor.type(torch.float64), torch.float64),
        (tensor.bool(), torch.bool),
        (tensor.to(torch.bfloat16), torch.bfloat16),
    ]:
        assert (changed.dtype, changed.device) == (dtype, tensor.device)


def test_copy_takes_numbers_from_another_device(device):
    there, here = torch.zeros(2, device=device), torch.ones(2)
    assert there.copy_(here) is there
    assert same(there, [1.0, 1.0])
    here.copy_(torch.full((2,), 3.0, device=device))
    assert here.tolist() == [3.0, 3.0]


@pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is there")
def test_cuda_raises_as_ever_where_torch_has_none():
    accelerator.install()
    with pytest.raises((AssertionError, RuntimeError), match=r"Torch not compiled|NVIDIA"):
        torch.zeros(1, device=accelerator.DEVICE).cuda()


# -- looking at tensors


def test_repr_shows_device_and_requires_grad(device):
    tensor = torch.tensor([1.0, 2.0], device=device, requires_grad=True)
    assert repr(tensor) == f"tensor([1., 2.], device='{device}:0', requires_grad=True)"
    assert repr(tensor * 1) == f"tensor([1., 2.], device='{device}:0', grad_fn=<MulBackward0>)"
    assert repr(torch.tensor(3, device=device)) == f"tensor(3, device='{device}:0')"
    parameter = nn.Parameter(torch.zeros(1, device=device))
    assert repr(parameter) == (
        f"Parameter containing:\ntensor([0.], device='{device}:0', requires_grad=True)"
    )


def test_format_of_one_number_is_the_number(device):
    assert f"{torch.tensor(1.25, device=device):.1f}" == "1.2"
    assert f"{torch.tensor(1.25, device=device)}" == "1.25"
    assert f"{torch.zeros(1, device=device)}" == f"tensor([0.], device='{device}:0')"


def test_numbers_come_out_one_by_one(device):
    tensor = torch.tensor([3.0], device=device)
    assert tensor.item() == float(tensor) == int(tensor) == 3
    assert bool(tensor)
    assert math.sqrt(torch.tensor(4.0, device=device)) == 2
    assert [10, 20, 30][torch.tensor(1, device=device)] == 20
    assert torch.tensor([[1, 2], [3, 4]], device=device).tolist() == [[1, 2], [3, 4]]


def test_sequences_and_comparison(device):
    tensor = torch.tensor([1.0, 2.0], device=device)
    assert len(tensor) == 2
    assert [x.item() for x in tensor] == [1.0, 2.0]
    assert all(x.device == tensor.device for x in tensor)
    assert 2.0 in tensor
    assert 5.0 not in tensor
    assert (tensor > 1).tolist() == [False, True]
    assert torch.equal(tensor, tensor.clone())
    assert torch.allclose(tensor, tensor + 1e-9)
    assert tensor.shape == (2,)


@pytest.mark.parametrize("number", [2, 2.5, True])
@pytest.mark.parametrize("numbers", [[3, 4], [3.0, 4.0]])
def test_numbers_of_python_yield_to_the_dtype_as_on_the_cpu(device, numbers, number):
    here = torch.tensor(numbers)
    there = here.to(device)
    for compute in (
        lambda x: x % number,
        lambda x: number // x,
        lambda x: x > number,
        lambda x: x.xlogy(number),
        lambda x: torch.where(x > 3, x, number),
        lambda x: x.remainder(number) + x.fmod(number),
    ):
        assert compute(there).dtype == compute(here).dtype
        assert torch.allclose(compute(there).cpu(), compute(here))


def test_bool_of_several_numbers_raises(device):
    with pytest.raises(RuntimeError, match="Boolean value of Tensor with more than one value"):
        bool(torch.zeros(2, device=device))


TO_NUMPY = {
    "numpy": lambda t: t.numpy(),
    "np.array": np.array,
    "np.asarray": np.asarray,
    "np.sqrt": np.sqrt,
}


@pytest.mark.filterwarnings("ignore:__array__ implementation")
@pytest.mark.parametrize("convert", TO_NUMPY.values(), ids=TO_NUMPY)
def test_numpy_raises_what_a_gpu_tensor_raises(device, convert):
    with pytest.raises(TypeError) as caught:
        convert(torch.zeros(2, device=device))
    assert str(caught.value) == (
        f"can't convert {device}:0 device type tensor to numpy. "
        "Use Tensor.cpu() to copy the tensor to host memory first."
    )


def test_numpy_asks_for_the_cpu_before_it_asks_for_detach(device):
    with pytest.raises(TypeError, match="can't convert"):
        torch.zeros(2, device=device, requires_grad=True).numpy()
    with pytest.raises(RuntimeError, match=r"Use tensor.detach\(\).numpy\(\)"):
        torch.zeros(2, device=device, requires_grad=True).cpu().numpy()
    assert torch.zeros(2, device=device).cpu().numpy().tolist() == [0, 0]


def test_numpy_by_force_copies(device):
    tensor = torch.ones(2, device=device, requires_grad=True)
    assert tensor.numpy(force=True).tolist() == [1, 1]
    assert tensor.detach().to("cpu", non_blocking=True).device.type == "cpu"


def test_tensor_of_a_tensor_copies_and_warns(device):
    tensor = torch.ones(2, device=device)
    with pytest.warns(UserWarning, match="To copy construct from a tensor"):
        made = torch.tensor(tensor)
    made += 1
    assert made.device == tensor.device
    assert same(tensor, [1.0, 1.0])


# -- computing


def both(device: str, compute, *shapes: tuple[int, ...]) -> None:
    """Asserts that a computation gives on the device what it gives on the CPU, and stays there."""
    draw = torch.Generator().manual_seed(1)
    inputs = [torch.rand(shape, generator=draw) for shape in shapes]
    here = compute(*inputs)
    there = compute(*(tensor.to(device) for tensor in inputs))
    for a, b in zip(as_list(here), as_list(there), strict=True):
        assert b.device.type == device
        assert (b.shape, b.dtype) == (a.shape, a.dtype)
        assert torch.allclose(b.cpu(), a, atol=1e-5)


def as_list(value) -> list[torch.Tensor]:
    return [value] if isinstance(value, torch.Tensor) else list(value)


OPERATIONS = {
    "arithmetic": lambda a, b: (a + b * 2 - 1) / (b + 1) ** 2,
    "python scalars": lambda a, b: 1 - a + 2 / (b + 1) + 2**b,
    "matmul": lambda a, b: a @ b.T,
    "einsum": lambda a, b: torch.einsum("ij,kj->ik", a, b),
    "cat and stack": lambda a, b: torch.stack([torch.cat([a, b]), torch.cat([b, a])]),
    "where": lambda a, b: torch.where(a > b, a, b),
    "where with a scalar": lambda a, b: torch.where(a > b, a, 0.0),
    "reductions": lambda a, b: (a.sum(), b.mean(0), a.std(), b.var(1), a.prod(), a.norm()),
    "max with indices": lambda a, b: (*a.max(1), *b.min(0), a.argmax()),
    "sort": lambda a, b: (*a.sort(1), *b.topk(2)),
    "split": lambda a, b: (*a.split(2), *b.chunk(3), *a.unbind(1)),
    "shapes": lambda a, b: (a.T, b[None], a.reshape(-1), b.view(3, 4), a.permute(1, 0)),
    "expand": lambda a, b: a[:1].expand(3, -1) + b[:3],
    "slices": lambda a, b: (a[1:, ::2], b[-1], a[..., 0], b[:, [0, 2]]),
    "clamp and round": lambda a, b: (a.clamp(0.2, 0.8), b.mul(9).round(), a.abs().sign()),
    "cumulative": lambda a, b: (a.cumsum(0), b.cumprod(1)),
    "broadcast": lambda a, b: a[:, :1] + b[0],
    "linear algebra": lambda a, b: (
        torch.linalg.solve(a[:3, :3] + torch.eye(3, device=a.device), b[:3]),
    ),
    "softmax": lambda a, b: (a.softmax(1), b.log_softmax(0), torch.logsumexp(a, 0)),
    "unfold": lambda a, b: a.reshape(-1).unfold(0, 3, 2) * 1,
    "complex": lambda a, b: torch.view_as_real(torch.complex(a, b).conj() * 2j),
    "gather": lambda a, b: a.gather(1, b.argsort(1)),
    "unique": lambda a, b: torch.unique((a * 3).int()),
    "nonzero": lambda a, b: (a > 0.5).nonzero(),
    "repeat": lambda a, b: (a.repeat(2, 1), b.tile(2), a.flip(0), b.roll(1)),
}


@pytest.mark.parametrize("compute", OPERATIONS.values(), ids=OPERATIONS)
def test_operations_give_the_numbers_of_the_cpu(device, compute):
    both(device, compute, (4, 3), (4, 3))


def test_a_cpu_scalar_may_stand_beside_tensors_of_the_device(device):
    tensor, scalar = torch.ones(2, device=device), torch.tensor(2.0)
    assert same(tensor * scalar, [2.0, 2.0])
    assert same(scalar - tensor, [1.0, 1.0])
    tensor *= scalar
    assert same(tensor, [2.0, 2.0])
    assert same(torch.where(tensor > scalar, tensor, scalar), [2.0, 2.0])
    tensor[0] = torch.tensor(9.0)
    assert same(tensor, [9.0, 2.0])


def test_the_gradient_of_a_cpu_scalar_goes_back_to_the_cpu(device):
    scalar = torch.tensor(2.0, requires_grad=True)
    (scalar * torch.ones(3, device=device)).sum().backward()
    assert scalar.grad.device.type == "cpu"
    assert scalar.grad == 3


def test_cpu_indices_are_taken(device):
    tensor = torch.arange(6.0, device=device).view(3, 2)
    assert same(tensor[torch.tensor([2, 0])], [[4.0, 5.0], [0.0, 1.0]])
    assert same(tensor[[0, 1]], [[0.0, 1.0], [2.0, 3.0]])
    assert same(tensor[torch.tensor([True, False, True])], [[0.0, 1.0], [4.0, 5.0]])
    tensor[torch.tensor([1])] = 0.0
    tensor[tensor > 4] = -1.0
    assert same(tensor, [[0.0, 1.0], [0.0, 0.0], [4.0, -1.0]])


def test_indices_of_the_device_on_a_cpu_tensor_raise(device):
    with pytest.raises(RuntimeError, match="indices should be either on"):
        torch.zeros(3)[torch.tensor([0], device=device)]


def test_in_place_operations_return_the_tensor_itself(device):
    tensor = torch.ones(2, device=device)
    before = tensor
    tensor += 1
    assert tensor is before
    assert tensor.mul_(2) is tensor
    assert tensor.fill_(3).zero_() is tensor
    assert same(tensor.masked_fill_(torch.tensor([True, False], device=device), 7.0), [7.0, 0.0])


def test_views_share_memory_both_ways(device):
    base = torch.zeros(2, 3, device=device)
    base[0] = 1.0
    base.view(-1)[5] = 2.0
    base.T[0, 1] += 3
    assert same(base, [[1.0, 1.0, 1.0], [3.0, 0.0, 2.0]])
    row = base[1]
    base.zero_()
    assert same(row, [0.0, 0.0, 0.0])
    assert row._is_view()
    assert base.detach().data_ptr() == base.data_ptr()


def test_shapes_change_in_place(device):
    tensor = torch.zeros(1, 3, device=device)
    assert tensor.squeeze_(0) is tensor
    assert tensor.shape == (3,)
    assert tensor.unsqueeze_(1).shape == (3, 1)
    assert tensor.t_().shape == (1, 3)
    assert same(tensor.set_(torch.ones(2, device=device)), [1.0, 1.0])
    large = torch.arange(6.0, device=device)
    view = large[:2]
    assert same(large.resize_(4), [0.0, 1.0, 2.0, 3.0])
    large.zero_()
    assert same(view, [0.0, 0.0])


def test_out_arguments_are_written_and_may_grow(device):
    out = torch.zeros(2, device=device)
    assert torch.add(torch.ones(2, device=device), 1, out=out) is out
    assert same(out, [2.0, 2.0])
    empty = torch.empty(0, device=device)
    torch.mul(torch.ones(3, device=device), 2, out=empty)
    assert same(empty, [2.0, 2.0, 2.0])
    assert same(torch.zeros(1, device=device).resize_(2, 2).fill_(1), [[1.0, 1.0], [1.0, 1.0]])


# -- refusing

FAR_APART = {
    "add": lambda here, there: there + here,
    "add, the other way": lambda here, there: here + there,
    "in place": lambda here, there: there.add_(here),
    "in place on the CPU": lambda here, there: here.mul_(there),
    "0-dim written": lambda here, there: torch.tensor(1.0).add_(there.sum()),
    "compare": lambda here, there: here == there,
    "where": lambda here, there: torch.where(there > 0, here, there),
    "mse_loss": lambda here, there: nn.MSELoss()(there, here),
    "l1_loss": lambda here, there: nn.L1Loss()(there, here),
    "huber_loss": lambda here, there: nn.HuberLoss()(there, here),
    "smooth_l1_loss": lambda here, there: nn.SmoothL1Loss()(here, there),
    "binary_cross_entropy": lambda here, there: nn.BCELoss()(there, here),
}


@pytest.mark.parametrize("compute", FAR_APART.values(), ids=FAR_APART)
def test_two_devices_are_refused_in_torchs_words(device, compute):
    with pytest.raises(RuntimeError) as caught:
        compute(torch.ones(2), torch.ones(2, device=device))
    assert str(caught.value) == (
        f"{SAME_DEVICE}, but found at least two devices, {device}:0 and cpu!"
    )


def test_a_model_refuses_a_batch_from_the_cpu(device):
    with pytest.raises(RuntimeError) as caught:
        nn.Linear(1, 1, device=device)(torch.ones(3, 1))
    assert str(caught.value) == (
        f"{SAME_DEVICE}, but got mat1 is on cpu, different from other tensors on {device}:0 "
        f"(when checking argument in method wrapper_{device.upper()}_addmm)"
    )


def test_a_device_that_is_not_there_is_refused(device):
    with pytest.raises(RuntimeError, match="invalid device ordinal"):
        torch.zeros(1, device=f"{device}:99")


FAR_APART_MATRICES = {
    "matmul": lambda here, there: there @ here,
    "matmul, the other way": lambda here, there: here @ there,
    "cat": lambda here, there: torch.cat([there, here]),
    "stack": lambda here, there: torch.stack([here, there]),
    "linear": lambda here, there: nn.functional.linear(there, here),
    "batch of the device": lambda here, there: nn.Linear(2, 1)(there),
    "batch norm": lambda here, there: nn.BatchNorm1d(2, device=there.device)(here),
    "layer norm": lambda here, there: nn.LayerNorm(2, device=there.device)(here),
    "embedding": lambda here, there: nn.Embedding(3, 2, device=there.device)(here.long()),
    "cross entropy": lambda here, there: nn.CrossEntropyLoss()(there, torch.tensor([0, 1])),
    "index_select": lambda here, there: there.index_select(0, torch.tensor([0])),
    "gather": lambda here, there: there.gather(0, torch.tensor([[0, 1]])),
}


@pytest.mark.parametrize("compute", FAR_APART_MATRICES.values(), ids=FAR_APART_MATRICES)
def test_operations_on_whole_tensors_refuse_two_devices(device, compute):
    with pytest.raises(RuntimeError, match=SAME_DEVICE):
        compute(torch.ones(2, 2), torch.ones(2, 2, device=device))


def test_a_convolution_refuses_a_batch_from_the_cpu(device):
    with pytest.raises(
        RuntimeError, match=f"{SAME_DEVICE}|Input type .torch.FloatTensor. and weight"
    ):
        nn.Conv2d(1, 1, 3, device=device)(torch.zeros(1, 1, 5, 5))
    with pytest.raises(
        RuntimeError, match=rf"Input type \(torch.{device}.FloatTensor\) and weight"
    ):
        nn.Conv2d(1, 1, 3)(torch.zeros(1, 1, 5, 5, device=device))


# -- random numbers


def test_the_seed_decides_the_draws(device):
    torch.manual_seed(3)
    first = torch.randn(4, device=device)
    torch.manual_seed(3)
    assert torch.equal(torch.randn(4, device=device), first)
    assert not torch.equal(torch.randn(4, device=device), first)


def test_a_generator_of_the_device_draws_there(device):
    generator = torch.Generator(device=device).manual_seed(5)
    assert isinstance(generator, torch.Generator)
    assert generator.device.type == device
    assert generator.initial_seed() == 5
    first = torch.randn(3, generator=generator, device=device)
    again = torch.Generator(device).manual_seed(5)
    assert torch.equal(torch.randn(3, generator=again, device=device), first)
    state = generator.get_state()
    drawn = torch.rand(2, generator=generator, device=device)
    generator.set_state(state)
    assert torch.equal(torch.rand(2, generator=generator, device=device), drawn)


def test_a_generator_of_the_cpu_is_refused(device):
    with pytest.raises(RuntimeError) as caught:
        torch.randn(1, generator=torch.Generator(), device=device)
    assert str(caught.value) == f"Expected a '{device}' device type for generator but found 'cpu'"


def test_dropout_and_bernoulli_draw(device):
    ones = torch.ones(1000, device=device, requires_grad=True)
    dropped = nn.Dropout(0.25)(ones)
    dropped.sum().backward()
    assert 600 < (dropped != 0).sum() < 900
    assert torch.equal(dropped.detach(), ones.grad)
    assert 0 < torch.bernoulli(torch.full((100,), 0.5, device=device)).sum() < 100
    assert same(nn.Dropout(0.5).eval()(ones), torch.ones(1000))
    assert torch.multinomial(torch.ones(3, device=device), 2).device.type == device


# -- autograd

x0, y0 = [[1.0], [2.0], [3.0]], [[3.0], [5.0], [7.0]]


@pytest.fixture
def leaves(device):
    """A line's two parameters, its data, and the loss."""
    a = torch.zeros(1, device=device, requires_grad=True)
    b = torch.zeros(1, device=device, requires_grad=True)
    x, y = torch.tensor(x0, device=device), torch.tensor(y0, device=device)
    return a, b, ((y - (a + b * x)) ** 2).mean()


def test_backward_fills_grad_on_the_device(device, leaves):
    a, b, loss = leaves
    loss.backward()
    assert a.grad.device == b.grad.device == a.device
    assert same(a.grad, [-10.0])
    assert same(b.grad, [-68 / 3])


def test_the_graph_has_the_names_of_the_cpu(device, leaves):
    _, _, loss = leaves
    a = torch.zeros(1, requires_grad=True)
    here = ((torch.tensor(y0) - (a + a * torch.tensor(x0))) ** 2).mean()
    names = [[], []]
    for found, node in zip(names, (loss.grad_fn, here.grad_fn), strict=True):
        waiting = [node]
        while waiting:
            node = waiting.pop()
            found.append(type(node).__name__)
            waiting += [following for following, _ in node.next_functions if following]
    assert names[0] == names[1]
    assert "AccumulateGrad" in names[0]


def test_accumulate_grad_holds_the_very_leaf(device):
    a = torch.zeros(1, device=device, requires_grad=True)
    assert (a * 2).grad_fn.next_functions[0][0].variable is a


def test_grad_of_grad_func_and_hooks(device):
    x = torch.tensor(2.0, device=device, requires_grad=True)
    seen = []
    x.register_hook(seen.append)
    (first,) = torch.autograd.grad(x**3, x, create_graph=True)
    assert first == 12
    assert first.requires_grad
    first.backward()
    assert x.grad == 12
    assert [grad.item() for grad in seen] == [12.0, 12.0]
    assert torch.func.grad(lambda z: z**2)(x) == 4
    assert torch.vmap(lambda z: z * x)(torch.ones(3, device=device)).tolist() == [2.0, 2.0, 2.0]
    assert torch.autograd.functional.jacobian(lambda z: z**2, x) == 4


def test_gradcheck_of_a_function_of_ones_own(device):
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, grad):
            return grad * 2

    x = torch.rand(3, device=device, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(Double.apply, (x,))


def test_backward_twice_raises(device, leaves):
    leaves[2].backward()
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        leaves[2].backward()


def test_modes(device):
    x = torch.ones(1, device=device, requires_grad=True)
    with torch.no_grad():
        assert not (x * 2).requires_grad
        with torch.enable_grad():
            assert (x * 2).requires_grad
    with torch.inference_mode():
        inferred = x * 2
    assert inferred.is_inference()
    with pytest.raises(RuntimeError, match="Inference tensors cannot be saved for backward"):
        inferred * x


# -- leaves


def test_to_after_requires_grad_gives_no_leaf(device):
    tensor = torch.randn(1, requires_grad=True).to(device)
    assert not tensor.is_leaf
    assert type(tensor.grad_fn).__name__ == "ToCopyBackward0"
    tensor.backward()
    with pytest.warns(UserWarning, match="not a leaf Tensor is being accessed"):
        assert tensor.grad is None


def test_requires_grad_after_to_gives_a_leaf(device):
    tensor = torch.randn(1).to(device).requires_grad_()
    assert tensor.is_leaf
    (tensor * 2).backward()
    assert same(tensor.grad, [2.0])
    assert torch.randn(1, device=device, requires_grad=True).is_leaf
    assert nn.Parameter(torch.randn(1, device=device)).is_leaf


def test_an_update_outside_no_grad_has_torchs_errors(device, leaves):
    a, _, loss = leaves
    loss.backward()
    with pytest.raises(RuntimeError) as caught:
        a -= 0.1 * a.grad
    assert str(caught.value) == (
        "a leaf Variable that requires grad is being used in an in-place operation."
    )
    with pytest.raises(RuntimeError, match="a view of a leaf Variable that requires grad is being"):
        a[0] = 1.0


def test_an_update_under_no_grad_keeps_the_leaf(device, leaves):
    a, _, loss = leaves
    loss.backward()
    before, grad = a, a.grad
    with torch.no_grad():
        a -= 0.1 * a.grad
    assert a is before
    assert a.is_leaf
    assert a.requires_grad
    assert a.grad is grad
    assert same(a, [1.0])
    a.grad.zero_()
    assert same(grad, [0.0])
    a.grad = None
    assert a.grad is None


def test_an_update_that_rebinds_the_name_is_no_leaf(device, leaves):
    a, _, loss = leaves
    loss.backward()
    a = a - 0.1 * a.grad
    assert not a.is_leaf
    with torch.no_grad():
        b = a - 0.1
    assert b.is_leaf
    assert not b.requires_grad


def test_updates_through_data(device, leaves):
    a, b, loss = leaves
    loss.backward()
    a.data -= 0.1 * a.grad.data
    b.data = b.data - 0.1 * b.grad
    for leaf, value in [(a, 1.0), (b, 6.8 / 3)]:
        assert same(leaf, [value])
        assert leaf.is_leaf
        assert leaf.requires_grad
        assert leaf.grad is not None
    assert a.data.data_ptr() == a.data_ptr()
    assert not a.data.requires_grad


def test_data_moves_a_leaf_to_the_device(device):
    a = torch.full((1,), 3.0, requires_grad=True)
    before = a
    a.data = a.data.to(device)
    assert a is before
    assert a.device.type == device
    assert a.is_leaf
    assert a.requires_grad
    (a * 2).backward()
    assert same(a.grad, [2.0])
    assert a.grad.device == a.device
    optimizer = torch.optim.SGD([a], lr=1)
    optimizer.step()
    assert same(a, [1.0])


def test_data_moves_a_parameter_and_back(device):
    parameter = nn.Parameter(torch.ones(2))
    parameter.mark = "kept"
    parameter.data = parameter.data.to(device)
    assert type(parameter) is nn.Parameter
    assert parameter.mark == "kept"
    assert parameter.device.type == device
    parameter.data = parameter.data.cpu()
    assert parameter.device.type == "cpu"
    assert parameter.tolist() == [1, 1]
    parameter.sum().backward()
    assert parameter.grad.tolist() == [1, 1]


def test_data_keeps_hooks_across_devices(device):
    a, seen = torch.ones(1, requires_grad=True), []
    a.register_hook(lambda grad: seen.append("hook"))
    a.register_post_accumulate_grad_hook(lambda leaf: seen.append("late"))
    a.data = a.data.to(device)
    (a * 2).backward()
    assert seen == ["hook", "late"]


def test_data_leaves_a_gradient_where_it_is(device):
    a = torch.ones(1, requires_grad=True)
    (a * 2).backward()
    a.data = a.data.to(device)
    assert a.grad.device.type == "cpu"
    with pytest.raises(RuntimeError, match="on the same device"):
        (a * 2).backward()


def test_data_moves_a_tensor_that_has_a_graph(device):
    a = torch.ones(1, requires_grad=True)
    b = a * 2
    b.data = b.data.to(device)
    assert b.device.type == device
    assert not b.is_leaf


def test_a_gradient_of_another_device_is_refused(device):
    a = torch.zeros(1, device=device, requires_grad=True)
    with pytest.raises(
        RuntimeError, match="attempting to assign a gradient with device type 'cpu'"
    ):
        a.grad = torch.zeros(1)
    a.grad = torch.ones(1, device=device)
    assert same(a.grad, [1.0])


def test_detach(device):
    a = torch.ones(1, device=device, requires_grad=True)
    cut = (a * 2).detach()
    assert not cut.requires_grad
    assert cut.device == a.device
    tensor = a * 2
    assert tensor.detach_() is tensor
    assert tensor.is_leaf
    assert a.detach().requires_grad_().is_leaf
    a.requires_grad_(False)
    assert not (a * 2).requires_grad


def test_a_changed_input_of_backward_is_noticed(device):
    a = torch.ones(1, device=device, requires_grad=True)
    b = a * 1
    c = b * b
    b += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        c.backward()


# -- modules

MODULES = {
    "Linear": (lambda: nn.Linear(4, 2), (3, 4)),
    "Conv1d": (lambda: nn.Conv1d(2, 3, 2), (3, 2, 5)),
    "Conv2d": (lambda: nn.Conv2d(2, 3, 2, padding=1, stride=2), (3, 2, 5, 5)),
    "Conv2d of groups": (lambda: nn.Conv2d(2, 4, 2, groups=2, bias=False), (3, 2, 5, 5)),
    "ConvTranspose2d": (lambda: nn.ConvTranspose2d(2, 4, 2, groups=2), (3, 2, 5, 5)),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(4), (3, 4)),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(2), (3, 2, 4, 4)),
    "BatchNorm in eval": (lambda: nn.BatchNorm1d(4).eval(), (3, 4)),
    "LayerNorm": (lambda: nn.LayerNorm(4), (3, 4)),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), (3, 4, 2)),
    "MaxPool2d": (lambda: nn.MaxPool2d(2), (3, 2, 4, 4)),
    "AvgPool2d": (lambda: nn.AvgPool2d(2), (3, 2, 4, 4)),
    "AdaptiveAvgPool2d": (lambda: nn.AdaptiveAvgPool2d(1), (3, 2, 4, 4)),
    "ReLU": (lambda: nn.ReLU(), (3, 4)),
    "GELU": (lambda: nn.GELU(), (3, 4)),
    "Softmax": (lambda: nn.Softmax(dim=1), (3, 4)),
    "Sequential": (
        lambda: nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid()),
        (3, 4),
    ),
    "Flatten and Unflatten": (lambda: nn.Sequential(nn.Flatten(), nn.Unflatten(1, (2, 2))), (3, 4)),
    "RNN": (lambda: nn.RNN(4, 3), (5, 2, 4)),
    "GRU": (lambda: nn.GRU(4, 3), (5, 2, 4)),
    "LSTM": (lambda: nn.LSTM(4, 3), (5, 2, 4)),
    "TransformerEncoderLayer": (
        lambda: nn.TransformerEncoderLayer(4, 2, 8, dropout=0.0, batch_first=True),
        (2, 3, 4),
    ),
    "Upsample": (lambda: nn.Upsample(scale_factor=2), (3, 2, 4, 4)),
}


@pytest.mark.parametrize(("make", "shape"), MODULES.values(), ids=MODULES)
def test_a_module_gives_the_numbers_and_gradients_of_the_cpu(device, make, shape):
    here = make()
    there = copy.deepcopy(here).to(device)
    x = torch.rand(shape)
    results = []
    for module in (here, there):
        z = x.to("cpu" if module is here else device, copy=True).requires_grad_()
        y = module(z)
        y = y[0] if isinstance(y, tuple) else y
        (y * y).sum().backward()
        results.append([y, z.grad, *(p.grad for p in module.parameters()), *module.buffers()])
    for a, b in zip(*results, strict=True):
        assert b.device.type == device
        assert torch.allclose(a, b.cpu(), atol=1e-5)


LOSSES = {
    "MSELoss": nn.MSELoss(),
    "MSELoss none": nn.MSELoss(reduction="none"),
    "MSELoss sum": nn.MSELoss(reduction="sum"),
    "L1Loss": nn.L1Loss(),
    "HuberLoss": nn.HuberLoss(),
    "SmoothL1Loss": nn.SmoothL1Loss(),
    "BCELoss": nn.BCELoss(),
    "BCEWithLogitsLoss": nn.BCEWithLogitsLoss(),
    "KLDivLoss": nn.KLDivLoss(reduction="batchmean"),
    "PoissonNLLLoss": nn.PoissonNLLLoss(),
    "CosineSimilarity": nn.CosineSimilarity(),
    "CrossEntropyLoss": nn.CrossEntropyLoss(),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_losses_give_the_numbers_of_the_cpu(device, loss):
    both(device, lambda y, yhat: loss(yhat, y), (4, 3), (4, 3))
    both(device, torch.func.grad(lambda y, yhat: loss(yhat, y).sum()), (4, 3), (4, 3))


def test_cross_entropy_of_classes_and_embedding(device):
    both(
        device,
        lambda scores: nn.CrossEntropyLoss()(
            scores, torch.tensor([0, 2, 1, 0], device=scores.device)
        ),
        (4, 3),
    )
    table = nn.Embedding(5, 2).to(device)
    table(torch.tensor([1, 1, 4], device=device)).sum().backward()
    assert same(table.weight.grad.sum(1), [0.0, 4.0, 0.0, 0.0, 2.0])


def test_module_to_moves_the_very_parameters(device):
    """Thus an optimizer made before `.to` still trains the model."""
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
    before = list(model.parameters())
    assert model.to(device) is model
    assert all(a is b for a, b in zip(before, model.parameters(), strict=True))
    assert all(type(p) is nn.Parameter and p.is_leaf and p.requires_grad for p in before)
    assert {t.device.type for t in model.state_dict().values()} == {device}
    model.cpu()
    assert {t.device.type for t in model.state_dict().values()} == {"cpu"}
    assert getattr(model, device)()[0].weight.device.type == device
    assert model.double()[0].weight.dtype == torch.float64


def test_module_to_moves_gradients_along(device):
    model = nn.Linear(2, 1)
    model(torch.ones(1, 2)).sum().backward()
    model.to(device)
    assert model.weight.grad.device.type == device
    assert same(model.weight.grad, [[1.0, 1.0]])
    model(torch.ones(1, 2, device=device)).sum().backward()
    assert same(model.weight.grad, [[2.0, 2.0]])


def test_module_to_under_inference_mode(device):
    model = nn.Linear(2, 1)
    with torch.inference_mode():
        model.to(device)
    assert model(torch.ones(1, 2, device=device)).device.type == device


def test_init_and_clip(device):
    layer = nn.Linear(3, 3, device=device)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.kaiming_normal_(layer.weight)
    nn.init.orthogonal_(layer.weight)
    nn.init.trunc_normal_(layer.weight)
    nn.init.constant_(layer.bias, 2.0)
    assert same(layer.bias, [2.0, 2.0, 2.0])
    (layer(torch.ones(1, 3, device=device)) * 100).sum().backward()
    norm = nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
    assert norm > 1
    total = sum(float((p.grad**2).sum()) for p in layer.parameters())
    assert total == pytest.approx(1.0, abs=1e-3)
    nn.utils.clip_grad_value_(layer.parameters(), 0.01)
    assert layer.weight.grad.abs().max() <= 0.01
    assert nn.utils.parameters_to_vector(layer.parameters()).shape == (12,)


# -- optimizers

OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1),
    "SGD with momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "SGD with nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "SGD with decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.1),
    "SGD foreach": lambda p: torch.optim.SGD(p, lr=0.1, foreach=True),
    "SGD fused": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, fused=True),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.1),
    "Adam fused": lambda p: torch.optim.Adam(p, lr=0.1, fused=True),
    "Adam of one tensor each": lambda p: torch.optim.Adam(p, lr=0.1, foreach=False),
    "Adam with amsgrad": lambda p: torch.optim.Adam(p, lr=0.1, amsgrad=True),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.1),
    "Adamax": lambda p: torch.optim.Adamax(p, lr=0.1),
    "NAdam": lambda p: torch.optim.NAdam(p, lr=0.1),
    "RAdam": lambda p: torch.optim.RAdam(p, lr=0.1),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.1, momentum=0.5, centered=True),
    "Adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "Adadelta": lambda p: torch.optim.Adadelta(p, lr=1.0),
    "Rprop": lambda p: torch.optim.Rprop(p, lr=0.1),
    "ASGD": lambda p: torch.optim.ASGD(p, lr=0.1),
    "LBFGS": lambda p: torch.optim.LBFGS(p, lr=0.1),
}


def train(device: str, make_optimizer, steps: int = 4) -> tuple[nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(1)
    model, draw = nn.Linear(2, 1), torch.Generator().manual_seed(2)
    model.to(device)
    x = torch.rand(8, 2, generator=draw).to(device)
    y = torch.rand(8, 1, generator=draw).to(device)
    optimizer = make_optimizer(model.parameters())

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = nn.MSELoss()(model(x), y)
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)
    return model, optimizer


@pytest.mark.parametrize("make_optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_optimizers_train_as_on_the_cpu(device, make_optimizer):
    here, _ = train("cpu", make_optimizer)
    there, optimizer = train(device, make_optimizer)
    assert torch.allclose(there.weight.cpu(), here.weight, atol=1e-5)
    for state in optimizer.state.values():
        for name, value in state.items():
            if isinstance(value, torch.Tensor) and value.dim() > 0:
                assert value.device.type == device, name


def test_optimizer_state_survives_a_state_dict(device):
    model, optimizer = train(device, OPTIMIZERS["Adam"])
    again = nn.Linear(2, 1, device=device)
    again.load_state_dict(model.state_dict())
    other = torch.optim.Adam(again.parameters())
    other.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    for m, o in ((model, optimizer), (again, other)):
        o.zero_grad()
        m(torch.ones(1, 2, device=device)).sum().backward()
        o.step()
    assert torch.equal(model.weight, again.weight)
    assert other.state[again.weight]["exp_avg"].device.type == device


def test_a_scheduler_and_zero_grad(device):
    _, optimizer = train(device, OPTIMIZERS["SGD"])
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    optimizer.step()
    scheduler.step()
    assert optimizer.param_groups[0]["lr"] == 0.05
    optimizer.zero_grad(set_to_none=False)
    assert same(optimizer.param_groups[0]["params"][1].grad, [0.0])


# -- copies and files


def test_deepcopy_keeps_device_and_is_a_copy(device):
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)).to(device)
    model[1].weight = model[0].weight
    twin = copy.deepcopy(model)
    assert twin[0].weight.device.type == device
    assert twin[1].weight is twin[0].weight
    with torch.no_grad():
        twin[0].weight.zero_()
    assert not same(model[0].weight, torch.zeros(2, 2))
    tensor = torch.arange(3.0, device=device, requires_grad=True)
    assert same(copy.deepcopy(tensor), [0.0, 1.0, 2.0])
    assert same(copy.copy(tensor), [0.0, 1.0, 2.0])
    with pytest.raises(RuntimeError, match="Only Tensors created explicitly by the user"):
        copy.deepcopy(tensor * 2)


def test_state_dicts_load_across_devices(device):
    here, there = nn.Linear(2, 1), nn.Linear(2, 1, device=device)
    weight = there.weight
    there.load_state_dict(here.state_dict())
    assert there.weight is weight
    assert there.weight.device.type == device
    assert torch.equal(there.weight.cpu(), here.weight)
    nn.Linear(2, 1).load_state_dict(there.state_dict())
    there.load_state_dict(nn.Linear(2, 1).state_dict(), assign=True)
    assert there.weight.device.type == "cpu"


def test_save_and_load(device):
    model = nn.Linear(2, 1, device=device)
    base = torch.arange(4.0, device=device)
    file = io.BytesIO()
    torch.save({"model": model.state_dict(), "base": base, "part": base[1:3]}, file)
    file.seek(0)
    loaded = torch.load(file)
    assert loaded["model"]["weight"].device == torch.device(device, 0)
    assert torch.equal(loaded["model"]["weight"], model.weight)
    loaded["base"][1] = 9.0
    assert same(loaded["part"], [9.0, 2.0])
    file.seek(0)
    on_cpu = torch.load(file, map_location="cpu")
    assert on_cpu["base"].device.type == "cpu"
    file = io.BytesIO()
    torch.save(torch.ones(2), file)
    file.seek(0)
    assert torch.load(file, map_location=device).device.type == device


# -- data


def test_loaders_give_cpu_batches_that_move(device):
    data = TensorDataset(torch.arange(10.0).view(-1, 1), torch.arange(10.0).view(-1, 1))
    train, val = random_split(data, [8, 2], generator=torch.Generator().manual_seed(0))
    for part in (train, val):
        for x, y in DataLoader(part, batch_size=3, shuffle=True):
            assert x.device.type == "cpu"
            assert torch.equal(x.to(device), y.to(device))
            assert x.to(device).device.type == device


def test_data_sets_of_the_device(device):
    x = torch.arange(6.0, device=device).view(-1, 1)
    data = TensorDataset(x, x)
    assert data[1][0].device == x.device
    batches = [batch for batch, _ in DataLoader(data, batch_size=4)]
    assert [len(batch) for batch in batches] == [4, 2]
    assert {batch.device for batch in batches} == {x.device}
    assert default_collate([x[0], x[1]]).device == x.device


def test_pinned_loaders_give_what_others_give(device):
    data = TensorDataset(torch.arange(4.0))
    batches = [
        batch.to(device, non_blocking=True) for (batch,) in DataLoader(data, 2, pin_memory=True)
    ]
    assert same(torch.cat(batches), [0.0, 1.0, 2.0, 3.0])


def test_make_dot_draws_the_graph(device, leaves):
    torchviz = pytest.importorskip("torchviz")
    a, b, loss = leaves
    source = torchviz.make_dot(loss, params={"a": a, "b": b}).source
    assert "AccumulateGrad" in source
    assert "a\\n (1)" in source or "a\n (1)" in source
