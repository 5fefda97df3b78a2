"""Application files onto a running clip: only those that differ, each verified by hash."""

from dataclasses import dataclass
from typing import Protocol

from allears.device import Clip
from allears.device.client import RESTART_S
from allears.device.stranger import PromptAnswers
from allears.errors import BadInput, DeviceError, ProtocolMismatch, WrongDevice
from allears.fleet.bundle import START_FILES, Bundle, load_bundle
from allears.fleet.link_target import LinkTarget
from allears.fleet.repl_target import ReplTarget
from allears.keys import KeyStore
from allears_core import messages
from allears_core.messages import CAP_SEALED, CAP_SLOTS, ROLE_IT

# mpy-cross's name for the machine code of each board's processor.
ARCHES = {"sim": "x64", "xiao_rp2350": "armv7emsp", "xiao_esp32s3": "xtensawin"}
SOURCE, COMPILED = ".py", ".mpy"
LOOK_S = 3.0
GREET_S = 20.0  # it may just be starting


class Target(Protocol):
    """A clip's application as flashing sees it; paths have no leading slash, hashes are SHA-256 in hex."""

    def hash_of(self, path: str) -> str | None:
        """Hash of the file, None where there is none."""

    def holds(self, bundle: Bundle) -> bool:
        """True if a slot with exactly this bundle runs: nothing else, nothing more."""


@dataclass(frozen=True)
class Plan:
    """Files that are new to the clip, in order, and how many stay as they are.

    stale: what runs is not exactly this bundle, if only for a file too many.
    """

    bundle: Bundle
    changed: dict[str, bytes]
    unchanged: int
    stale: bool

    @property
    def empty(self) -> bool:
        """True if there is nothing to do."""
        return not self.changed and not self.stale

    @property
    def size_bytes(self) -> int:
        """Bytes to send."""
        return sum(map(len, self.changed.values()))


@dataclass(frozen=True)
class Flashed:
    """What an update did.

    way: "link" or "repl"; running: version that the clip says it runs, None after a dry run on
    one without a running application.
    """

    way: str
    plan: Plan
    running: str | None


class Watcher(Protocol):
    """Told how an update goes."""

    def planned(self, plan: Plan) -> None:
        """What will be written."""

    def sent(self, size_bytes: int) -> None:
        """So many more bytes have arrived."""


def update(
    path: str,
    via: str,
    board: str | None,
    dry_run: bool,
    watcher: Watcher,
    given: Bundle | None = None,
    older: bool = False,
) -> Flashed:
    """Bring the application of the clip on port `path` to this release, or to `given`, and start it.

    via: "link", "repl", or "auto": the link, and the REPL where the application speaks another protocol or is
    not there. A port on which nothing known answers is left alone. older: an older version is meant.
    """
    if via == "repl":
        _refuse_a_closed_one(path)
        return _by_repl(path, board, dry_run, watcher, given)
    try:
        return _by_link(path, board, dry_run, watcher, given, older)
    except (ProtocolMismatch, PromptAnswers):
        if via == "link":
            raise
    return _by_repl(path, board, dry_run, watcher, given)


def _by_link(
    path: str, board: str | None, dry_run: bool, watcher: Watcher, given: Bundle | None, older: bool
) -> Flashed:
    with Clip(path, GREET_S, any_protocol=True) as clip:
        if not clip.hello.capabilities & CAP_SLOTS and not messages.same_protocol(clip.hello.protocol):
            raise ProtocolMismatch(
                f"the clip on {path} speaks protocol {clip.hello.protocol} and takes no application over the link",
                "use --via repl",
            )
        target = LinkTarget(clip, update_key(clip), older)
        planned = _planned(target, board, given, watcher)
        if not dry_run:  # also where nothing is to be written: what a cut has left may still be on trial
            target.install(planned.bundle, planned.changed, planned.stale, watcher.sent)
        return _checked(Flashed("link", planned, clip.hello.firmware), dry_run)


def update_key(clip: Clip) -> bytes | None:
    """The key that shows `clip` an update of its IT, None for a clip without keys. Raises MissingKey."""
    if not clip.hello.capabilities & CAP_SEALED:
        return None
    store = KeyStore()
    store.need(clip.hello.unit, ROLE_IT)
    return store.update_key(clip.hello.unit)


def _by_repl(path: str, board: str | None, dry_run: bool, watcher: Watcher, given: Bundle | None) -> Flashed:
    with ReplTarget(path) as target:
        planned = _planned(target, board, given, watcher)
        if not planned.empty and not dry_run:
            target.install(planned.bundle, planned.changed, planned.stale, watcher.sent)
    try:
        with Clip(path, RESTART_S) as clip:
            return _checked(Flashed("repl", planned, clip.hello.firmware), dry_run)
    except PromptAnswers:
        if dry_run:
            return Flashed("repl", planned, None)  # as it was found
        raise


def _refuse_a_closed_one(path: str) -> None:
    """DeviceError for a clip that holds keys, on which no prompt opens; whatever else answers is left to itself."""
    try:
        with Clip(path, LOOK_S) as clip:
            closed = clip.hello.capabilities & CAP_SEALED
    except (WrongDevice, ProtocolMismatch):
        return
    if closed:
        raise DeviceError(
            f"clip {clip.hello.unit} holds keys, and no prompt opens on it before they and its log are erased",
            "leave --via out; or pull its log, and hold its button for 5 s while it starts",
        )


def _planned(target: Target, board: str | None, given: Bundle | None, watcher: Watcher) -> Plan:
    planned = plan(target, fitting_bundle(target, board, given))
    watcher.planned(planned)
    return planned


def _checked(flashed: Flashed, dry_run: bool) -> Flashed:
    meant = flashed.plan.bundle.manifest["version"]
    if not dry_run and flashed.running != meant:
        raise DeviceError(
            f"the clip was given version {meant} and runs {flashed.running}",
            "press its reset button and look again",
        )
    return flashed


def arch_of(board: str) -> str:
    """mpy-cross's name for the machine code of `board`. Raises BadInput for a board without firmware."""
    if board not in ARCHES:
        raise BadInput(f"there is no firmware for a board called {board!r}", f"choose {', '.join(ARCHES)}")
    return ARCHES[board]


def installed(target: Target) -> tuple[str, str | None] | None:
    """(board, architecture or None for source) of the firmware on the volume; None where there is none."""
    for board, arch in ARCHES.items():
        if target.hash_of(f"boards/{board}/board{SOURCE}"):
            return board, None
        if target.hash_of(f"boards/{board}/board{COMPILED}"):
            return board, arch
    return None


def fitting_bundle(target: Target, board: str | None, given: Bundle | None = None) -> Bundle:
    """The bundle in the form the volume already has; BadInput when the board is neither known nor named, or when
    `given` is for another one."""
    found = installed(target)
    if given is not None and found and given.board != found[0]:
        raise BadInput(
            f"the clip holds firmware for {found[0]}, and the bundle is for {given.board}",
            "make one with `allears bundle make --board " + found[0] + "`",
        )
    if given is not None:
        return given
    if found is None and board is None:
        raise BadInput(
            "there is no AllEars firmware to update", f"name the board with --board {'|'.join(ARCHES)}"
        )
    if found and board not in (None, found[0]):
        raise BadInput(f"the clip holds firmware for {found[0]}, not {board}", "leave --board out")
    if found:
        return load_bundle(found[1], found[0])
    assert board is not None
    return load_bundle(None, board)


def plan(target: Target, bundle: Bundle) -> Plan:
    """What differs between `bundle` and the volume."""
    hashes = bundle.hashes
    stale = not target.holds(bundle)
    asked = sorted(bundle.files, key=_order) if stale else START_FILES
    changed = [path for path in asked if target.hash_of(path) != hashes[path]]
    return Plan(
        bundle, {path: bundle.files[path] for path in changed}, len(bundle.files) - len(changed), stale
    )


def _order(path: str) -> tuple[int, str]:
    """What starts the application comes last, so that an unfinished update still starts the old one."""
    return START_FILES.index(path) if path in START_FILES else -1, path
