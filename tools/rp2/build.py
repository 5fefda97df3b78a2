"""Builds the clip's runtime and the file to drag onto a new clip:  python tools/rp2/build.py --board NAME --out DIR

Writes allears-BOARD-runtime.uf2 (MicroPython alone) and allears-BOARD.uf2 (MicroPython and a file system with the
application). Everything comes from packages of Debian: see docs/building.md.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

from rp2build import runtime, uf2, volume
from rp2build.packages import Unavailable
from rp2build.targets import BOARDS, Board


@dataclass(frozen=True)
class Product:
    """What a build made.

    image: the runtime; files: the application's on the file system, by path; frozen: those in the runtime instead.
    """

    board: Board
    image: bytes
    files: dict[str, bytes]
    frozen: dict[str, bytes]

    @property
    def runtime_uf2(self) -> bytes:
        """The runtime alone: leaves the file system of a clip as it is."""
        return uf2.encode([(uf2.FLASH, self.image)], self.board.family)

    @property
    def whole_uf2(self) -> bytes:
        """Runtime and file system: for a new clip; it takes the log of a used one with it."""
        regions = [
            (uf2.FLASH, self.image),
            (uf2.FLASH + self.board.volume_offset, volume.image(self.board, self.files)),
        ]
        return uf2.encode(regions, self.board.family)


def make(board: Board, work: Path = runtime.WORK) -> Product:
    """Build for `board`. Raises Unavailable or RuntimeError, as runtime.build()."""
    files = volume.application(board)
    frozen = {path: files.pop(path) for path in list(files) if board.frozen and path.endswith(".mpy")}
    return Product(board, runtime.build(board, frozen, work), files, frozen)


def write(product: Product, folder: Path) -> None:
    """Write both files to `folder` and print their sizes and hashes."""
    folder.mkdir(parents=True, exist_ok=True)
    board = product.board
    print(f"{board.name}: runtime {len(product.image):,} of {board.volume_offset:,} bytes")
    for place, files in (("in the runtime", product.frozen), ("on the file system", product.files)):
        if files:
            size_bytes = sum(map(len, files.values()))
            print(f"{board.name}: application {place}: {size_bytes:,} bytes in {len(files)} files")
    for name, content in (("-runtime", product.runtime_uf2), ("", product.whole_uf2)):
        path = folder / f"allears-{board.name}{name}.uf2"
        path.write_bytes(content)
        print(f"{path}  {len(content):,} bytes  sha256 {hashlib.sha256(content).hexdigest()}")


def main() -> int:
    """The command line; 1 and a sentence where it cannot be built."""
    parser = argparse.ArgumentParser(
        description="Build the clip's runtime and the file to drag onto a new clip."
    )
    parser.add_argument("--board", choices=sorted(BOARDS), default="xiao_rp2350")
    parser.add_argument("--out", type=Path, default=Path("dist"), help="folder for the files (default: dist)")
    parser.add_argument(
        "--work", type=Path, default=runtime.WORK, help="folder to build in (default: build/rp2)"
    )
    options = parser.parse_args()
    try:
        write(make(BOARDS[options.board], options.work.resolve()), options.out)
    except Unavailable as reason:
        print(f"cannot build here: {reason}. Debian 12 with its package archive is needed.", file=sys.stderr)
        return 1
    except RuntimeError as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
