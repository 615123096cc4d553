"""The computation graph, in other styles."""

import torch
import torchviz
from torchviz import make_dot

from . import alternative


@alternative("draw_graph")
def with_attributes(output, params):
    return make_dot(output, params=params, show_attrs=True, show_saved=True)


@alternative("draw_graph")
def with_a_direction_and_format(output, params):
    graph = torchviz.make_dot(output, dict(params.items()))
    graph.attr(rankdir="LR")
    graph.format = "svg"
    return graph


@alternative("draw_graph")
def through_a_local_name(output, params):
    import torchviz as viz

    dot = viz.make_dot(var=output, params={**params})
    return dot


@alternative("backward_ops")
def by_recursion(output):
    names, seen = set(), set()

    def visit(node):
        if node is None or node in seen:
            return
        seen.add(node)
        names.add(type(node).__name__)
        for following, _ in node.next_functions:
            visit(following)

    visit(output.grad_fn)
    return sorted(names)


@alternative("backward_ops")
def level_by_level(output):
    level, names = {output.grad_fn} - {None}, set()
    while level:
        names |= {node.__class__.__name__ for node in level}
        level = {f for node in level for f, _ in node.next_functions if f}
    return tuple(sorted(names))


@alternative("backward_ops")
def by_the_nodes_own_name(output):
    def walk(node):
        if node:
            yield node.name().split("::")[-1]
            for following, _index in node.next_functions:
                yield from walk(following)

    return sorted(set(walk(output.grad_fn)))


@alternative("trainable_leaves")
def in_a_dict_by_id(output):
    leaves, seen, todo = {}, set(), [output.grad_fn]
    while todo:
        node = todo.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if type(node).__name__ == "AccumulateGrad":
            leaves[id(node.variable)] = node.variable
        todo.extend(f for f, _ in node.next_functions)
    return list(leaves.values())


@alternative("trainable_leaves")
def with_recursion_and_identity(output):
    found = []

    def visit(node):
        variable = getattr(node, "variable", None)
        if variable is not None and all(variable is not leaf for leaf in found):
            found.append(variable)
        for following, _ in getattr(node, "next_functions", ()):
            visit(following)

    visit(output.grad_fn)
    return tuple(found)


@alternative("trainable_leaves")
def in_a_set_of_tensors(output):
    leaves, stack = set(), [output.grad_fn] if output.grad_fn is not None else []
    while stack:
        node = stack.pop()
        leaves |= {node.variable} if hasattr(node, "variable") else set()
        stack += [f for f, _ in node.next_functions if f is not None]
    return list(leaves)


@alternative("branching_loss")
def with_max(error):
    if error.abs().max().item() > 1:
        return torch.mean(torch.abs(error))
    return torch.mean(torch.square(error))


@alternative("branching_loss")
def with_roots_of_squares(error):
    squares = error**2
    return squares.sqrt().mean() if (squares > 1).any() else squares.mean()


@alternative("branching_loss")
def error_by_error(error):
    power = 1 if bool((error.abs() > 1).any()) else 2
    return sum(e.abs() ** power for e in error.flatten()) / error.numel()


@alternative("branching_loss")
def with_a_loop(error):
    large = False
    for e in error.detach().flatten().tolist():
        large = large or e > 1 or e < -1
    return (error.abs() if large else error * error).sum() / error.numel()


@alternative("branching_loss")
def with_functional_losses(error):
    from torch.nn import functional as F

    zero = torch.zeros_like(error)
    loss = F.l1_loss if torch.any(torch.abs(error) > 1.0) else F.mse_loss
    return loss(error, zero)


@alternative("branching_loss")
def with_absolute_values_by_where(error):
    if max(map(abs, error.flatten().tolist())) > 1:
        return torch.mean(torch.where(error < 0, -error, error))
    return torch.mean(error * error)


@alternative("branching_loss")
def with_absolute_values_squared(error):
    size = error.abs()
    return size.mean() if (size > 1).any() else (size**2).mean()
