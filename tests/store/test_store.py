"""The store keeps what it is given, once, in the clip's own names, and refuses what it cannot read."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allears.errors import BadInput, MissingInput, StoreLocked, StoreVersion
from allears.store import Store
from allears.store.columns import COLUMNS, TABLES
from allears.store.schema import HOUSE
from allears_core import fields, records

DUCKDB_HEADERS_BYTES, DUCKDB_BLOCK_BYTES = 3 * 4096, 256 * 1024


def test_records_land_raw_and_typed_with_kinds_as_words(clip: SimpleNamespace, tmp_path: Path) -> None:
    items = [
        clip.packed(
            records.EVENT, 0, call=3, kind=3, subtype=2, onset_hop=1000, floor=2, agent_level_q8=-6144
        ),
        clip.packed(records.CUE, 1, kind=0, strength=1, suppressed=1, reason_hop=fields.NONE_U32),
        clip.packed(records.BOOT, 2, unit=bytes(range(8)), firmware=b"0.1.0"),
        clip.packed(records.CLOCK, 3, utc_s=fields.NONE_U32),
    ]
    with clip.named(Store(tmp_path / "s.duckdb")) as store:
        assert store.ingest(clip.UNIT, clip.LOG, records.EVENTS, items).new == 4
        query = store.connection.execute
        assert query("SELECT kind, subtype, floor, onset_hop, agent_level_q8 FROM events").fetchall() == [
            ("talk-over", "floor-taken", "customer", 1000, -6144)
        ]
        assert query("SELECT kind, strength, suppressed, reason_hop FROM cues").fetchall() == [
            ("talk-over", "firm", "budget", None)
        ]
        assert query("SELECT boot_unit, firmware FROM boots").fetchall() == [("0001020304050607", "0.1.0")]
        assert query("SELECT utc_s FROM clocks").fetchall() == [(None,)]
        assert query("SELECT raw FROM records ORDER BY seq").fetchall() == [(raw,) for _, raw in items]


def test_a_tray_is_stored_like_its_logs_one_by_one(clip: SimpleNamespace, tmp_path: Path) -> None:
    pulled = [
        (
            unit,
            clip.LOG,
            stream,
            [clip.packed(records.STATE, seq, hop=seq) for seq in range(first, first + 4)],
        )
        for unit, first in (("aa", 0), ("bb", 7))
        for stream in records.STREAMS
    ]
    tables = ("records", "states", "cursors")
    found = []
    for name, at_once in (("tray", True), ("single", False)):
        with Store(tmp_path / f"{name}.duckdb") as store:
            for unit in ("aa", "bb"):
                store.put_unit(unit, clip.LOG, pseudonym=unit)
            told = store.ingest_tray(pulled) if at_once else [store.ingest(*one) for one in pulled]
            assert [(one.new, one.known) for one in told] == [(4, 0)] * 4
            assert [one.known for one in store.ingest_tray(pulled)] == [4] * 4
            found.append(
                [
                    store.connection.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall()
                    for table in tables
                ]
            )
    assert found[0] == found[1]


def test_a_log_comes_once_in_a_tray_and_an_unknown_one_leaves_nothing(
    clip: SimpleNamespace, tmp_path: Path
) -> None:
    mark = [clip.packed(records.MARK, 0)]
    with clip.named(Store(tmp_path / "s.duckdb")) as store:
        with pytest.raises(ValueError, match="twice"):
            store.ingest_tray([(clip.UNIT, clip.LOG, 0, mark), (clip.UNIT, clip.LOG, "events", mark)])
        with pytest.raises(ValueError, match="no owner"):
            store.ingest_tray([(clip.UNIT, clip.LOG, 0, mark), ("ff", clip.LOG, 0, mark)])
        assert store.connection.execute("SELECT count(*) FROM records").fetchall() == [(0,)]


def test_ingest_is_idempotent_and_survives_reopening(clip: SimpleNamespace, tmp_path: Path) -> None:
    items = [clip.packed(records.MARK, seq, hop=seq) for seq in range(10)]
    with clip.named(Store(tmp_path / "s.duckdb")) as store:
        assert store.next_seq(clip.UNIT, clip.LOG, "events") == 0
        store.ingest(clip.UNIT, clip.LOG, "events", items[:6])
        again = store.ingest(clip.UNIT, clip.LOG, "events", items[3:])
        assert (again.new, again.known) == (4, 3)
    with Store(tmp_path / "s.duckdb") as store:
        assert store.next_seq(clip.UNIT, clip.LOG, "events") == 10
        assert store.next_seq(clip.UNIT, clip.LOG, "summaries") == 0
        assert store.ingest(clip.UNIT, clip.LOG, "events", items).new == 0
        assert store.connection.execute("SELECT seq FROM marks ORDER BY seq").fetchall() == [
            (n,) for n in range(10)
        ]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pulls=st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=6))
def test_any_order_of_overlapping_pulls_stores_each_sequence_once(
    clip: SimpleNamespace, pulls: list[list[int]]
) -> None:
    with clip.named(Store(":memory:")) as store:
        for pull in pulls:
            store.ingest(
                clip.UNIT, clip.LOG, 1, [clip.packed(records.LOST, seq, first_seq=seq) for seq in pull]
            )
        wanted = sorted({seq for pull in pulls for seq in pull})
        assert store.connection.execute("SELECT first_seq FROM losses ORDER BY 1").fetchall() == [
            (s,) for s in wanted
        ]
        assert store.connection.execute("SELECT seq FROM records ORDER BY 1").fetchall() == [
            (s,) for s in wanted
        ]
        assert store.next_seq(clip.UNIT, clip.LOG, 1) == max(wanted, default=-1) + 1


def test_a_failing_ingest_leaves_nothing_behind(clip: SimpleNamespace, tmp_path: Path) -> None:
    with Store(tmp_path / "s.duckdb") as store:
        with pytest.raises(ValueError, match="put_unit"):
            store.ingest(clip.UNIT, clip.LOG, 0, [clip.packed(records.MARK, 0)])
        assert store.connection.execute("SELECT count(*) FROM records").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("record", "columns"),
    [
        ("EVENT", {"kind", "subtype", "floor"}),
        ("CUE", {"kind", "strength", "suppressed"}),
        ("STATE", {"state", "source"}),
        ("CUE_NOTE", {"note"}),
        ("MARK", {"mark"}),
        ("BOOT", {"reset_cause"}),
        ("HEALTH", {"code"}),
    ],
)
def test_every_index_is_stored_as_its_word(record: str, columns: set[str]) -> None:
    (code,) = [layout.code for layout in records.LAYOUTS if layout.name == record]
    indices = {name for name, _, unit, _ in records.BY_CODE[code].fields if "index into" in unit}
    words = {c.name for c in COLUMNS[record] if c.field in indices and isinstance(c.decode(0), str)}
    assert words == columns
    assert next(c for c in COLUMNS[record] if c.name in columns).decode(200) == "unknown-200"


def test_fields_with_a_none_value_are_null(clip: SimpleNamespace, tmp_path: Path) -> None:
    with clip.named(Store(tmp_path / "s.duckdb")) as store:
        call = clip.packed(
            records.CALL, 0, first_word_hops=0xFFFF, opening_share_q8=0xFFFF, opening_whole=255, end_hop=9
        )
        store.ingest(clip.UNIT, clip.LOG, 0, [call, clip.packed(records.MARK, 1, call=0xFFFF)])
        assert store.connection.execute(
            "SELECT first_word_hops, opening_share_q8, opening_whole, end_hop FROM calls"
        ).fetchall() == [(None, None, None, 9)]
        assert store.connection.execute("SELECT call FROM marks").fetchall() == [(None,)]


def test_an_older_clip_that_lacks_the_last_fields_gives_null(clip: SimpleNamespace, tmp_path: Path) -> None:
    payload = records.MARK.pack(hop=5, call=1, mark=0)[:6]
    head = records.HEADER.pack(
        magic=records.MAGIC, type=records.MARK.code, length=len(payload), boot=1, seq=0, ms=0
    )
    crc = records.crc32(payload, records.crc32(head))
    (item,) = records.Reader().feed(head + payload + records.TRAILER.pack(crc=crc), last=True)
    with clip.named(Store(tmp_path / "s.duckdb")) as store:
        store.ingest(clip.UNIT, clip.LOG, 0, [item])
        assert store.connection.execute("SELECT hop, mark FROM marks").fetchall() == [(5, None)]


def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.write_text("hello\n" * 1000)
    with pytest.raises(BadInput, match="not an AllEars store"):
        Store(junk)
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("CREATE TABLE things (name VARCHAR)")
    with pytest.raises(BadInput, match="not an AllEars store"):
        Store(tmp_path / "other.duckdb")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("things",)]
    with pytest.raises(BadInput, match="folder"):
        Store(tmp_path)
    with pytest.raises(MissingInput, match="no store"):
        Store(tmp_path / "none.duckdb", read_only=True)
    assert not (tmp_path / "none.duckdb").exists()


def test_a_damaged_store_is_named(clip: SimpleNamespace, tmp_path: Path) -> None:
    """One block at a time is spoilt; what is found on opening and what is found on reading says the same."""
    path, spoilt = tmp_path / "s.duckdb", tmp_path / "spoilt.duckdb"
    with clip.named(Store(path)) as store:
        store.ingest(
            clip.UNIT, clip.LOG, records.EVENTS, [clip.packed(records.MARK, seq) for seq in range(20_000)]
        )
    content = path.read_bytes()
    found = 0
    for at in range(DUCKDB_HEADERS_BYTES, len(content), DUCKDB_BLOCK_BYTES):
        spoilt.write_bytes(content[: at + 100] + bytes([content[at + 100] ^ 0xFF]) + content[at + 101 :])
        try:
            with Store(spoilt, read_only=True) as store:
                for table in ("units", "cursors", "records", "marks"):
                    store.connection.execute(f"SELECT sum(hash(COLUMNS(*))) FROM {table}").fetchall()
        except BadInput as error:
            assert "damaged" in str(error) and "--store" in str(error)
            found += 1
    assert found >= 2


def test_a_store_from_a_newer_release_is_refused(tmp_path: Path) -> None:
    Store(tmp_path / "s.duckdb").close()
    with duckdb.connect(str(tmp_path / "s.duckdb")) as connection:
        connection.execute("INSERT INTO schema_version VALUES (99, 'from the future')")
    with pytest.raises(StoreVersion, match="schema 99"):
        Store(tmp_path / "s.duckdb")


def test_a_store_another_process_holds_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    code = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "open\n"
        with pytest.raises(StoreLocked, match="in use"):
            Store(path)
    finally:
        holder.communicate("")


def test_put_unit_updates_a_known_log_and_never_unmarks_example_data(
    clip: SimpleNamespace, tmp_path: Path
) -> None:
    with Store(tmp_path / "s.duckdb") as store:
        store.put_unit(clip.UNIT, clip.LOG, pseudonym="Heron", team="North", example=True)
        store.put_unit(clip.UNIT, clip.LOG, pseudonym="Heron", team="South")
        assert store.connection.execute("SELECT pseudonym, team, example FROM units").fetchall() == [
            ("Heron", "South", True)
        ]


def test_a_store_older_than_a_table_gets_it(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    Store(path).close()
    with duckdb.connect(str(path)) as old:
        for table in (*HOUSE, *TABLES.values()):
            old.execute(f"DROP TABLE {table}")
    with pytest.raises(StoreVersion):
        Store(path, read_only=True)
    with Store(path) as store:
        for table in (*HOUSE, *TABLES.values()):
            assert store.connection.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)]
    Store(path, read_only=True).close()


def test_a_store_older_than_a_record_field_gets_its_column(tmp_path: Path, clip: SimpleNamespace) -> None:
    with clip.named(Store(tmp_path / "s.duckdb")) as store:
        store.ingest(clip.UNIT, clip.LOG, 0, [clip.packed(records.MARK, 0, hop=1)])
        store.connection.execute("ALTER TABLE marks DROP COLUMN mark")
    with pytest.raises(StoreVersion, match="older release"):
        Store(tmp_path / "s.duckdb", read_only=True)
    with Store(tmp_path / "s.duckdb") as store:
        store.ingest(clip.UNIT, clip.LOG, 0, [clip.packed(records.MARK, 1, hop=2, mark=1)])
        assert store.connection.execute("SELECT hop, mark FROM marks ORDER BY seq").fetchall() == [
            (1, None),
            (2, "shift-start"),
        ]
    Store(tmp_path / "s.duckdb", read_only=True).close()


def test_doubts_are_stored_as_words() -> None:
    decode = next(column for column in COLUMNS["EVENT"] if column.name == "doubts").decode
    first, second, next_bit = *records.DOUBTS[:2], len(records.DOUBTS)
    assert [decode(bits) for bits in (0, 1, 3, 1 << next_bit, None)] == [
        "",
        first,
        f"{first} {second}",
        f"unknown-{next_bit}",
        None,
    ]
