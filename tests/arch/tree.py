"""Reads the source tree as text and syntax trees: what the rules of these tests are checked on."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Folder that holds a package -> the package's name.
ROOMS = {
    "allears_core": ROOT / "firmware" / "allears_core",
    "allears_clip": ROOT / "firmware" / "allears_clip",
    "boards": ROOT / "firmware" / "boards",
    "allears": ROOT / "host" / "allears",
    "allears_models": ROOT / "models" / "allears_models",
}


@dataclass(frozen=True)
class Source:
    """One module: its dotted name, file and syntax tree."""

    module: str
    path: Path
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.module.partition(".")[0]

    @property
    def place(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def at(self, node: ast.AST) -> str:
        """file:line, for messages."""
        return f"{self.place}:{getattr(node, 'lineno', 0)}"


@cache
def sources(*rooms: str) -> tuple[Source, ...]:
    """Every module of the rooms named, all rooms by default."""
    return tuple(source for room in rooms or ROOMS for source in _room(room))


def _room(room: str) -> Iterator[Source]:
    folder = ROOMS[room]
    for path in sorted(folder.rglob("*.py")):
        parts = (room, *path.relative_to(folder).with_suffix("").parts)
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield Source(name, path, ast.parse(path.read_text(encoding="utf-8"), str(path)))


@dataclass(frozen=True)
class Import:
    """One imported module (for `from a import b` also a.b, where that is a module) and where it is imported."""

    target: str
    where: str

    @property
    def room(self) -> str:
        return self.target.partition(".")[0]


def imports(source: Source) -> list[Import]:
    """Every import of a module, wherever in the file, except those for type checkers only."""
    found = []
    for node in _outside_type_checking(source.tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, source.at(node)) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base(source, node)
            found.append(Import(base, source.at(node)))
            names = (f"{base}.{alias.name}" for alias in node.names)
            found += [Import(name, source.at(node)) for name in names if name in _module_names()]
    return found


def _outside_type_checking(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _outside_type_checking(node)


def _base(source: Source, node: ast.ImportFrom) -> str:
    """The absolute name of what stands after `from`."""
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    if source.path.name != "__init__.py":
        package = package[:-1]
    package = package[: len(package) - (node.level - 1)]
    return ".".join([*package, *([node.module] if node.module else [])])


@cache
def _module_names() -> frozenset[str]:
    return frozenset(source.module for source in sources())


def reached(start: Iterable[str]) -> dict[str, str]:
    """Modules of this tree that importing any module of `start` brings in, each with the chain that leads there."""
    by_name = {source.module: source for source in sources()}
    chains = {name: name for name in start}
    waiting = list(chains)
    while waiting:
        name = waiting.pop()
        if name not in by_name:
            continue
        for item in imports(by_name[name]):
            for target in _with_parents(item.target):
                if target in by_name and target not in chains:
                    chains[target] = f"{chains[name]} -> {target}"
                    waiting.append(target)
    return chains


def _with_parents(name: str) -> list[str]:
    """a.b.c -> a, a.b, a.b.c: importing a module runs its packages too."""
    parts = name.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def under(*prefixes: str) -> list[str]:
    """Names of the modules that are, or lie below, one of the dotted prefixes."""
    return [
        s.module for s in sources() if any(f"{s.module}.".startswith(f"{prefix}.") for prefix in prefixes)
    ]


def tracked() -> list[Path]:
    """The files that git tracks, or every file outside hidden and built folders where there is no git."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    built = {"artefacts", "build", "dist", "__pycache__"}
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not any(part in built or part.startswith(".") for part in path.relative_to(ROOT).parts[:-1])
    ]
