"""Change the code of the rules and of the units in one place after another, and see whether the tests notice.

Without arguments all mutants are tried (half an hour on two cores); ``--count`` tries some.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator
from pathlib import Path

from mutants import PACKAGE, ROOT, Mutant, main

FILES = ("rules/**/*.py", "area.py", "domain/outcome.py", "domain/printed.py", "screening/judge.py")
UNITS = {"hectares", "mu", "MU_PER_HA", "FLOOR_M2", "_M2_PER_HA", "_HA_STEP"}
"""What of ``landgis/area.py`` turns units into each other."""
CORE = (
    "tests/unit/test_rules.py",
    "tests/unit/test_rule_properties.py",
    "tests/unit/test_screening.py",
    "tests/unit/test_raster_rules.py",
    "tests/unit/test_area_crs.py",
)
OF_ROOM = {"landgis.rules.reading": ("tests/unit/test_rules_faults.py",)}
"""What tries a room by the packs that it refuses, and names no module of it."""
_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_NEIGHBOURS = {
    "Outcome": ("CLEAR", "FLAGGED", "UNKNOWN", "EXCLUDED", "NOT_ASKED"),
    "Coverage": ("COMPLETE", "PARTIAL", "ABSENT", "STALE"),
    "Side": ("ABOVE", "BELOW"),
    "Scope": ("FULL", "CONTROL_LINES"),
}
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def code_mutants() -> list[Mutant]:
    """Return all mutants, file by file."""
    paths = [path for pattern in FILES for path in sorted(PACKAGE.glob(pattern)) if path.name != "__init__.py"]
    return [mutant for path in paths for mutant in mutants_of(path)]


def tests_of(mutant: Mutant) -> list[str]:
    """Return the tests that name the module, then those that name its room, then those of the rules as a whole."""
    name = ".".join(("landgis", *mutant.path.with_suffix("").parts))
    room = name.rpartition(".")[0]
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests/unit").glob("test_*.py"))}
    naming = [path for path, text in texts.items() if f"from {name} import" in text]
    # Packs are loaded by nearly every test; that alone says nothing of how they are read.
    own = re.compile(rf"from {re.escape(room)}(\.(?!load\b)\w+)? import")
    beside = [path for path, text in texts.items() if own.search(text)]
    listed = naming + (beside if room.startswith("landgis.rules.") else [])
    return list(dict.fromkeys([*(str(path.relative_to(ROOT)) for path in listed), *OF_ROOM.get(room, ()), *CORE]))


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield the mutants of one file that can be compiled."""
    text = path.read_text(encoding="utf-8")
    for node in _nodes(ast.parse(text), path.name):
        for other in _others(node):
            changed = _replaced(text, node, ast.unparse(other))
            old = " ".join((ast.get_source_segment(text, node) or "").split())
            new = " ".join(ast.unparse(other).split())
            yield Mutant(path.relative_to(PACKAGE), str(node.lineno), f"{old[:60]} → {new[:60]}", changed)


def _nodes(tree: ast.Module, name: str) -> Iterator[ast.expr | ast.stmt]:
    """Yield what may be changed: no docstrings, annotations, decorators, imports, or texts with places to fill."""
    stack: list[ast.AST] = [each for each in tree.body if name != "area.py" or _names(each) & UNITS]
    while stack:
        node = stack.pop(0)
        if isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr) or _is_text(node):
            continue
        if isinstance(node, ast.expr | ast.stmt):
            yield node
        for field, inner in ast.iter_fields(node):
            if field not in ("decorator_list", "annotation", "returns"):
                stack += [each for each in (inner if isinstance(inner, list) else [inner]) if isinstance(each, ast.AST)]


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _is_text(node: ast.AST) -> bool:
    """Docstrings, and the dead statement of a class that has nothing else."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _others(node: ast.expr | ast.stmt) -> Iterator[ast.AST]:
    """Yield what might stand there by mistake."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in _SWAPS:
            yield _with(node, ops=[_SWAPS[type(op)]()])
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in _SWAPS:
            yield _with(node, op=_SWAPS[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            yield operand
        case ast.IfExp():
            yield _with(node, body=node.orelse, orelse=node.body)
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in _NEIGHBOURS.get(name, ()):
            names = _NEIGHBOURS[name]
            yield _with(node, attr=names[(names.index(attr) + 1) % len(names)])
        case ast.Constant(value=bool() as said):
            yield ast.Constant(not said)
        case ast.Constant(value=int() | float() as number):
            yield ast.Constant(number + 1)
        case ast.Constant(value=str() as word) if _NAME.fullmatch(word):
            yield ast.Constant(word + "_")
        case ast.Raise() | ast.AugAssign() | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Assign(targets=[ast.Subscript()]):
            yield ast.Pass()
        case ast.If():
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _with(node: ast.AST, **changes: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in changes.items():
        setattr(other, name, value)
    return ast.fix_missing_locations(other)


def _replaced(text: str, node: ast.expr | ast.stmt, other: str) -> str:
    """Put other code in the place of a node; lines keep their numbers where they can."""
    lines = text.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: (node.end_lineno or 0) - 1])) + (node.end_col_offset or 0)
    inside = isinstance(node, ast.expr)
    other = f"({other})" if inside else other.replace("\n", "\n" + " " * node.col_offset)
    return (b"".join(lines)[:start] + other.encode() + b"".join(lines)[end:]).decode()


if __name__ == "__main__":
    main(code_mutants, tests_of, "代码 code")
