"""Small ways to break a piece of Python that works with arrays: each takes a node and gives replacements for it.

`mutants` applies them to a solution, one at a time. They know Python's and NumPy's words, and nothing of exercises.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping

from grader.doctor.surroundings import WIDER, Replaced, Replacement, Surroundings, is_numpy

OTHER_OPERATORS: Mapping[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
}
OTHER_COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt, ast.LtE),
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt, ast.GtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
OTHER_FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "sum": ("mean", "max"),
    "mean": ("sum", "max"),
    "max": ("min", "sum"),
    "min": ("max",),
    "exp": ("expm1", "exp2"),
    "log": ("log2", "log10", "log1p"),
    "logaddexp": ("logaddexp2", "maximum"),
    "dot": ("multiply",),
    "eye": ("ones",),
}
ORDER_MATTERS = (ast.Sub, ast.Div, ast.MatMult, ast.Pow)


def operators(node: ast.AST) -> Iterator[Replacement]:
    """Another operator, swapped operands, one operand alone."""
    if not isinstance(node, ast.BinOp):
        return
    for other in OTHER_OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(left=node.left, op=other(), right=node.right)
    if isinstance(node.op, ORDER_MATTERS):
        yield ast.BinOp(left=node.right, op=node.op, right=node.left)
    yield node.left
    yield node.right


def signs(node: ast.AST) -> Iterator[Replacement]:
    """A minus or a `not` that is left out."""
    if isinstance(node, ast.UnaryOp):
        yield node.operand


def comparisons(node: ast.AST) -> Iterator[Replacement]:
    """Another comparison, at the boundary and the other way round."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in OTHER_COMPARISONS.get(type(node.ops[0]), ()):
            yield ast.Compare(left=node.left, ops=[other()], comparators=node.comparators)


def constants(node: ast.AST) -> Iterator[Replacement]:
    """Another number: an axis, a bound, a small constant."""
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(value=not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(value=node.value + 1)
        yield ast.Constant(value=node.value - 1)
    elif isinstance(node.value, float):
        for value in (0.0, node.value * 1000, node.value / 1000, -node.value):
            yield ast.Constant(value=value)


def conditions(node: ast.AST) -> Iterator[Replacement]:
    """One branch for both cases, or the two changed over."""
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
        yield ast.IfExp(test=node.test, body=node.orelse, orelse=node.body)


def arguments(node: ast.AST) -> Iterator[Replacement]:
    """A keyword such as `axis` or `keepdims` left out, two arguments changed over, a default taken away."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            kept = [other for other in node.keywords if other is not keyword]
            yield ast.Call(func=node.func, args=node.args, keywords=kept)
        for place in range(len(node.args) - 1):
            changed = [*node.args[:place], node.args[place + 1], node.args[place], *node.args[place + 2 :]]
            yield ast.Call(func=node.func, args=changed, keywords=node.keywords)
    if isinstance(node, ast.arguments) and node.defaults:
        without = copy.deepcopy(node)
        without.defaults = without.defaults[1:]
        yield without


def calls(node: ast.AST) -> Iterator[Replacement]:
    """Another function of the same family, or none: `np.exp(a)` becomes `a`, `a.reshape(...)` becomes `a`."""
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute):
        for name in OTHER_FUNCTIONS.get(node.func.attr, ()):
            func = ast.Attribute(value=node.func.value, attr=name, ctx=ast.Load())
            yield ast.Call(func=func, args=node.args, keywords=node.keywords)
        if not is_numpy(node.func.value):
            yield node.func.value
            return
    if isinstance(node.func, ast.Name) and node.func.id == "len":
        whole = ast.Attribute(value=node.args[0], attr="size", ctx=ast.Load())
        shape = ast.Attribute(value=node.args[0], attr="shape", ctx=ast.Load())
        last = ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))
        yield whole
        yield ast.Subscript(value=shape, slice=last, ctx=ast.Load())
    elif node.args:
        yield node.args[0]


def transposes(node: ast.AST) -> Iterator[Replacement]:
    """A `.T` left out, or one too many on a factor of a matrix product."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        for side in ("left", "right"):
            factor = getattr(node, side)
            if not (isinstance(factor, ast.Attribute) and factor.attr == "T"):
                turned = copy.copy(node)
                setattr(turned, side, ast.Attribute(value=factor, attr="T", ctx=ast.Load()))
                yield turned


def indices(node: ast.AST) -> Iterator[Replacement]:
    """An index left out, or two changed over."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.ctx, ast.Load):
        return
    yield node.value
    if isinstance(node.slice, ast.Tuple):
        turned = ast.Tuple(elts=node.slice.elts[::-1], ctx=ast.Load())
        yield ast.Subscript(value=node.value, slice=turned, ctx=ast.Load())


def statements(node: ast.AST) -> Iterator[Replacement]:
    """A statement left out."""
    if not isinstance(node, (ast.Assign, ast.AugAssign, ast.Return, ast.Expr, ast.If, ast.For, ast.While)):
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    yield [ast.Pass()]


def answers(node: ast.AST) -> Iterator[Replacement]:
    """A return without its value, or with the value turned: negative, transposed, rounded, cut, in a tuple."""
    if not isinstance(node, ast.Return) or node.value is None:
        return
    value = node.value
    rounded = ast.Attribute(value=value, attr="round", ctx=ast.Load())
    for turned in (
        ast.Constant(value=None),
        ast.UnaryOp(op=ast.USub(), operand=value),
        ast.Attribute(value=value, attr="T", ctx=ast.Load()),
        ast.Call(func=rounded, args=[], keywords=[]),
        ast.Subscript(value=value, slice=ast.Slice(upper=ast.Constant(value=1)), ctx=ast.Load()),
        ast.Tuple(elts=[value, ast.Constant(value=None)], ctx=ast.Load()),
    ):
        yield ast.Return(value=turned)


LOCAL: tuple[Callable[[ast.AST], Iterator[Replacement]], ...] = (
    operators,
    signs,
    comparisons,
    constants,
    conditions,
    arguments,
    calls,
    transposes,
    indices,
    statements,
    answers,
)
"""What can be done to a node wherever it stands."""


def mutations(node: ast.AST, around: Surroundings) -> Iterator[Replaced]:
    """Every way to break a node."""
    for local in LOCAL:
        yield from ((node, replacement) for replacement in local(node))
    for wider in WIDER:
        yield from wider(node, around)
