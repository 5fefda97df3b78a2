"""The steps behind `python -m allears_models`; each reads what the one before left in the output folder."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from allears.signal.network import Network, read_tensors
from allears_core.detect import UNDER_AGENT_Q8
from allears_models import data, dataset, decide, export, labels
from allears_models.config import Config
from allears_models.data import DataError, Pool
from allears_models.dataset import CallSet
from allears_models.metrics import f1
from allears_models.net import Duplex
from allears_models.train import Trained, train


def say(text: str) -> None:
    """Progress goes to stderr."""
    print(text, file=sys.stderr, flush=True)


def check_data(folder: Path, config: Config) -> Pool:
    """Load the pool, list what is not used by row, and refuse to go on with fewer files than configured."""
    pool = data.load_pool(folder)
    for row in pool.rejected:
        say(f"manifest line {row.line}: {row.path} {row.reason}; skipped")
    speech = sum(clip.kind == "speech" for clip in pool.clips)
    say(f"{speech} speech and {len(pool.clips) - speech} noise files usable, {len(pool.rejected)} skipped")
    data.require(pool, config.simulation.speech_files, config.simulation.noise_files)
    for split in ("train", "dev"):
        if len({clip.speaker for clip in pool.speech(split)}) < 2 or not pool.noise(split):
            raise DataError(f"split {split!r} needs two speakers and a noise at least: complete the manifest")
    return pool


def compare_labels(folder: Path, pool: Pool) -> None:
    """Say how far the energy labels agree with the independent detector in speech_segments.csv, if there is one."""
    path = folder / "speech_segments.csv"
    if not path.is_file():
        say("no speech_segments.csv beside the manifest: the labels are not compared with another detector")
        return
    segments = data.read_segments(path)
    pairs = [
        labels.agreement(clip.audio, segments[clip.path]) for clip in pool.clips if clip.path in segments
    ]
    alike, hops = (sum(part) for part in zip(*pairs, strict=True)) if pairs else (0, 0)
    say(
        f"labels agree with speech_segments.csv on {alike / max(hops, 1):.1%} of {hops} hops in {len(pairs)} files"
    )


def simulate(pool: Pool, config: Config, out: Path) -> None:
    """Simulate the training calls (features only) and the development calls (with audio, for the peers)."""
    plan = config.simulation
    for split, count, seed in (
        ("train", plan.train_calls, plan.seed),
        ("dev", plan.dev_calls, plan.seed + 10_000),
    ):
        say(f"simulating {count} {split} calls of {plan.seconds:.0f} s")
        dataset.simulate_set(
            pool, split, config.family, calls=count, seconds=plan.seconds, seed=seed,
            out=out / "calls" / split, keep_audio=split == "dev", workers=plan.workers,
        )  # fmt: skip


def fit(config: Config, out: Path) -> None:
    """Train on the simulated calls; writes net.npz (averaged float weights, band offsets) and train.log."""
    trained = train(
        dataset.read_set(out / "calls" / "train"), config.train, dataset.read_set(out / "calls" / "dev")
    )
    arrays = {name: value.detach().numpy() for name, value in trained.net.named_parameters()}
    np.savez(out / "net.npz", offset=trained.offset, **arrays)
    (out / "train.log").write_text("\n".join(trained.log) + "\n", encoding="utf-8")


def read_net(out: Path, config: Config) -> Trained:
    """The network that :func:`fit` wrote. Raises DataError when there is none."""
    try:
        arrays = np.load(out / "net.npz")
    except OSError as error:
        raise DataError(f"no trained network in {out} ({error}): run `train` first") from error
    net = Duplex(config.train.width, config.train.state)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(torch.from_numpy(arrays[name]))
    return Trained(net.eval(), arrays["offset"], [])


def quantise(config: Config, out: Path, source: str) -> dict[str, Any]:
    """Write the integer network to out/firmware with thresholds tuned on the development calls."""
    trained = read_net(out, config)
    facts = {"name": config.name, "trained_by": source, "thresholds": {"on_q8": [0, 0], "off_q8": [0, 0]}}
    export.write_firmware(trained.net, trained.offset, facts, out / "firmware")
    calls = dataset.read_set(out / "calls" / "dev")
    logits = Network.load(out / "firmware").run_batch(calls.bands)
    facts["thresholds"] = tune_sides(logits, calls)
    return export.write_firmware(trained.net, trained.offset, facts, out / "firmware")


def tune_sides(logits: npt.NDArray[np.int16], calls: CallSet) -> dict[str, list[int]]:
    """The manifest's thresholds: for each side the pair with the best F1 on these calls; the customer's side has
    to keep quiet through hold music as well, which the agent's microphone does not carry."""
    speech, never = calls.speech, np.zeros_like(calls.hold)
    agent = decide.tune(logits[..., 0], speech[..., 0], never)
    lower = UNDER_AGENT_Q8 * np.stack([decide.decide(row, *agent) for row in logits[..., 0]])
    customer = decide.tune(logits[..., 1], speech[..., 1], calls.hold, lower)
    thresholds = {"on_q8": [agent[0], customer[0]], "off_q8": [agent[1], customer[1]]}
    decided = np.stack([decide.sides(row, thresholds) for row in logits])
    for side, name in enumerate(("agent", "customer")):
        reached = f1(decided[..., side], speech[..., side])
        say(f"{name}: on {thresholds['on_q8'][side]} off {thresholds['off_q8'][side]} F1 {reached:.4f}")
    return thresholds


def write_models(config: Config, out: Path, firmware: Path | None) -> None:
    """Write the two ONNX models to `out`; with `firmware`, copy weights and manifest there as well."""
    trained = read_net(out, config)
    export.write_onnx(trained.net, out / "duplex-float.onnx", int8=False)
    export.write_onnx(trained.net, out / "duplex-int8.onnx", int8=True)
    if firmware is not None:
        firmware.mkdir(parents=True, exist_ok=True)
        for name in ("duplex.bin", "duplex.json"):
            shutil.copyfile(out / "firmware" / name, firmware / name)
    manifest, _ = read_tensors(out / "firmware")
    say(json.dumps({key: manifest[key] for key in ("bytes", "macs_per_hop", "parameters", "thresholds")}))
