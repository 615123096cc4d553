"""Known mistakes about the computation graph."""

from __future__ import annotations

import torch
from torchviz import make_dot

from grader.bank import mistake


def _nodes(output):
    seen, todo = [], [output.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.append(node)
            todo += [following for following, _ in node.next_functions]
    return seen


def _ops(output):
    return sorted({type(node).__name__ for node in _nodes(output)})


# --- draw_graph


@mistake("draw_graph", look="torchviz.make_dot")
def forgets_the_names(output, params):
    """make_dot writes names on the boxes only if it is handed the params."""
    return make_dot(output)


@mistake("draw_graph", look="Tensor.detach")
def draws_a_detached_output(output, params):
    """detach() gives a tensor without a graph: there is nothing behind it to draw."""
    return make_dot(output.detach(), params=params)


@mistake("draw_graph", look="graphviz.Digraph.source")
def returns_the_text(output, params):
    """The Digraph object is asked for; its source is only the text inside."""
    return make_dot(output, params=params).source


@mistake("draw_graph", look="torchviz.make_dot")
def draws_a_parameter(output, params):
    """The drawing starts at the output; behind a leaf there is no graph."""
    return make_dot(next(iter(params.values())), params=params)


@mistake("draw_graph", look="graphviz.Digraph.save")
def saves_it_as_well(output, params):
    """The drawing is asked for, and no file: whoever called may save it, where they like."""
    dot = make_dot(output, params=params)
    dot.save("graph.dot")
    return dot


@mistake("draw_graph", look="dict.pop")
def empties_the_dict(output, params):
    """params is the caller's: pop() takes out what the caller may still need."""
    return make_dot(output, params={name: params.pop(name) for name in list(params)})


@mistake("draw_graph", look="Tensor.backward")
def calls_backward_first(output, params):
    """The graph is there without backward(), which would leave gradients in the leaves and use the graph up."""
    output.backward(retain_graph=True)
    return make_dot(output, params=params)


@mistake("draw_graph", look="dict", same_as=("forgets-the-names",))
def makes_up_names(output, params):
    """params maps each name to its tensor already; it goes to make_dot as it is."""
    return make_dot(output, params={f"param{i}": p for i, p in enumerate(params.values())})


@mistake("draw_graph", look="zip")
def sorts_the_names_alone(output, params):
    """Each name belongs to its own tensor: sorting or zipping the names anew puts them on other boxes."""
    return make_dot(output, params=dict(zip(sorted(params), params.values(), strict=True)))


@mistake("draw_graph", look="Tensor.sum")
def sums_it_first(output, params):
    """Any output with a graph can be drawn as it is; sum() adds a box that is not in its graph, and item() takes single numbers only."""
    return make_dot(output.sum(), params=params)


# --- backward_ops


@mistake("backward_ops", look="Tensor.grad_fn")
def names_the_last_operation_alone(output):
    """grad_fn is only the last node; the others are reached through next_functions."""
    return [type(output.grad_fn).__name__] if output.grad_fn else []


@mistake("backward_ops", look="next_functions")
def follows_the_first_input_alone(output):
    """A node has an entry in next_functions for every input; all of them lead on."""
    names, node = set(), output.grad_fn
    while node is not None:
        names.add(type(node).__name__)
        node = node.next_functions[0][0] if node.next_functions else None
    return sorted(names)


@mistake("backward_ops", look="set")
def lists_duplicates(output):
    """Each name is asked for once, however often the operation stands in the graph."""
    return sorted(type(node).__name__ for node in _nodes(output))


@mistake("backward_ops", look="sets")
def returns_a_set(output):
    """A set has no order; a sorted list is asked for."""
    return set(_ops(output))


@mistake("backward_ops", look="Tensor.backward")
def calls_backward_to_look(output):
    """The graph is there without backward(), which leaves gradients in the leaves."""
    if output.requires_grad:
        output.sum().backward(retain_graph=True)
    return _ops(output)


@mistake("backward_ops", look="Tensor.grad_fn")
def gives_a_leaf_a_node(output):
    """A leaf was computed by nothing: it has no grad_fn, and no graph behind it."""
    return ["AccumulateGrad"] if output.is_leaf and output.requires_grad else _ops(output)


@mistake("backward_ops", look="default arguments")
def keeps_the_names_of_earlier_calls(output, names=set()):  # noqa: B006, the mistake itself
    """A default such as names=set() is made once, when def runs, and still holds what earlier calls put in."""
    names.update(_ops(output))
    return sorted(names)


@mistake("backward_ops", look="for loops")
def goes_ten_nodes_deep(output):
    """A graph has any depth: the walk ends where nothing is left to visit, not after a number of rounds."""
    names, level = set(), {output.grad_fn} - {None}
    for _ in range(10):
        names |= {type(node).__name__ for node in level}
        level = {f for node in level for f, _ in node.next_functions if f}
    return sorted(names)


@mistake("backward_ops", look="sorted")
def does_not_sort(output):
    """The names are to be sorted; the order of a walk is an accident."""
    return list(dict.fromkeys(type(node).__name__ for node in _nodes(output)))[::-1]


@mistake("backward_ops", look="type")
def asks_the_nodes_for_their_names(output):
    """node.name() tells the name that C++ knows; a class's own name is in type(node).__name__."""
    return sorted({node.name() for node in _nodes(output)})


@mistake("backward_ops", look="AccumulateGrad")
def leaves_out_the_leaves(output):
    """The nodes AccumulateGrad at the ends of the graph belong to it too."""
    return [name for name in _ops(output) if name != "AccumulateGrad"]


@mistake("backward_ops", look="None")
def trips_over_a_tensor_without_a_graph(output):
    """Where there is no graph, grad_fn is None, which has no next_functions."""
    todo, names = [output.grad_fn], set()
    while todo:
        node = todo.pop()
        names.add(type(node).__name__)
        todo += [following for following, _ in node.next_functions if following is not None]
    return sorted(names)


@mistake("backward_ops", look="type.__name__")
def returns_nodes(output):
    """The names of the nodes' classes are asked for, as strings."""
    return _nodes(output)


@mistake("backward_ops", look="sets")
def stops_at_names_seen(output):
    """Two nodes may be of one class; remember which nodes were visited, or what lies behind the second is missed."""
    names = set()

    def visit(node):
        if node is None or type(node).__name__ in names:
            return
        names.add(type(node).__name__)
        for following, _ in node.next_functions:
            visit(following)

    visit(output.grad_fn)
    return sorted(names)


# --- trainable_leaves


def _leaves(output):
    return [node.variable for node in _nodes(output) if hasattr(node, "variable")]


@mistake("trainable_leaves", look="is and ==")
def compares_values(output):
    """`in` compares tensors by their numbers: of two equal leaves the second is taken for the first."""
    found = []
    for leaf in _leaves(output):
        if not any(leaf.shape == other.shape and bool((leaf == other).all()) for other in found):
            found.append(leaf)
    return found


@mistake("trainable_leaves", look="default arguments")
def remembers_what_it_visited(output, seen=set()):  # noqa: B006, the mistake itself
    """A default such as seen=set() is made once, when def runs, and is still full at the next call."""
    new = [node for node in _nodes(output) if node not in seen]
    seen.update(new)
    return [node.variable for node in new if hasattr(node, "variable")]


@mistake("trainable_leaves", look="next_functions")
def follows_one_input_alone(output):
    """A node has an entry in next_functions for every input, None among them perhaps; each of the others leads on."""
    found, node = [], output.grad_fn
    while node is not None:
        found += [node.variable] if hasattr(node, "variable") else []
        node = node.next_functions[0][0] if node.next_functions else None
    return found


@mistake("trainable_leaves", look="Tensor.data_ptr")
def compares_memory(output):
    """Two tensors may share their memory and still be two leaves, each with a .grad of its own."""
    return list({leaf.data_ptr(): leaf for leaf in _leaves(output)}.values())


@mistake("trainable_leaves", look="id")
def lists_a_leaf_for_every_use(output):
    """A leaf used twice is one leaf; remember which nodes were visited."""
    found, todo = [], [output.grad_fn]
    while todo:
        node = todo.pop()
        if node is not None:
            if hasattr(node, "variable"):
                found.append(node.variable)
            todo += [following for following, _ in node.next_functions]
    return found


@mistake("trainable_leaves", look="next_functions")
def looks_one_step_back(output):
    """The leaves stand at the ends of the graph, any number of operations away."""
    if output.grad_fn is None:
        return []
    nodes = [following for following, _ in output.grad_fn.next_functions]
    return [node.variable for node in nodes if hasattr(node, "variable")]


@mistake("trainable_leaves", look="Tensor.requires_grad")
def freezes_what_it_finds(output):
    """Looking changes nothing: the leaves go on being trainable."""
    return [leaf.requires_grad_(False) for leaf in _leaves(output)]


@mistake("trainable_leaves", look="Tensor.detach")
def returns_copies(output):
    """The leaves themselves are asked for; a detached copy is another tensor."""
    return [leaf.detach().clone() for leaf in _leaves(output)]


@mistake("trainable_leaves", look="Tensor.is_leaf")
def returns_the_output(output):
    """The output is the result of an operation, no leaf; the leaves are what it was computed from."""
    return [output] if output.requires_grad else []


@mistake("trainable_leaves", look="AccumulateGrad.variable")
def returns_nodes_for_leaves(output):
    """A node AccumulateGrad is not the leaf; the leaf is its .variable."""
    return [node for node in _nodes(output) if hasattr(node, "variable")]


@mistake("trainable_leaves", look="Tensor.grad_fn")
def counts_a_leaf_itself(output):
    """A leaf has no graph behind it; the list is empty there."""
    return _leaves(output) or ([output] if output.requires_grad else [])


@mistake("trainable_leaves", look="Tensor.grad_fn")
def calls_backward(output):
    """Looking at a graph changes nothing; backward() leaves gradients in the leaves."""
    if output.grad_fn is not None:
        output.sum().backward(retain_graph=True)
    return _leaves(output)


# --- branching_loss


def _branch(error, condition):
    return error.abs().mean() if condition else (error**2).mean()


@mistake("branching_loss", look="torch.any")
def asks_whether_all_exceed(error):
    """One error above 1 is enough: any, not all."""
    return _branch(error, (error.abs() > 1).all())


@mistake("branching_loss", look="torch.any")
def looks_at_the_first_error_alone(error):
    """Any of the errors may be the large one, not only the first."""
    return _branch(error, error.flatten()[0].abs() > 1)


@mistake("branching_loss", look="Tensor.abs")
def forgets_negative_errors(error):
    """An error of -3 is large too: compare its absolute value."""
    return _branch(error, (error > 1).any())


@mistake("branching_loss", look="if and else")
def the_wrong_way_round(error):
    """Large errors take the absolute branch, where squares would grow too fast."""
    return _branch(error, not (error.abs() > 1).any())


@mistake("branching_loss", look="comparison operators")
def counts_exactly_one(error):
    """An error of exactly 1 does not exceed 1: > and not >=."""
    return _branch(error, (error.abs() >= 1).any())


@mistake("branching_loss", look="torch.where")
def decides_for_each_error(error):
    """One branch is taken for all errors together, not another one for each."""
    return torch.where(error.abs() > 1, error.abs(), error**2).mean()


@mistake("branching_loss", look="torch.where")
def computes_both_branches(error):
    """torch.where, or a product with 0 and 1, computes both branches and puts both in the graph; Python's if runs only one."""
    return torch.where((error.abs() > 1).any(), error.abs().mean(), (error**2).mean())


@mistake("branching_loss", look="if and else", same_as=("computes-both-branches",))
def multiplies_by_zero_and_one(error):
    """A branch that is multiplied by 0 has been computed, and is in the graph; Python's if runs only one."""
    large = (error.abs() > 1).any()
    return large * error.abs().mean() + (~large) * (error**2).mean()


@mistake("branching_loss", look="Tensor.item")
def returns_a_float(error):
    """A float has no graph; backward() needs the tensor."""
    return _branch(error, (error.abs() > 1).any()).item()


@mistake("branching_loss", look="Tensor.detach")
def detaches_the_loss(error):
    """detach() cuts the loss off its graph: no gradient reaches the errors."""
    return _branch(error, (error.abs() > 1).any()).detach()


@mistake("branching_loss", look="Tensor.sum")
def sums_instead_of_averaging(error):
    """Both branches are means; a sum grows with the number of errors."""
    return error.abs().sum() if (error.abs() > 1).any() else (error**2).sum()


@mistake("branching_loss", look="Tensor.numel")
def divides_by_the_rows(error):
    """len() of a tensor is its number of rows; the mean divides by all its numbers."""
    large = (error.abs() > 1).any()
    return (error.abs() if large else error**2).sum() / len(error)


@mistake("branching_loss", look="torch.tensor")
def starts_a_graph_of_its_own(error):
    """A copy, or torch.tensor() of a number, is a leaf of its own: its gradients stop there, before the errors handed in."""
    error = error.detach().clone().requires_grad_()
    return _branch(error, (error.abs() > 1).any())


@mistake("branching_loss", look="Tensor.abs_")
def overwrites_the_errors(error):
    """An operation whose name ends in _ writes its result over the tensor that was handed in."""
    large = (error.data.abs_() > 1).any()
    return _branch(error, large)


@mistake("branching_loss", look="Tensor.cpu")
def asks_numpy(error):
    """numpy knows tensors on the CPU only; torch has any() and abs() of its own."""
    import numpy as np

    return _branch(error, np.abs(error.detach().numpy()).max() > 1)
