"""Getting a clip's log into the host: by sequence, in bounded chunks, acknowledged only once it is stored."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from allears.device.channel import TRIES, NoAnswer
from allears.device.client import Clip, PullEnd
from allears.errors import CutOff, DeviceError
from allears.keys import Opener
from allears.keys.opener import split
from allears_core import messages, records

CHUNK_BYTES = 32 * 1024  # one transaction of the store, and the most that a cut can cost


@dataclass(frozen=True)
class Chunk:
    """One stretch of log.

    items: (Record, raw bytes); missing: sequence numbers absent from it, corrupt: in how many stretches;
    explained: the clip or the reader met damage, which may lie before this stretch; unread: whole records of
    kinds unknown here; altered: whole blocks whose seal is broken.
    """

    items: list[tuple[records.Record, bytes]]
    next_seq: int
    more: bool
    corrupt: int
    explained: bool
    unread: int
    missing: int
    size_bytes: int
    altered: int = 0


@dataclass
class Pulled:
    """What a pull of one stream brought. dropped: records that the clip had let go before this host came;
    corrupt: damaged stretches skipped; missing: records that never arrived; unread: kinds unknown here; altered:
    blocks that somebody has changed since the clip sealed them."""

    stream: str
    from_seq: int
    next_seq: int
    records: int = 0
    new: int = 0
    bytes: int = 0
    seconds: float = 0.0
    dropped: int = 0
    corrupt: int = 0
    missing: int = 0
    unread: int = 0
    altered: int = 0
    acknowledged: bool = True

    @property
    def bytes_per_s(self) -> float:
        """Net speed, storing included."""
        return self.bytes / self.seconds if self.seconds else 0.0

    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return {**self.__dict__, "seconds": round(self.seconds, 3), "bytes_per_s": round(self.bytes_per_s)}


class Keeper(Protocol):
    """What a pull needs of a store."""

    def put_unit(
        self,
        unit: str,
        log_id: str,
        *,
        pseudonym: str,
        serial: str,
        team: str,
        site: str,
        firmware: str,
        profile: str,
    ) -> None: ...

    def next_seq(self, unit: str, log_id: str, stream: int | str) -> int: ...

    def ingest(
        self, unit: str, log_id: str, stream: int | str, items: list[tuple[records.Record, bytes]]
    ) -> Any: ...


def chunks(clip: Clip, stream: int, from_seq: int, chunk_bytes: int = CHUNK_BYTES) -> Iterator[Chunk]:
    """All the clip holds of `stream` from `from_seq` on, opened. A chunk damaged on the way is asked for again.

    Raises MissingKey where this machine does not hold the key of the stream's reader.
    """
    opener = opener_for(clip, stream)
    more = True
    while more:
        chunk = _sound_chunk(clip, opener, stream, from_seq, chunk_bytes)
        yield chunk
        if chunk.more and chunk.next_seq <= from_seq:
            raise DeviceError(f"the clip's log does not go on after record {from_seq}", "run this again")
        from_seq, more = chunk.next_seq, chunk.more


def opener_for(clip: Clip, stream: int) -> Opener:
    """What opens a stream of this clip. DeviceError for a clip that seals nothing, MissingKey without its key."""
    if clip.hello.capabilities & messages.CAP_SEALED:
        return Opener(clip.keys, clip.hello.unit, stream)
    if clip.hello.capabilities & messages.CAP_KEYS:
        raise DeviceError(
            f"clip {clip.hello.unit} was given no keys and keeps no log",
            "give it some with `allears provision`",
        )
    raise DeviceError(
        f"clip {clip.hello.unit} has no place or no cipher for keys, and keeps no log",
        "put a runtime with both on it, see docs/sealing.md",
    )


def read_all(clip: Clip, stream: int, from_seq: int = 0) -> list[records.Record]:
    """Every record of `stream` that the clip holds from `from_seq` on; stores and acknowledges nothing."""
    held = clip.range(stream)
    return [
        record for chunk in chunks(clip, stream, max(from_seq, held.first_seq)) for record, _ in chunk.items
    ]


def register(clip: Clip, store: Keeper) -> None:
    """Write down whose log this is. DeviceError for a clip that nobody was named for: it gives nothing away."""
    known = clip.identity()
    if not known["pseudonym"]:
        raise DeviceError(
            f"the clip on {clip.path} belongs to nobody yet", "name its agent with `allears provision`"
        )
    store.put_unit(
        clip.hello.unit,
        clip.hello.log_id,
        pseudonym=known["pseudonym"],
        serial=known["serial"],
        team=known["team"],
        site=known["site"],
        firmware=clip.hello.firmware,
        profile=clip.settings().profile_name,
    )


def into_store(
    clip: Clip,
    store: Keeper,
    stream: int,
    progress: Callable[[int, int, int], None] | None = None,
    from_seq: int | None = None,
    chunk_bytes: int = CHUNK_BYTES,
) -> Pulled:
    """Store what is new in `stream`; each chunk is acknowledged once `ingest` has returned.

    progress(records to come in all, records done, bytes done). from_seq: pull again from there instead of
    from where the store ends. From the first record of an unknown kind on nothing is acknowledged, so
    that a newer release still finds it, nor from the first block on whose seal is broken. Raises MissingKey where
    this machine does not hold the key of the stream's reader; nothing is asked of the clip then.
    """
    opener_for(clip, stream)
    unit, log_id = clip.hello.unit, clip.hello.log_id
    held = clip.range(stream)
    wanted = store.next_seq(unit, log_id, stream) if from_seq is None else from_seq
    if wanted > held.next_seq:
        raise DeviceError(
            f"the clip's {records.STREAMS[stream]} end before record {wanted}, which the store has",
            "check that no other clip has this unit id",
        )
    start = max(wanted, held.first_seq)
    pulled = Pulled(records.STREAMS[stream], start, start, dropped=start - wanted)
    began = time.monotonic()
    for chunk in chunks(clip, stream, start, chunk_bytes) if start < held.next_seq else ():
        ingested = store.ingest(unit, log_id, stream, chunk.items)
        _add(pulled, chunk, ingested.new)
        if pulled.acknowledged:
            clip.ack(stream, chunk.next_seq)
        pulled.seconds = time.monotonic() - began
        if progress:
            progress(max(held.next_seq, chunk.next_seq) - start, chunk.next_seq - start, pulled.bytes)
    return pulled


def _add(pulled: Pulled, chunk: Chunk, new: int) -> None:
    pulled.next_seq = chunk.next_seq
    pulled.records += len(chunk.items)
    pulled.new += new
    pulled.bytes += chunk.size_bytes
    pulled.corrupt += chunk.corrupt
    pulled.missing += chunk.missing
    pulled.unread += chunk.unread
    pulled.altered += chunk.altered
    pulled.acknowledged = pulled.acknowledged and not chunk.unread and not chunk.altered


def _sound_chunk(clip: Clip, opener: Opener, stream: int, from_seq: int, chunk_bytes: int) -> Chunk:
    """A chunk that arrived whole; when the line damages every try, CutOff.

    A gap in the sequence that the clip does not account for is asked for once more and then believed.
    """
    for attempt in range(TRIES):
        try:
            chunk, bad_frames = _one_chunk(clip, opener, stream, from_seq, chunk_bytes)
        except NoAnswer:
            if attempt + 1 == TRIES:
                raise
            continue
        unexplained = chunk.altered or (chunk.missing and not chunk.explained)
        if not bad_frames and (attempt or not unexplained):
            return chunk
    raise CutOff(
        f"the line to {clip.path} damages what the clip sends", "try another cable or port and run this again"
    )


def _one_chunk(clip: Clip, opener: Opener, stream: int, from_seq: int, chunk_bytes: int) -> tuple[Chunk, int]:
    """One PULL: the chunk, and how many frames were damaged on the way."""
    reader = records.Reader()
    items: list[tuple[records.Record, bytes]] = []
    size = damaged = altered = 0
    for part in clip.pull(stream, from_seq, chunk_bytes):
        if not isinstance(part, PullEnd):
            size += len(part)
            blocks, torn = split(part)
            damaged += torn
            for block in blocks:
                plain = opener.open(block)
                altered += plain is None
                # A block that the store had the beginning of comes whole.
                items += [item for item in reader.feed(plain or b"", last=True) if item[0].seq >= from_seq]
            continue
        gaps, absent = _gaps(sorted(record.seq for record, _ in items), from_seq, part.next_seq)
        missing = max(0, absent - reader.unknown)
        chunk = Chunk(
            items,
            part.next_seq,
            part.more,
            corrupt=gaps if missing else 0,
            explained=bool(part.corrupt or damaged or reader.corrupt),
            unread=reader.unknown,
            missing=missing,
            size_bytes=size,
            altered=altered,
        )
        return chunk, part.bad_frames
    raise AssertionError("a pull ends with a PullEnd or an error")


def _gaps(seqs: list[int], start: int, end: int) -> tuple[int, int]:
    """(stretches, numbers) that are absent from the ascending `seqs` between `start` and `end`."""
    stretches = absent = 0
    for seq in [*seqs, end]:
        if seq > start:
            stretches += 1
            absent += seq - start
        start = max(start, seq + 1)
    return stretches, absent
