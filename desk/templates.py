"""The templates of macros: Jinja in a sandbox that is smaller than Jinja's own.

A template may use the variables it is given, a few filters, and ``if``. It has no loops, calls, attributes, subscripts,
arithmetic, includes or assignments: they are refused when the template is read, so that what is left runs in a time
bounded by its length, and can reach nothing but its values. A value is text and never read as a template.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias

from desk.mistakes import Mistake

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

Value: TypeAlias = str | int | tuple[str, ...]
Values: TypeAlias = Mapping[str, Value]

MAX_TEMPLATE = 8_000
"""Characters of a template."""
MAX_OUTPUT = 20_000
"""Characters that come out of one."""
_MAX_DEPTH = 40
_MAX_NODES = 2_000
_MAX_SEPARATOR = 20
_NAMES_SHOWN = 4

_ALLOWED = frozenset({
    *("Template", "Output", "TemplateData", "Name", "Const", "List", "Tuple", "Concat", "Filter", "Test"),
    *("If", "CondExpr", "Compare", "Operand", "And", "Or", "Not"),
})  # fmt: skip
_TESTS = ("defined", "undefined", "none")


def read_template(text: str, names: frozenset[str]) -> Mistake | None:
    """What is wrong with a template over the variables ``names``; None: nothing."""
    compiled = _template(text, names)
    return compiled if isinstance(compiled, Mistake) else None


def read_condition(text: str, names: frozenset[str]) -> Mistake | None:
    """What is wrong with an expression over the variables ``names``; None: nothing."""
    compiled = _condition(text, names)
    return compiled if isinstance(compiled, Mistake) else None


def fill_in(text: str, values: Values) -> str | Mistake:
    """The template with its values, at most :data:`MAX_OUTPUT` characters, or what is wrong with it."""
    compiled = _template(text, frozenset(values))
    if isinstance(compiled, Mistake):
        return compiled
    filled = _run(compiled, values)
    if isinstance(filled, str) and len(filled) > MAX_OUTPUT:
        return Mistake(code="template-output-too-long", what=str(MAX_OUTPUT))
    return filled


def holds(text: str, values: Values) -> bool | Mistake:
    """Whether an expression is true of the values, or what is wrong with it."""
    compiled = _condition(text, frozenset(values))
    if isinstance(compiled, Mistake):
        return compiled
    said = _run(compiled, values)
    return said if isinstance(said, Mistake) else bool(said)


def _run(template: "Template", values: Values) -> str | Mistake:
    from jinja2 import TemplateError

    try:
        return template.render(values)
    except (TemplateError, TypeError, ValueError) as error:
        return Mistake(code="template-cannot-compare", what=_one_line(str(error)))


@lru_cache(maxsize=1024)
def _template(text: str, names: frozenset[str]) -> "Template | Mistake":
    """A template, read and checked once."""
    return _read(text, names, whole=True)


@lru_cache(maxsize=512)
def _condition(text: str, names: frozenset[str]) -> "Template | Mistake":
    """An expression as a template that says something when it is true."""
    return _read(text, names, whole=False)


def _read(text: str, names: frozenset[str], *, whole: bool) -> "Template | Mistake":
    from jinja2 import TemplateSyntaxError  # 30 ms, when the first macro is offered

    if len(text) > MAX_TEMPLATE:
        return Mistake(code="template-too-long", what=str(MAX_TEMPLATE))
    environment = _environment()
    try:
        tree = environment.parse(text) if whole else _tree_of_condition(environment, text)
        return _first_mistake(tree, names) or environment.from_string(tree)
    except TemplateSyntaxError as error:
        return Mistake(code="template-unreadable", line=error.lineno, what=_one_line(error.message or ""))
    except (RecursionError, MemoryError):
        return Mistake(code="template-too-deep")
    except (ValueError, SyntaxError, OverflowError) as error:  # a number of thousands of digits, and the like
        return Mistake(code="template-unreadable", line=1, what=_one_line(str(error)))


def _tree_of_condition(environment: "Environment", text: str) -> "nodes.Template":
    from jinja2 import TemplateSyntaxError, nodes
    from jinja2.parser import Parser

    parser = Parser(environment, text, state="variable")
    test = parser.parse_expression()
    if not parser.stream.eos:
        raise TemplateSyntaxError("one expression is expected", parser.stream.current.lineno)
    said = nodes.Output([nodes.TemplateData("1", lineno=1)], lineno=1)
    tree = nodes.Template([nodes.If(test, [said], [], [], lineno=1)], lineno=1)
    tree.set_environment(environment)
    return tree


def _walk(tree: "nodes.Node") -> "Iterator[tuple[nodes.Node, int]]":
    """Every node with its depth, in the order of the text."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((child, depth + 1) for child in reversed(list(node.iter_child_nodes())))


def _first_mistake(tree: "nodes.Node", names: frozenset[str]) -> Mistake | None:
    for number, (node, depth) in enumerate(_walk(tree)):
        if depth > _MAX_DEPTH or number > _MAX_NODES:
            return Mistake(code="template-too-deep", line=node.lineno)
        if mistake := _mistake_in(node, names):
            return mistake
    return None


def _mistake_in(node: "nodes.Node", names: frozenset[str]) -> Mistake | None:
    from jinja2 import nodes

    kind = type(node).__name__
    if kind not in _ALLOWED:
        return Mistake(code="template-not-allowed", line=node.lineno, what=_WORDS.get(kind, kind.lower()))
    if isinstance(node, nodes.Name):
        if node.name not in names:
            return Mistake(
                code="unknown-variable", line=node.lineno, what=_one_line(node.name), other=_near(node.name, names)
            )
    elif isinstance(node, nodes.Filter | nodes.Test):
        known = _FILTERS if isinstance(node, nodes.Filter) else _TESTS
        if node.name not in known:
            return Mistake(
                code="unknown-filter",
                line=node.lineno,
                what=_one_line(node.name),
                other=_near(node.name, frozenset(known)),
            )
        if node.kwargs or node.dyn_args or node.dyn_kwargs or (node.args and node.name not in _WITH_ARGUMENT):
            return Mistake(code="template-not-allowed", line=node.lineno, what=f"{_one_line(node.name)}(…)")
    elif isinstance(node, nodes.CondExpr) and node.expr2 is None:
        return Mistake(code="template-no-else", line=node.lineno)
    return None


_WORDS = {
    "For": "for",
    "Call": "a call",
    "Getattr": "a dot",
    "Getitem": "[ ]",
    "Slice": "[ ]",
    "Assign": "set",
    "AssignBlock": "set",
    "Import": "import",
    "FromImport": "from",
    "Include": "include",
    "Extends": "extends",
    "Block": "block",
    "Macro": "macro",
    "CallBlock": "call",
    "FilterBlock": "filter",
    "With": "with",
    "ScopedEvalContextModifier": "autoescape",
    "Add": "+",
    "Sub": "-",
    "Mul": "*",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Pow": "**",
    "Neg": "-",
    "Pos": "+",
    "Dict": "{ }",
    "Pair": "{ }",
}
"""How what is not allowed is written."""


def _near(name: str, names: frozenset[str]) -> str:
    """The names that were most likely meant; without any, the first of all."""
    from difflib import get_close_matches

    return ", ".join(get_close_matches(name, sorted(names), n=2) or sorted(names)[:_NAMES_SHOWN])


def _one_line(text: str) -> str:
    """A particular of a mistake, short and on one line."""
    return " ".join(text.split())[:80].rstrip(".")


@cache
def _environment() -> "Environment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from jinja2.tests import TESTS

    class Sandbox(ImmutableSandboxedEnvironment):
        """A sandbox without attributes and calls at all, should one ever get past the reading."""

        def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
            return False

        def is_safe_callable(self, obj: object) -> bool:
            return False

    environment = Sandbox(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown)
    environment.globals.clear()
    environment.filters = dict(_FILTERS)
    environment.tests = {name: TESTS[name] for name in _TESTS}
    return environment


def _shown(value: object) -> object:
    """A value as it stands in the text: a list with commas."""
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else value


def _text(value: object) -> str:
    return str(_shown(value))


def _joined(value: object, separator: object = ", ") -> str:
    if isinstance(value, tuple | list):
        return str(separator)[:_MAX_SEPARATOR].join(map(str, value))
    return str(value)


_FILTERS: dict[str, Callable[..., object]] = {
    "default": lambda value, other="": value or other,
    "first": lambda value: (value[0] if value else "") if isinstance(value, tuple | list) else value,
    "join": _joined,
    "lower": lambda value: _text(value).lower(),
    "title": lambda value: _text(value).title(),
    "trim": lambda value: _text(value).strip(),
    "upper": lambda value: _text(value).upper(),
}
"""The filters there are. None makes a text longer than a constant factor, whatever it is chained with."""

_WITH_ARGUMENT = frozenset({"default", "join"})
