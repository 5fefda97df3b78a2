"""The built-in demo call: small, the same on every machine, in range, and as its script intends."""

import hashlib
import json

import numpy as np
import pytest
import soundfile

from allears.demo import acoustics
from allears.demo.call import dry_tracks, load_utterances, render_call, write_call
from allears.demo.script import DATA_FOLDER, load_script, place
from allears.demo.truth import HOP_S, bursts, spans, turns

CALL_SHA256 = "249a321f308ce0dfe55d46f2eb7724955e718d634c2949334bdc175611d1ca1c"


@pytest.fixture(scope="module")
def rendered():
    return render_call()


@pytest.fixture(scope="module")
def truth(rendered):
    return rendered[1]


def only_speaks(truth, side):
    other = {"agent": truth.customer, "customer": truth.agent}[side]
    return getattr(truth, side) & ~other


def test_the_shipped_data_is_at_most_one_megabyte():
    assert sum(path.stat().st_size for path in DATA_FOLDER.rglob("*") if path.is_file()) <= 1_000_000


def test_every_line_has_its_utterance_and_no_other_is_shipped():
    shipped = {path.stem for path in (DATA_FOLDER / "utterances").glob("*.flac")}
    assert shipped == {line.id for line in load_script().lines}


def test_utterances_are_mono_8_khz_and_none_is_clipped():
    for path in (DATA_FOLDER / "utterances").glob("*.flac"):
        sound, rate_hz = soundfile.read(path, dtype="int16")
        assert (sound.ndim, rate_hz) == (1, 8000), path.name
        assert np.abs(sound.astype(int)).max() < 32767 - 128, path.name


def test_the_call_is_the_same_to_the_sample(rendered):
    call, _ = rendered
    assert hashlib.sha256(call.astype("<i2").tobytes()).hexdigest() == CALL_SHA256


def test_the_call_lasts_four_to_five_minutes_in_whole_hops(rendered):
    call, truth = rendered
    assert call.dtype == np.int16
    assert call.shape == (len(truth.agent) * 128, 2)
    assert len(truth.agent) == len(truth.customer)
    assert 240 <= len(call) / 8000 <= 300


def test_speech_levels_and_crosstalk_are_those_of_the_acoustic_family(rendered):
    call, truth = rendered
    mouth, ear = call[:, 0], call[:, 1]
    agent, customer = only_speaks(truth, "agent"), only_speaks(truth, "customer")
    assert acoustics.level_dbfs(mouth, agent) == pytest.approx(-26, abs=0.5)
    assert acoustics.level_dbfs(ear, customer) == pytest.approx(-34, abs=0.5)
    assert acoustics.level_dbfs(ear, agent) == pytest.approx(-42, abs=0.5)
    # The customer bleeds into the mouth microphone 22 dB below the ear: -56 dBFS, under -52 dBFS of office.
    assert acoustics.level_dbfs(mouth, customer) == pytest.approx(10 * np.log10(10**-5.6 + 10**-5.2), abs=0.5)


def test_noise_between_turns_is_quiet_but_never_digital_silence(rendered):
    call, truth = rendered
    silence = ~(truth.agent | truth.customer)
    assert -56 < acoustics.level_dbfs(call[:, 0], silence) < -48
    assert -64 < acoustics.level_dbfs(call[:, 1], silence) < -54
    hops = call[: len(silence) * 128].reshape(-1, 128, 2)
    assert (np.abs(hops.astype(int)).max(axis=1) > 0).all()


def test_nothing_clips(rendered):
    assert np.abs(rendered[0].astype(int)).max() < 30000


def test_written_call_reads_back_the_same(tmp_path, rendered):
    path = tmp_path / "demo.flac"
    truth = write_call(path)
    read, rate_hz = soundfile.read(path, dtype="int16")
    assert rate_hz == 8000
    assert (read == rendered[0]).all()
    assert truth.events == rendered[1].events


def test_the_truth_kept_beside_the_script_is_what_the_tracks_say(truth):
    assert json.loads((DATA_FOLDER / "truth.json").read_text()) == truth.as_json()


def test_every_intention_of_the_script_comes_true_and_nothing_else_happens(truth):
    """One event for each `expect`, at its line (a dead air: ending at its line), of the very class."""
    script = load_script()
    starts = place(script, {name: len(sound) for name, sound in load_utterances(script).items()})
    wanted = sorted((starts[line.id] / 8000, line.expect) for line in script.lines if line.expect)
    happened = []
    for event in truth.events:
        at_s = event.onset_s + (event.duration_s if event.kind == "dead-air" else 0)
        happened.append((at_s, f"{event.kind}/{event.subtype}" if event.subtype else event.kind))
    happened.sort()
    assert [kind for _, kind in happened] == [kind for _, kind in wanted]
    for (at_s, kind), (wanted_s, _) in zip(happened, wanted, strict=True):
        assert at_s == pytest.approx(wanted_s, abs=0.1), kind


def test_the_call_holds_every_class_it_is_meant_to_show(truth):
    kinds = [event.kind for event in truth.events]
    subtypes = {event.subtype for event in truth.events if event.kind == "talk-over"}
    assert subtypes == {"floor-taken", "attempt", "mutual"}
    assert kinds.count("acknowledgement") >= 4
    assert kinds.count("early-answer") >= 2
    assert kinds.count("simultaneous-start") == 1
    assert kinds.count("monologue") == 1
    assert all(event.overlap_s > 1.2 for event in truth.events if event.kind == "talk-over")
    soft, firm = sorted(event.duration_s for event in truth.events if event.kind == "dead-air")
    assert 7.5 < soft < 9 and firm > 11


def test_no_event_lies_near_the_edge_of_its_class(truth):
    """A detector a tenth of a second out still sees the same call."""
    for event in truth.events:
        if event.kind == "acknowledgement":
            assert event.duration_s < 0.7
        if event.kind == "early-answer":
            assert event.overlap_s < 0.45
        if event.kind == "talk-over":
            assert abs(event.overlap_s - 2.0) > 0.3
        if event.kind == "monologue":
            assert event.duration_s > 62


def test_the_agent_greets_within_seconds_and_the_customer_is_heard_out(truth):
    agent, customer = turns(bursts(truth.agent)), turns(bursts(truth.customer))
    assert agent[0][0] * HOP_S < 3
    assert agent[0][1] < customer[0][0]
    assert (customer[0][1] - customer[0][0]) * HOP_S > 15


def test_gaps_where_the_agent_answers_are_ordinary_ones(truth):
    """No agent turn begins in the 0.2 s after the customer's last word, where "answer" and "overlap" blur."""
    customer = turns(bursts(truth.customer))
    for onset, _ in turns(bursts(truth.agent)):
        since = [(onset - end) * HOP_S for _, end in customer if end <= onset]
        assert not since or since[-1] > 0.25


def whole_customer_turns(truth):
    """Ends, in seconds, of customer turns of 10 s or more without a talk-over."""
    cut = [event.onset_s for event in truth.events if event.kind == "talk-over"]
    found = []
    for first, end in turns(bursts(truth.customer)):
        whole = not any(first * HOP_S <= onset_s < end * HOP_S for onset_s in cut)
        if (end - first) * HOP_S >= 10.5 and whole:
            found.append(end * HOP_S)
    return found


def test_cues_are_spaced_so_that_each_kind_fires_and_some_meet_the_budget(truth):
    delay_s = {"talk-over": 0.8, "dead-air": 6.0, "monologue": 60.0}
    due = [(e.onset_s + delay_s[e.kind], e.kind) for e in truth.events if e.kind in delay_s]
    due.append((whole_customer_turns(truth)[2] + 1.0, "positive"))
    fired, suppressed = [], []
    for at_s, kind in sorted(due):
        since_s = at_s - fired[-1][0] if fired else 100.0
        assert not 40 < since_s < 47, f"{kind} at {at_s:.1f} s: too near 45 s after the cue before it"
        (fired if since_s >= 45 else suppressed).append((at_s, kind))
    assert [kind for _, kind in fired] == ["talk-over", "dead-air", "positive", "monologue", "dead-air"]
    assert [kind for _, kind in suppressed] == ["talk-over", "talk-over"]


def test_the_agents_share_of_talk_earns_no_cue_that_would_crowd_out_the_others(truth):
    window = round(180 / HOP_S)
    agent, customer = (np.cumsum(np.concatenate(([0], track))) for track in (truth.agent, truth.customer))
    for now in range(1, len(agent)):
        then = max(0, now - window)
        spoke = agent[now] - agent[then], customer[now] - customer[then]
        assert sum(spoke) * HOP_S < 60 or spoke[0] / sum(spoke) < 0.63


def test_dry_tracks_are_silent_outside_the_scripted_lines():
    script = load_script()
    utterances = load_utterances(script)
    starts = place(script, {name: len(sound) for name, sound in utterances.items()})
    for side, track in zip(("agent", "customer"), dry_tracks(script, utterances), strict=True):
        for line in script.lines:
            if line.side == side:
                track[starts[line.id] : starts[line.id] + len(utterances[line.id])] = 0
        assert spans(track != 0) == []
