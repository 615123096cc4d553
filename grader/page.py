"""Reading a page: one exercise with its prose, hints and answers, as it stands in `solutions/`.

A page is a Python module that is read here as text and never run. From top to bottom it holds

    title, introduction    the module's docstring; the title is its first line
    preamble               imports, and whatever else the student is given
    functions              what the student writes: top-level functions and classes whose names have
                           no leading underscore, each with the comment block above it as its prose

A function has one answer, between `### BEGIN SOLUTION` and `### END SOLUTION`; a class has one in each method
that the student writes. Before the first answer stand three comments, `# HINT 1:` to `# HINT 3:`, each of one
or more lines.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .marks import BEGIN, END, MARK, comments_of, hints_of, indentation, without_answers

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class PageError(Exception):
    """A page breaks the rules of its format.

    Args:
        path: the page.
        line: where, from 1.
        problem: what is the matter, and what to do about it.
    """

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path, self.line, self.problem = path, line, problem


@dataclass(frozen=True)
class PageFunction:
    """One thing to write: a function, or a class.

    Args:
        name: its name in the module.
        kind: which of the two it is.
        prose: Markdown, from the comment block above it; may be empty.
        docstring: without the indentation of the source.
        hints: three, each going further than the one before.
        source: its lines on the page, with hints, marks and answers.
    """

    name: str
    kind: Literal["function", "class"]
    prose: str
    docstring: str
    hints: tuple[str, ...]
    source: str = field(repr=False)

    def stub(self) -> str:
        """Its lines as the student gets them."""
        return without_answers(self.source)


@dataclass(frozen=True)
class Page:
    """An exercise as its author wrote it.

    Args:
        name: such as "ex05_autograd".
        title: the first line of the module's docstring.
        introduction: the rest of that docstring, Markdown.
        preamble: the code between that docstring and the first function, imports above all.
        functions: what the student writes, in the page's order.
        source: the whole page.
    """

    name: str
    title: str
    introduction: str
    preamble: str
    functions: tuple[PageFunction, ...]
    source: str = field(repr=False)

    def stub(self) -> str:
        """The student's text: no hints, and `raise NotImplementedError` in place of each answer."""
        return without_answers(self.source)


def read_page(path: Path) -> Page:
    """Read a page from its file, without running it.

    Raises:
        PageError: the file is no Python source in UTF-8, or breaks the format.
    """
    try:
        return _Reader(path, path.read_text(encoding="utf-8")).page()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise PageError(path, line, "this is not UTF-8; save the page in that encoding") from error
    except SyntaxError as error:
        raise PageError(path, error.lineno or 1, f"this is not Python: {error.msg}") from error


class _Reader:
    """A page's lines, tree, hints and answers, while it is being read."""

    def __init__(self, path: Path, source: str) -> None:
        self.path = path
        self.source = source
        self.lines = source.split("\n")
        self.tree = ast.parse(source)
        comments = comments_of(source)
        self.hints = hints_of(comments)
        self.answers = self._pair_marks(comments)
        self.unclaimed = {part.start for part in [*self.answers, *(h.lines for h in self.hints)]}

    def page(self) -> Page:
        title, _, introduction = self._docstring(self.tree, "the page").partition("\n")
        given, exercises = self._divide()
        given_end = _end(given[-1])
        functions = map(self._function, exercises, [given_end, *map(_end, exercises)])
        page = Page(
            name=self.path.stem,
            title=title.strip(),
            introduction=introduction.strip(),
            preamble="\n".join(self.lines[_end(given[0]) : given_end]).strip(),
            functions=tuple(functions),
            source=self.source,
        )
        if self.unclaimed:
            problem = "this hint or answer belongs to no function; move or drop it"
            raise self._error(min(self.unclaimed), problem)
        return page

    def _divide(self) -> tuple[list[ast.stmt], list[_Definition]]:
        """Part what the student is given (the docstring first) from what the student writes."""
        given: list[ast.stmt] = []
        exercises: list[_Definition] = []
        for node in self.tree.body:
            if isinstance(node, _Definition) and not node.name.startswith("_"):
                exercises.append(node)
            elif exercises:
                raise self._error(node.lineno, f"this is below {exercises[0].name}; move it above")
            else:
                given.append(node)
        if not exercises:
            raise self._error(1, "there is nothing to write; add a function with an answer")
        return given, exercises

    def _function(self, node: _Definition, previous_end: int) -> PageFunction:
        """Read one function or class; its prose stands somewhere below line `previous_end`."""
        bodies = node.body if isinstance(node, ast.ClassDef) else [node]
        answers = [a for b in bodies if isinstance(b, _Function) for a in self._answers_of(b)]
        if not answers:
            raise self._error(
                node.lineno, f"{node.name} has no answer; put {BEGIN} and {END} around it"
            )
        start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
        source = self.lines[start - 1 : max(_end(node), answers[-1].stop)]
        return PageFunction(
            name=node.name,
            kind="class" if isinstance(node, ast.ClassDef) else "function",
            prose=_prose(self.lines[previous_end : start - 1]),
            docstring=self._docstring(node, node.name),
            hints=self._hints_of(node, answers[0].start),
            source="\n".join(source) + "\n",
        )

    def _pair_marks(self, comments: dict[int, str]) -> list[range]:
        """Find the answers, each the lines from BEGIN up to, but without, END."""
        answers, begin = [], 0
        for line, comment in comments.items():
            if not MARK.match(comment):
                continue
            if self.lines[line - 1].strip() not in (BEGIN, END):
                raise self._error(line, f"write the mark alone on its line, as {BEGIN} or {END}")
            if comment == BEGIN and begin:
                raise self._error(line, f"this mark is nested; {END} is missing for line {begin}")
            if comment == END and not begin:
                raise self._error(line, f"{BEGIN} is missing for this mark")
            if comment == END:
                answers.append(range(begin, line))
                self._refuse_dedent(answers[-1])
            begin = line if comment == BEGIN else 0
        if begin:
            raise self._error(begin, f"{END} is missing for this mark")
        return answers

    def _refuse_dedent(self, answer: range) -> None:
        """An answer that runs on past its function would take the next one with it."""
        depth = indentation(self.lines[answer.start - 1])
        for line in (*answer, answer.stop):
            text = self.lines[line - 1]
            if text.strip() and indentation(text) < depth:
                raise self._error(line, f"this is indented less than the answer; {END} goes above")

    def _answers_of(self, body: _Function) -> list[range]:
        """The answer of a function or method, if it has one: all of its code but the docstring."""
        answers = [answer for answer in self.answers if body.lineno < answer.start <= _end(body)]
        if len(answers) > 1:
            raise self._error(answers[1].start, f"{body.name} has a second answer; keep one")
        for answer in answers:
            self.unclaimed.discard(answer.start)
            for statement in body.body[ast.get_docstring(body) is not None :]:
                if statement.lineno not in answer or _end(statement) not in answer:
                    raise self._error(
                        statement.lineno, f"this line of {body.name} is outside the marks"
                    )
        return answers

    def _hints_of(self, node: _Definition, answer: int) -> tuple[str, ...]:
        """The three hints between the head of a function or class and its first answer."""
        hints = [hint for hint in self.hints if node.lineno < hint.lines.start < answer]
        if len(hints) != 3:
            raise self._error(
                node.lineno, f"{node.name} has {len(hints)} hints above its answer; write three"
            )
        for number, hint in enumerate(hints, start=1):
            self.unclaimed.discard(hint.lines.start)
            if hint.number != str(number):
                raise self._error(hint.lines.start, f"number this hint: # HINT {number}: ...")
        return tuple(hint.text for hint in hints)

    def _docstring(self, node: ast.Module | _Definition, name: str) -> str:
        docstring = ast.get_docstring(node)
        if not docstring:
            line = 1 if isinstance(node, ast.Module) else node.lineno
            raise self._error(line, f"{name} has no docstring; say what the student is to do")
        return docstring

    def _error(self, line: int, problem: str) -> PageError:
        return PageError(self.path, line, problem)


def _prose(lines: list[str]) -> str:
    """Take the comment marks off the lines above a function; blank lines part paragraphs."""
    flush = [line for line in lines if not line[:1].isspace()]
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in flush).strip()


def _end(node: ast.stmt) -> int:
    """The line on which a statement ends; the standard library leaves its type open."""
    return node.end_lineno or node.lineno
