"""PyYAML's own parser, in Python, made to read as libyaml does: blanks that are tabs, and the words of its errors.

What libyaml reads is what the API server's clients read; PyYAML's parser refuses tabs that libyaml takes for blanks.
"""

import re
from typing import Any, Final

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

from elbguard.check.lines import BOM

_END: Final = "\0"
_BREAKS: Final = "\r\n\x85\u2028\u2029"
_BLANK_OR_END: Final = " \t" + _BREAKS + _END
_IN_FLOW: Final = ",[]{}"
_NEITHER: Final = "did not find expected "
_ESCAPE: Final = "found unknown escape character"

# What libyaml says, behind the context and the words of PyYAML's parser that say the same.
_WORDS: Final = tuple(
    (re.compile(context), re.compile(problem), words)
    for context, problem, words in (
        ("block mapping$", "expected <block end>", _NEITHER + "key"),
        ("block collection$", "expected <block end>", _NEITHER + "'-' indicator"),
        ("node$", "expected the node content", _NEITHER + "node content"),
        ("", "expected '<document start>'", _NEITHER + "<document start>"),
        ("", "mapping values are not allowed here", "mapping values are not allowed in this context"),
        ("", "mapping keys are not allowed here", "mapping keys are not allowed in this context"),
        ("", "sequence entries are not allowed here", "block sequence entries are not allowed in this context"),
        ("", "expected (',' or '[]}]')", _NEITHER + r"\1"),
        ("", "found character .* that cannot start any token", "found character that cannot start any token"),
        ("scanning an? (?:alias|anchor)$", "expected alpha", _NEITHER + "alphabetic or numeric character"),
        ("scanning a directive$", "expected alpha", "could not find expected directive name"),
        ("block scalar$", "expected indentation indicator", "found an indentation indicator equal to 0"),
        ("block scalar$", "expected (?:a comment|chomping)", _NEITHER + "comment or line break"),
        ("double-quoted scalar$", _ESCAPE, _ESCAPE),
        ("double-quoted scalar$", "expected escape sequence", _NEITHER + "hexdecimal number"),
        ("a tag$", "expected (?:URI|' ')", _NEITHER + "whitespace or line break"),
        ("node$", "found undefined tag handle", "found undefined tag handle"),
    )
)
_CONTEXTS: Final = {  # as above, what is said of the context
    ("while scanning a double-quoted scalar", _NEITHER + "hexdecimal number"): "while parsing a quoted scalar",
    ("while scanning a double-quoted scalar", _ESCAPE): "while parsing a quoted scalar",
    ("while parsing a tag", _NEITHER + "whitespace or line break"): "while scanning a tag",
}


class _TabScanner(Reader, Scanner):
    """PyYAML's scanner with libyaml's rules about tabs."""

    def scan_to_next_token(self) -> None:
        """Pass over blanks, comments and line breaks; a tab is a blank where no key can begin."""
        while True:
            if self.column == 0 and self.peek() == BOM:
                self.forward()
                self.column += 1  # which PyYAML does not count
            while self.peek() == " " or (self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            self._pass_comment()
            if not self._line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_plain(self) -> ScalarToken:
        """A scalar without quotes."""
        start = end = self.get_mark()
        indent, text, between = self.indent + 1, "", ""
        while not (self.peek() == "#" or (self.column == 0 and self._is_document_marker())):
            length = self._plain_length(start)
            if not length:
                break
            text += between + self.prefix(length)
            self.forward(length)
            self.allow_simple_key = False
            end = self.get_mark()
            between, breaks = self._between(indent, start)
            self.allow_simple_key = breaks
            if not between or (not self.flow_level and self.column < indent):
                break
        return ScalarToken(text, True, start, end)

    def _plain_length(self, start: yaml.Mark) -> int:
        length = 0
        while (char := self.peek(length)) not in _BLANK_OR_END:
            after = self.peek(length + 1)
            if (char == ":" and after in _BLANK_OR_END) or (self.flow_level and char in _IN_FLOW):
                break
            if char == ":" and self.flow_level and after in _IN_FLOW:
                self.forward(length)
                raise ScannerError("while scanning a plain scalar", start, "found unexpected ':'", self.get_mark())
            length += 1
        return length

    def _between(self, indent: int, start: yaml.Mark) -> tuple[str, bool]:
        """The blanks and breaks behind words, as what they stand for, and whether there were breaks."""
        blanks, breaks = "", ""
        while (char := self.peek()) in " \t" or char in _BREAKS:
            if char in _BREAKS:
                breaks += self._line_break()
                continue
            if breaks and char == "\t" and self.column < indent:
                raise ScannerError(
                    "while scanning a plain scalar",
                    start,
                    "found a tab character that violates indentation",
                    self.get_mark(),
                )
            blanks += char
            self.forward()
        if not breaks:
            return blanks, False
        return (breaks[1:] or " ") if breaks[0] == "\n" else breaks, True

    def scan_block_scalar(self, style: str) -> ScalarToken:
        """A literal or folded scalar."""
        self._block = self.get_mark()
        found: ScalarToken = super().scan_block_scalar(style)
        return found

    def scan_block_scalar_indentation(self) -> tuple[list[str], int, yaml.Mark]:
        """The breaks before the first line of a block scalar that is not empty, which says how all are indented."""
        found: tuple[list[str], int, yaml.Mark] = super().scan_block_scalar_indentation()
        self._refuse_tab(at=self.peek() == "\t")
        return found

    def scan_block_scalar_breaks(self, indent: int) -> tuple[list[str], yaml.Mark]:
        """The breaks between two lines of a block scalar, and the indentation of the second."""
        found: tuple[list[str], yaml.Mark] = super().scan_block_scalar_breaks(indent)
        self._refuse_tab(at=self.column < indent and self.peek() == "\t")
        return found

    def _refuse_tab(self, *, at: bool) -> None:
        if at:
            problem = "found a tab character where an indentation space is expected"
            raise ScannerError("while scanning a block scalar", self._block, problem, self.get_mark())

    def scan_block_scalar_ignored_line(self, start: yaml.Mark) -> None:
        """The rest of the line of a block scalar's indicator."""
        while self.peek() in " \t":
            self.forward()
        self._pass_comment()
        if self.peek() not in _BREAKS + _END:
            raise ScannerError("while scanning a block scalar", start, "expected a comment", self.get_mark())
        self._line_break()

    def scan_block_scalar_indicators(self, start: yaml.Mark) -> tuple[bool | None, int | None]:
        """How a block scalar is chomped and indented; a tab may follow."""
        chomping, increment = None, None
        for _ in range(2):
            char = self.peek()
            if char in "+-" and chomping is None:
                chomping = char == "+"
            elif char in "0123456789" and increment is None:
                increment = int(char)
                if not increment:
                    raise ScannerError(
                        "while scanning a block scalar", start, "expected indentation indicator", self.get_mark()
                    )
            else:
                break
            self.forward()
        return chomping, increment

    def _line_break(self) -> str:
        """The line break that is next, passed over; the empty text where there is none."""
        found: str = self.scan_line_break()  # type: ignore[no-untyped-call] # no stub
        return found

    def _pass_comment(self) -> None:
        if self.peek() == "#":
            while self.peek() not in _BREAKS + _END:
                self.forward()

    def _is_document_marker(self) -> bool:
        return self.prefix(3) in ("---", "...") and self.peek(3) in _BLANK_OR_END


class PureLoader(_TabScanner, Parser, BaseResolver):
    """Gives the events of a text, and errors, as libyaml's loader does."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text.removeprefix(BOM))
        Scanner.__init__(self)
        Parser.__init__(self)
        BaseResolver.__init__(self)

    def parse_flow_mapping_value(self) -> Any:
        """The value of a key between braces; one that is not there stands where the next token begins."""
        event = super().parse_flow_mapping_value()  # type: ignore[no-untyped-call] # no stub
        if event.start_mark.index < event.end_mark.index:
            return event
        return self.process_empty_scalar(self.peek_token().start_mark)  # type: ignore[no-untyped-call] # no stub

    def get_event(self) -> Any:
        """The next event, None after the last. Raises yaml.YAMLError."""
        try:
            return Parser.get_event(self) if self.check_event() else None  # type: ignore[no-untyped-call] # no stub
        except yaml.MarkedYAMLError as error:
            error.problem = _reworded(error.context or "", error.problem or "")
            error.context = _CONTEXTS.get((error.context or "", error.problem), error.context)
            if error.problem == _ESCAPE and (mark := error.problem_mark):  # libyaml points at the backslash
                error.problem_mark = yaml.Mark(mark.name, mark.index - 1, mark.line, mark.column - 1, None, 0)
            raise


def _reworded(context: str, problem: str) -> str:
    for where, said, words in _WORDS:
        if where.search(context) and (found := said.match(problem)):
            return found.expand(words)
    return problem
