"""Formulas of the value tree: names, numbers, + − × ÷, min and max. Nothing else is understood or runs."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: lambda left, right: left / right,
}
FUNCTIONS: dict[str, Callable[..., float]] = {"min": min, "max": max}


class Expression:
    """One formula, read once.

    Raises
    ------
    ValueError
        When it is no formula of this kind; says which part.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._root = ast.parse(text, mode="eval").body
        except SyntaxError as error:
            raise ValueError(f"{text} is no formula: {error.msg}") from None
        self.names = tuple(dict.fromkeys(self._check(self._root)))

    def value(self, known: Mapping[str, float | None]) -> float | None:
        """Returns the value; None when a name is not known or something is divided by nought."""
        if any(known.get(name) is None for name in self.names):
            return None
        try:
            return self._value(self._root, known)
        except ZeroDivisionError:
            return None

    def _check(self, node: ast.expr) -> list[str]:
        """Returns the names in a part, and refuses what is not allowed."""
        match node:
            case ast.Name(id=name):
                return [name]
            case ast.Constant(value=bool()):
                pass
            case ast.Constant(value=int() | float()):
                return []
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._check(operand)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
                return self._check(left) + self._check(right)
            case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]) if name in FUNCTIONS and len(parts) > 1:
                return [found for part in parts for found in self._check(part)]
        raise ValueError(
            f"{ast.unparse(node)} in {self.text} is not understood; write names, numbers, + - * /, min, max"
        )

    def _value(self, node: ast.expr, known: Mapping[str, float | None]) -> float:
        match node:
            case ast.Name(id=name):
                value = known[name]
                assert value is not None  # `value` looked before
                return value
            case ast.Constant(value=int() | float() as number):
                return float(number)
            case ast.UnaryOp(operand=operand):
                return -self._value(operand, known)
            case ast.BinOp(left=left, op=operator, right=right):
                return OPERATORS[type(operator)](self._value(left, known), self._value(right, known))
            case ast.Call(func=ast.Name(id=name), args=parts):
                return FUNCTIONS[name](*(self._value(part, known) for part in parts))
        raise AssertionError(ast.dump(node))  # `_check` lets nothing else in
