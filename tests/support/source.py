"""The source of the product as trees, for the tests of its structure."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "numberline"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the product."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What stands in it, read when first asked for."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """Where it is, from the package on: `inventory/draw.py`."""
        return self.path.relative_to(PACKAGE).as_posix()

    @property
    def room(self) -> str:
        """The room it stands in; empty for the files beside the rooms."""
        parts = self.path.relative_to(PACKAGE).parts
        return parts[0] if len(parts) > 1 else ""

    @property
    def is_migration(self) -> bool:
        """Whether Django wrote it."""
        return "migrations" in self.path.parts

    def at(self, node: ast.AST) -> str:
        """A place in it, as an editor takes it."""
        return f"src/numberline/{self.name}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[Function]:
        """All functions and methods, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node


@cache
def modules() -> tuple[Module, ...]:
    """Every file of the product."""
    return tuple(Module(path, path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py")))


def dotted(node: ast.AST) -> str:
    """`a.b.c` for such an expression; empty for any other."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def imported(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Each module that a file imports, wherever in the file, with the place."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, "." * node.level + (node.module or "")
