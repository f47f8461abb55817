"""Linter, the questions: conditions of gateways and rows of decisions, tried at sample points."""

import ast
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, product
from typing import Any

from workflows.engine.definitions import NAMESPACES
from workflows.engine.errors import ExpressionNotAllowedError
from workflows.engine.expressions import (
    MAX_LENGTH,
    Expression,
    check_syntax,
    compile_expression,
)
from workflows.engine.linter_flows import Flow, Problem
from workflows.errors import RuleError
from workflows.facts import FactKind, FactValue

MAX_POINTS = 20_000
ANY_CELL = (None, "-")

Kinds = Mapping[str, FactKind]


def check_expression(element_id: str, text: str, kinds: Kinds) -> Iterator[Problem]:
    """The expression is of the allowed syntax, and speaks of known facts and values only."""
    try:
        expression = compile_expression(text)
    except ExpressionNotAllowedError as error:
        yield element_id, "expression_invalid", f"{text[:80]}: {error.detail['reason']}"
        return
    for name in sorted(expression.names - kinds.keys()):
        yield element_id, "fact_unknown", name
    for name, value in _compared(expression.tree):
        if name in kinds and not _is_of_kind(value, kinds[name]):
            yield element_id, "value_unknown", f"{name}: {value!r}"


def check_choices(gateway: Any, flows: Sequence[Flow], kinds: Kinds) -> Iterator[Problem]:
    """An exclusive gateway: a default, one fact per condition, never two conditions true."""
    gateway_id, default = gateway.get("id", ""), gateway.get("default")
    if default not in {flow.id for flow in flows}:
        yield gateway_id, "default_missing", ""
    problems = list(chain.from_iterable(_condition(flow, default, kinds) for flow in flows))
    yield from problems
    if problems:
        return
    conditions = [compile_expression(flow.condition) for flow in flows if flow.condition]
    try:
        yield from _overlaps(gateway_id, conditions, kinds)
    except _TooManyPointsError:
        yield gateway_id, "too_many_combinations", str(MAX_POINTS)


def check_cardinality(element_id: str, text: str, kinds: Kinds) -> Iterator[Problem]:
    name = text.strip()
    if kinds.get(name) is not int:
        yield element_id, "cardinality_not_a_count", name


def check_constant(element_id: str, text: str) -> Iterator[Problem]:
    """A parameter of an effect is a text in quotes."""
    problems = list(check_expression(element_id, text, {}))
    yield from problems
    if not problems and type(compile_expression(text).evaluate({})) is not str:
        yield element_id, "parameter_not_a_text", text


def check_decision(root: Any, kinds: Kinds, outputs: Kinds) -> Iterator[Problem]:
    """A decision: one UNIQUE table in which exactly one row answers at every sample point."""
    decisions = root.findall("dmn:decision", NAMESPACES)
    tables = root.findall("dmn:decision/dmn:decisionTable", NAMESPACES)
    if len(decisions) != 1 or len(tables) != 1:
        yield "", "decision_count", f"{len(decisions)}/{len(tables)}"
        return
    table = tables[0]
    if table.get("hitPolicy", "UNIQUE") != "UNIQUE":
        yield table.get("id", ""), "hit_policy", table.get("hitPolicy")
    problems = list(_Table(table, kinds, outputs).problems())
    yield from problems


def outputs_of(root: Any) -> list[str]:
    return [each.get("name", "") for each in root.iterfind(".//dmn:output", NAMESPACES)]


def _condition(flow: Flow, default: str | None, kinds: Kinds) -> Iterator[Problem]:
    if flow.id == default:
        if flow.condition is not None:
            yield flow.id, "condition_on_default", flow.condition
        return
    if flow.condition is None:
        yield flow.id, "condition_missing", ""
        return
    problems = list(check_expression(flow.id, flow.condition, kinds))
    yield from problems
    if problems:
        return
    names = compile_expression(flow.condition).names
    if len(names) != 1:
        yield flow.id, "condition_reads_one_fact", " ".join(sorted(names))
    elif any(kinds[name] is int for name in names):
        yield flow.id, "condition_reads_a_count", flow.condition
    else:
        yield from _not_boolean(flow.id, compile_expression(flow.condition), kinds)


def _not_boolean(element_id: str, condition: Expression, kinds: Kinds) -> Iterator[Problem]:
    for point in _points(condition.names, kinds, ()):
        if type(_answer(condition, point)) is not bool:
            yield element_id, "condition_not_boolean", condition.text
            return


def _overlaps(element_id: str, conditions: Sequence[Expression], kinds: Kinds) -> Iterator[Problem]:
    names = frozenset(chain.from_iterable(each.names for each in conditions))
    for point in _points(names, kinds, ()):
        if sum(_answer(each, point) is True for each in conditions) > 1:
            yield element_id, "conditions_overlap", str(point)
            return


class _Table:
    """A decision table with its cells as the expressions that the decision engine will ask."""

    def __init__(self, table: Any, kinds: Kinds, outputs: Kinds) -> None:
        self.id = table.get("id", "")
        self.kinds, self.output_kinds = kinds, outputs
        self.inputs = [_text(each, "dmn:inputExpression/dmn:text") for each in
                       table.iterfind("dmn:input", NAMESPACES)]  # fmt: skip
        self.outputs = [each.get("name", "") for each in table.iterfind("dmn:output", NAMESPACES)]
        self.rows = table.findall("dmn:rule", NAMESPACES)

    def problems(self) -> Iterator[Problem]:
        for name in self.inputs:
            if name not in self.kinds:
                yield self.id, "fact_unknown", str(name)
        for name in self.outputs:
            if name not in self.output_kinds:
                yield self.id, "output_unknown", name
        for row in self.rows:
            yield from self._row(row)
        yield from self._answers()

    def _row(self, row: Any) -> Iterator[Problem]:
        row_id = row.get("id", "")
        given, answered = _cells(row, "dmn:inputEntry"), _cells(row, "dmn:outputEntry")
        if len(given) != len(self.inputs) or len(answered) != len(self.outputs):
            yield row_id, "cell_count", f"{len(given)}/{len(answered)}"
            return
        for text in self._questions(row):
            yield from check_expression(row_id, text, self.kinds)
        for name, cell in zip(self.outputs, answered, strict=True):
            yield from self._output(row_id, name, cell)

    def _output(self, row_id: str, name: str, cell: str | None) -> Iterator[Problem]:
        problems = list(check_expression(row_id, cell or "", {}))
        yield from problems
        if problems or name not in self.output_kinds:
            return
        value = compile_expression(cell or "").evaluate({})
        if not _is_of_kind(value, self.output_kinds[name]):
            yield row_id, "value_unknown", f"{name}: {value!r}"

    def _questions(self, row: Any) -> list[str]:
        cells = zip(self.inputs, _cells(row, "dmn:inputEntry"), strict=False)
        return [_question(name, cell) for name, cell in cells if name and cell not in ANY_CELL]

    def _answers(self) -> Iterator[Problem]:
        """Every sample point is answered by one row and no other."""
        try:
            rows = [[compile_expression(each) for each in self._questions(row)]
                    for row in self.rows]  # fmt: skip
            names = frozenset(name for name in self.inputs if name and name in self.kinds)
            questions = list(chain.from_iterable(rows))
            points = _points(names, self.kinds, _numbers(questions))
            for point in points:
                matches = sum(all(_answer(each, point) for each in row) for row in rows)
                if matches != 1:
                    yield self.id, "decision_overlap" if matches else "decision_gap", str(point)
                    return
        except _TooManyPointsError:
            yield self.id, "too_many_combinations", str(MAX_POINTS)
        except RuleError:
            return  # told where the cell was checked


class _TooManyPointsError(Exception):
    """There are too many combinations to try."""


def _points(
    names: Collection[str], kinds: Kinds, numbers: Iterable[int]
) -> list[dict[str, FactValue]]:
    """Every combination of values, with counts taken around the numbers that are spoken of."""
    ordered = sorted(names)
    near = sorted({0, 1} | {number + step for number in numbers for step in (-1, 0, 1)})
    values = [_values(kinds[name], near) for name in ordered]
    if math.prod(len(each) for each in values) > MAX_POINTS:
        raise _TooManyPointsError
    return [dict(zip(ordered, point, strict=True)) for point in product(*values)]


def _values(kind: FactKind, near: Sequence[int]) -> Sequence[FactValue]:
    if kind is bool:
        return (False, True)
    return kind if isinstance(kind, tuple) else near


def _answer(expression: Expression, point: Mapping[str, FactValue]) -> Any:
    try:
        return expression.evaluate(point)
    except RuleError:
        return None


def _numbers(expressions: Iterable[Expression]) -> set[int]:
    return {
        node.value
        for expression in expressions
        for node in ast.walk(expression.tree)
        if isinstance(node, ast.Constant) and type(node.value) is int
    }


def _compared(tree: ast.expr) -> Iterator[tuple[str, Any]]:
    """Each name with the constants it is compared to."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        names = [side.id for side in sides if isinstance(side, ast.Name)]
        for constant in chain.from_iterable(ast.walk(side) for side in sides):
            if isinstance(constant, ast.Constant):
                yield from ((name, constant.value) for name in names)


def _is_of_kind(value: Any, kind: FactKind) -> bool:
    return value in kind if isinstance(kind, tuple) else type(value) is kind


def _question(name: str, cell: str | None) -> str:
    """What the library's decision engine asks for a cell: `?` is the input, else it compares."""
    if len(cell or "") > MAX_LENGTH:
        return cell or ""
    text = re.sub(r"""\?(?=(?:[^'"]|['"][^'"]*['"])*$)""", name, cell or "")
    if text != cell:
        return text
    try:
        check_syntax(text)
    except (SyntaxError, ValueError):
        return f"{name}{text}"
    return f"({name}) == ({text})"


def _cells(row: Any, path: str) -> list[str | None]:
    return [entry.findtext("dmn:text", None, NAMESPACES) or None for entry in
            row.iterfind(path, NAMESPACES)]  # fmt: skip


def _text(element: Any, path: str) -> str | None:
    found: str | None = element.findtext(path, None, NAMESPACES)
    return found
