"""Expressions of diagrams and decisions: an allow-list of syntax, compiled to closures."""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workflows.engine.errors import ExpressionNotAllowedError, FactMissingError

MAX_LENGTH = 400
MAX_NODES = 80

Context = Mapping[str, Any]
Evaluator = Callable[[Context], Any]

COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda item, collection: item in collection,
    ast.NotIn: lambda item, collection: item not in collection,
}


@dataclass(frozen=True)
class Expression:
    """A compiled expression, the names it reads, and its syntax for those who check it."""

    text: str
    names: frozenset[str]
    tree: ast.expr
    evaluate: Evaluator


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """The expression behind a text. Nothing is ever handed to `eval` or `exec`."""
    tree = _parsed(text)
    nodes = list(ast.walk(tree))
    if len(nodes) > MAX_NODES:
        raise ExpressionNotAllowedError(expression=text, reason="too_many_parts")
    names = frozenset(node.id for node in nodes if isinstance(node, ast.Name))
    return Expression(text, names, tree, _Compiler(text).compiled(tree))


def check_syntax(text: str) -> None:
    """Raise SyntaxError for a text that cannot stand alone, as the decision engine expects."""
    if len(text) > MAX_LENGTH:
        raise ExpressionNotAllowedError(expression=text[:MAX_LENGTH], reason="too_long")
    ast.parse(text.strip(), mode="eval")


def _parsed(text: str) -> ast.expr:
    try:
        check_syntax(text)
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionNotAllowedError(expression=text, reason="syntax") from error


class _Compiler:
    """Turns syntax into closures, refusing whatever is not listed."""

    def __init__(self, text: str) -> None:
        self.text = text

    def compiled(self, node: ast.expr) -> Evaluator:
        match node:
            case ast.Constant(value=value) if type(value) in (bool, int, str):
                return lambda _: value
            case ast.Name(id=name):
                return self._name(name)
            case ast.BoolOp(op=ast.And(), values=values):
                return self._all([self.compiled(value) for value in values])
            case ast.BoolOp(op=ast.Or(), values=values):
                return self._any([self.compiled(value) for value in values])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._not(self.compiled(operand))
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)) if (
                type(value) is int
            ):
                return lambda _: -value
            case ast.Compare():
                return self._comparison(node)
        raise self._refused(type(node).__name__)

    def _name(self, name: str) -> Evaluator:
        def read(context: Context) -> Any:
            try:
                return context[name]
            except KeyError:
                raise FactMissingError(fact=name, expression=self.text) from None

        return read

    @staticmethod
    def _all(parts: list[Evaluator]) -> Evaluator:
        return lambda context: all(part(context) for part in parts)

    @staticmethod
    def _any(parts: list[Evaluator]) -> Evaluator:
        return lambda context: any(part(context) for part in parts)

    @staticmethod
    def _not(part: Evaluator) -> Evaluator:
        return lambda context: not part(context)

    def _comparison(self, node: ast.Compare) -> Evaluator:
        first = self.compiled(node.left)
        steps = [
            (COMPARISONS[type(comparison)], self._operand(comparison, operand))
            for comparison, operand in zip(node.ops, node.comparators, strict=True)
            if self._is_allowed(comparison)
        ]

        def compare(context: Context) -> bool:
            left = first(context)
            for holds, operand in steps:
                right = operand(context)
                try:
                    if not holds(left, right):
                        return False
                except TypeError:
                    raise self._refused("comparison_of_unlike_kinds") from None
                left = right
            return True

        return compare

    def _operand(self, comparison: ast.cmpop, node: ast.expr) -> Evaluator:
        """`in` takes a written-out list only, never a name or a text."""
        if not isinstance(comparison, ast.In | ast.NotIn):
            return self.compiled(node)
        if not isinstance(node, ast.Tuple | ast.List | ast.Set):
            raise self._refused("in_needs_a_list")
        members = [self.compiled(element) for element in node.elts]
        if not all(isinstance(element, ast.Constant) for element in node.elts):
            raise self._refused("in_needs_constants")
        values = tuple(member({}) for member in members)
        return lambda _: values

    def _is_allowed(self, comparison: ast.cmpop) -> bool:
        if type(comparison) not in COMPARISONS:
            raise self._refused(type(comparison).__name__)
        return True

    def _refused(self, reason: str) -> ExpressionNotAllowedError:
        return ExpressionNotAllowedError(expression=self.text, reason=reason)
