"""CEL expressions as trees: what is gone through without a bound, and the same expression with its work counted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from celpy.celparser import CELParser
from lark import Token, Tree

Node = Tree[Token]
_MACROS: Final = {"all", "exists", "exists_one", "filter", "map"}  # they go through a list or a map
_READING: Final = {"matches", "split", "trim", "join", "lowerAscii", "size"}  # a text, or all texts of a list
_SAME_SIZE: Final = {"filter", "map"}  # no larger than what they go through
_LITERALS: Final = ("list_lit", "map_lit")
_MAP: Final = re.compile(r"variables\.annotations(_before)?")  # where `in` looks a key up
_MOST: Final = 1000  # no bound is larger


@cache
def parsed(expression: str) -> Node:
    """The tree of an expression."""
    tree: Node = CELParser().parse(expression)
    return tree


@dataclass
class Bounds:
    """What is known to be bounded: expressions by their text, and variables. `faults` are what has no bound."""

    known: frozenset[str]
    variables: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def variable(self, name: str, expression: str) -> None:
        """Look at a variable, which later expressions may go through if it is bounded."""
        self.look(expression)
        if self._bounded(expression, parsed(expression), self.known):
            self.variables.add(name)

    def look(self, expression: str) -> None:
        """Look at an expression: each list or map that it goes through has a bound, and none is gone through within."""
        self._walk(expression, parsed(expression), self.known)

    def _walk(self, expression: str, node: Node, known: frozenset[str]) -> None:
        node = _core(node)
        parts = _trees(node)
        if node.data == "expr":  # a conditional
            known_then = known | _bounded_where(expression, parts[0])
            for part, holds in zip(parts, (known, known_then, known), strict=True):
                self._walk(expression, part, holds)
        elif node.data == "conditionaland":
            self._walk(expression, parts[0], known)
            self._walk(expression, parts[1], known | _bounded_where(expression, parts[0]))
        else:
            if _macro(node):
                self._judge(expression, node, known)
            for part in parts:
                self._walk(expression, part, known)

    def _judge(self, expression: str, node: Node, known: frozenset[str]) -> None:
        through, *within = _trees(node)
        if not self._bounded(expression, through, known):
            self.faults.append(f"without a bound: {_said(expression, node)}")
        if any(_macro(each) for part in within for each in part.iter_subtrees()):
            self.faults.append(f"one within another: {_said(expression, node)}")

    def _bounded(self, expression: str, node: Node, known: frozenset[str]) -> bool:
        node = _core(node)
        if _said(expression, node) in known or node.data in _LITERALS:
            return True
        parts = _trees(node)
        if node.data == "expr":
            then, otherwise = known | _bounded_where(expression, parts[0]), known
            return self._bounded(expression, parts[1], then) and self._bounded(expression, parts[2], otherwise)
        if _macro(node) in _SAME_SIZE:
            return self._bounded(expression, parts[0], known)
        name = re.fullmatch(r"variables\.(\w+)", _said(expression, node))
        return bool(name and name[1] in self.variables)


@cache
def counted(expression: str) -> str:
    """The same expression with calls around all that is worth counting.

    `step(...)` is what a macro evaluates for each thing, `read(...)` a text or list that a function reads from one end
    to the other or that `in` searches, `measure(...)` what is asked for its size.
    """
    marks: list[tuple[int, str]] = []
    for node in parsed(expression).iter_subtrees():
        for name, (start, end) in _calls(expression, node):
            marks += [(start, f"{name}("), (end, ")")]
    text = expression
    for place, mark in sorted(marks, key=lambda each: (each[0], each[1] != ")"), reverse=True):
        text = text[:place] + mark + text[place:]
    return text


def _calls(expression: str, node: Node) -> Iterator[tuple[str, tuple[int, int]]]:
    if node.data == "member_dot_arg":
        receiver, name, *arguments = node.children
        if name in _READING:
            yield "measure" if name == "size" else "read", _span(receiver)
        elif name in _MACROS:
            yield "step", _span(_trees(arguments[0])[-1])
    elif node.data == "relation" and _trees(node)[0].data == "relation_in":
        where = _trees(node)[1]
        yield from [] if _MAP.fullmatch(_said(expression, where)) else [("read", _span(where))]


def _span(node: Any) -> tuple[int, int]:
    return node.meta.start_pos, node.meta.end_pos


def _said(expression: str, node: Node) -> str:
    start, end = _span(node)
    return " ".join(expression[start:end].split())


def _trees(node: Any) -> list[Node]:
    return [child for child in node.children if isinstance(child, Tree)]


def _core(node: Node) -> Node:
    """The node that says something: not those that the grammar puts around it, nor brackets."""
    while node.data not in _LITERALS and len(node.children) == 1 and isinstance(node.children[0], Tree):
        node = node.children[0]
    return node


def _macro(node: Node) -> str:
    """The macro that a node calls, if it calls one."""
    name = node.children[1] if node.data == "member_dot_arg" else ""
    return str(name) if name in _MACROS else ""


def _bounded_where(expression: str, condition: Node) -> frozenset[str]:
    """What is bounded where a condition holds: X where it says `X.size() <= 100`."""
    node = _core(condition)
    parts = _trees(node)
    if node.data == "conditionaland":
        return _bounded_where(expression, parts[0]) | _bounded_where(expression, parts[1])
    if node.data == "relation" and parts[0].data == "relation_le":
        measured = re.fullmatch(r"(.*)\.size\(\)", _said(expression, _core(parts[0].children[0])))  # type: ignore[arg-type] # a tree
        most = _said(expression, parts[1])
        if measured and most.isdigit() and int(most) <= _MOST:
            return frozenset({measured[1]})
    return frozenset()
