"""The layers of `docs/design/architecture.md`, and who imports whom, read from the source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
SOURCE: Final = ROOT / "src" / "ronda"

ROWS: Final = (
    (("cli", "web", "simulate"),),
    (("centre", "node"),),
    (("response", "evidence", "upkeep", "privacy", "insight"),),
    (("people", "city"), ("vision", "archive")),
    (("media", "bus", "store"),),
    (("config", "base"),),
)
"""Rows from the top; within a row groups that know nothing of each other; within a group rightwards only."""

APART: Final = {
    "centre": {"node", "media", "archive"},
    "web": {"node", "media", "archive"},
}
"""What is lower and yet out of bounds: a node is reached through the bus and its own application only."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import of one of our packages by a module of another."""

    module: str
    line: int
    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports ronda.{self.imported}"


def may_import(importer: str, imported: str) -> bool:
    """Whether the layers let package `importer` import package `imported`."""
    if imported in APART.get(importer, ()):
        return False
    (row, group, column), (other_row, other_group, other_column) = _place(importer), _place(imported)
    return other_row > row or (other_row == row and other_group == group and other_column > column)


def _place(package: str) -> tuple[int, int, int]:
    for row, groups in enumerate(ROWS):
        for number, group in enumerate(groups):
            if package in group:
                return row, number, group.index(package)
    raise LookupError(f"package {package} has no place in the layers: give it one in {Path(__file__).name}")


def imports(path: Path) -> Iterator[Import]:
    """Yield the imports of other packages of ours in a file, wherever in it they stand."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    if len(parts) < 3:  # ronda/__init__.py itself
        return
    module = ".".join(parts)
    for node in ast.walk(ast.parse(path.read_text())):
        for name in _names(node, parts):
            pieces = name.split(".")
            if pieces[0] == "ronda" and len(pieces) > 1 and pieces[1] != parts[1] and pieces[1] != "__version__":
                yield Import(module, getattr(node, "lineno", 0), parts[1], pieces[1])


def _names(node: ast.AST, parts: tuple[str, ...]) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = ".".join(parts[: len(parts) - node.level]) if node.level else ""
        module = ".".join(filter(None, (base, node.module)))
        return [f"{module}.{alias.name}" for alias in node.names] if module == "ronda" else [module]
    return []
