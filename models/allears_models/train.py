"""Training: calls run side by side in chunks, the state carried from chunk to chunk, weights averaged."""

from __future__ import annotations

import copy
import math
import sys
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from allears_core.params import BANDS
from allears_models import metrics
from allears_models.dataset import CallSet
from allears_models.inputs import band_offset, network_inputs
from allears_models.net import INPUT_SCALE, Duplex

Int16 = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Recipe:
    """How to train; the [train] table of a configuration."""

    width: int = 32
    state: int = 56
    epochs: float = 20.0
    batch: int = 64
    chunk: int = 200
    learning_rate: float = 4e-3
    weight_decay: float = 1e-4
    quantised_share: float = 0.35  # the last part of the steps runs with weights on the int8 grid
    average: float = 0.998
    gain_db: float = 6.0  # augmentation: each channel's gain and smooth colouring, by call and visit
    colour_db: float = 3.0
    head_weights: tuple[float, float, float] = (1.0, 1.2, 1.0)
    seed: int = 1
    threads: int = 1  # more only helps on idle cores: the steps are short and the threads wait for each other


@dataclass(frozen=True)
class Trained:
    """The averaged network, the band offsets it was trained with, and a line a progress report."""

    net: Duplex
    offset: Int16
    log: list[str]


class Lanes:
    """Serves chunks of `batch` calls side by side; joins calls so that half start from another call's state."""

    def __init__(self, inputs: Int16, targets: npt.NDArray[np.bool_], recipe: Recipe) -> None:
        self._inputs, self._targets, self._recipe = inputs, targets, recipe
        self._rng = np.random.default_rng(recipe.seed)

    def rounds(self) -> int:
        """Chunks in one pass over the set."""
        return len(self._inputs) // self._batch() * (self._inputs.shape[1] // self._recipe.chunk)

    def _batch(self) -> int:
        return min(self._recipe.batch, len(self._inputs))

    def epoch(self):  # type: ignore[no-untyped-def]
        """Yield (inputs, targets, new) chunks; `new` flags the calls whose state is to be reset."""
        size, chunk, batch = self._inputs.shape[1], self._recipe.chunk, self._batch()
        order = self._rng.permutation(len(self._inputs))
        for first in range(0, len(order) // batch * batch, batch):
            rows = np.sort(order[first : first + batch])
            colour = self._colour(batch)
            new = torch.from_numpy(self._rng.random(batch) < 0.6)
            start = int(self._rng.integers(size % chunk + 1))
            for at in range(start, size - chunk + 1, chunk):
                values = self._inputs[rows, at : at + chunk].astype(np.float32)
                values[:, :, : 2 * BANDS] += colour[:, None, :]
                yield torch.from_numpy(values / INPUT_SCALE), self._goals(rows, at, chunk), new
                new = torch.zeros(batch, dtype=torch.bool)

    def _goals(self, rows: npt.NDArray[np.int64], at: int, chunk: int) -> torch.Tensor:
        speech = self._targets[rows, at : at + chunk]
        return torch.from_numpy(np.concatenate([speech, speech.all(2, keepdims=True)], 2).astype(np.float32))

    def _colour(self, batch: int) -> npt.NDArray[np.float32]:
        """Gain and smooth colouring of both channels in Q8 log2 power."""
        anchors = self._rng.normal(0, self._recipe.colour_db, (batch, 2, 5))
        grid = np.linspace(0, 4, BANDS)
        low = np.minimum(grid.astype(int), 3)
        curve = anchors[..., low] * (1 - grid + low) + anchors[..., low + 1] * (grid - low)
        curve += self._rng.uniform(-1, 1, (batch, 2, 1)) * self._recipe.gain_db
        return (curve.reshape(batch, 2 * BANDS) * (256 / 3.0103)).astype(np.float32)


def rate_at(step: int, steps: int, recipe: Recipe) -> float:
    """Learning rate: 4 % of the steps to warm up, then half a cosine down to 1 %."""
    warm = max(1, int(0.04 * steps))
    if step < warm:
        return recipe.learning_rate * (step + 1) / warm
    return recipe.learning_rate * (
        0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
    )


def train(calls: CallSet, recipe: Recipe, check: CallSet | None = None) -> Trained:
    """Train on a set; every second epoch print loss and, with `check`, AUC on those calls, to stderr."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    offset = band_offset(calls.bands)
    lanes = Lanes(network_inputs(calls.bands, offset), calls.speech, recipe)
    net = Duplex(recipe.width, recipe.state)
    mean = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    steps, step, losses, log = max(1, int(recipe.epochs * lanes.rounds())), 0, [], []
    state, began, epoch = torch.zeros(1, 0, recipe.state), time.monotonic(), 0
    check_inputs = None if check is None else network_inputs(check.bands, offset)
    while step < steps:
        for inputs, targets, new in lanes.epoch():
            if state.shape[1] != len(inputs):
                state = torch.zeros(1, len(inputs), recipe.state)
            for group in optimiser.param_groups:
                group["lr"] = rate_at(step, steps, recipe)
            quantised = step > (1 - recipe.quantised_share) * steps
            loss, state = _update(
                net, optimiser, inputs, targets, state.masked_fill(new[None, :, None], 0), quantised, recipe
            )
            _average(mean, net, min(recipe.average, step / (step + 10)))
            losses.append(loss)
            step += 1
            if step == steps:
                break
        epoch += 1
        if epoch % 2 == 0 or step == steps:
            line = f"step {step}/{steps} loss {np.mean(losses[-lanes.rounds() :]):.4f} {time.monotonic() - began:.0f} s"
            if check is not None and check_inputs is not None:
                line += " AUC " + " ".join(
                    f"{value:.4f}" for value in _check(mean, check_inputs, check, step == steps)
                )
            log.append(line)
            print(line, file=sys.stderr, flush=True)
    return Trained(mean.eval(), offset, log)


def _update(
    net: Duplex,
    optimiser: torch.optim.Optimizer,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    state: torch.Tensor,
    quantised: bool,
    recipe: Recipe,
) -> tuple[float, torch.Tensor]:
    """One step on one chunk. Returns the loss and the state to carry on from."""
    logits, last = net(inputs, state, quantised)
    raw = torch.nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    loss = (raw.mean((0, 1)) * torch.tensor(recipe.head_weights)).sum()
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    optimiser.step()
    net.keep_in_range()
    return float(loss.detach()), last.detach()


@torch.no_grad()
def _average(mean: Duplex, net: Duplex, keep: float) -> None:
    for old, new in zip(mean.parameters(), net.parameters(), strict=True):
        old.lerp_(new, 1 - keep)


@torch.no_grad()
def float_logits(net: Duplex, inputs: Int16, quantised: bool) -> npt.NDArray[np.float32]:
    """Logits (calls, hops, 3) of inputs (calls, hops, 120), every call from reset."""
    parts = []
    for first in range(0, len(inputs), 32):
        values = torch.from_numpy(inputs[first : first + 32].astype(np.float32) / INPUT_SCALE)
        parts.append(net(values, torch.zeros(1, len(values), net.state), quantised)[0].numpy())
    return np.concatenate(parts)


def _check(net: Duplex, inputs: Int16, calls: CallSet, quantised: bool) -> list[float]:
    logits = float_logits(net, inputs, quantised)
    truth = np.concatenate([calls.speech, calls.speech.all(2, keepdims=True)], 2)
    return [metrics.auc(logits[..., head].ravel(), truth[..., head].ravel()) for head in range(3)]
