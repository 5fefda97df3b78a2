"""The network in PyTorch: the float twin of `signal.network`, with weights on the int8 grid when asked."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from allears.signal.network import INPUTS, LOGITS

INPUT_SCALE = 1024.0  # Q10
FIRST_LIMIT = 16383 / 2048  # the first layer's ceiling, Q11
WEIGHT_BITS = {
    "w1": 6,
    "wi": 6,
    "wh": 6,
    "wo": 5,
}  # fraction bits of the int8 weights: the grid of each layer


def on_grid(weight: Tensor, bits: int) -> Tensor:
    """The weight rounded to the int8 grid of `bits` fraction bits; its gradient passes straight through."""
    scale = 2.0**bits
    rounded = torch.clamp(torch.round(weight * scale), -127, 127) / scale
    return weight + (rounded - weight).detach()


class Duplex(nn.Module):
    """Inputs -> `width` rectified units -> GRU of `state` -> three logits. All calls are batch first."""

    def __init__(self, width: int, state: int) -> None:
        super().__init__()
        self.state = state
        self.w1 = nn.Parameter(torch.randn(width, INPUTS) * 0.06)
        self.b1 = nn.Parameter(torch.full((width,), 0.1))
        self.wi = nn.Parameter(torch.randn(3 * state, width) / width**0.5)
        self.bi = nn.Parameter(torch.zeros(3 * state))
        self.wh = nn.Parameter(torch.cat([_orthogonal(state) for _ in range(3)]))
        self.bh = nn.Parameter(torch.zeros(3 * state))
        self.wo = nn.Parameter(torch.randn(LOGITS, state) * 0.1)
        self.bo = nn.Parameter(torch.tensor([-1.0, -1.0, -3.0]))
        with torch.no_grad():  # the update gates start spread between quick and slow
            self.bi[state : 2 * state] = torch.linspace(-1.0, 4.0, state)

    def weight(self, name: str, quantised: bool) -> Tensor:
        """A weight matrix by name, on its int8 grid if `quantised`."""
        value: Tensor = getattr(self, name)
        return on_grid(value, WEIGHT_BITS[name]) if quantised else value

    def forward(self, inputs: Tensor, state: Tensor, quantised: bool = False) -> tuple[Tensor, Tensor]:
        """Logits (calls, hops, 3) and the last state, from inputs (calls, hops, 120) / 1024 and (1, calls, H)."""
        first = nn.functional.linear(inputs, self.weight("w1", quantised), self.b1).clamp(0, FIRST_LIMIT)
        flat = [self.weight("wi", quantised), self.weight("wh", quantised), self.bi, self.bh]
        hidden, last = torch._VF.gru(first, state, flat, True, 1, 0.0, self.training, False, True)
        return nn.functional.linear(hidden, self.weight("wo", quantised), self.bo), last

    @torch.no_grad()
    def keep_in_range(self) -> None:
        """Bring every weight back into what its int8 grid can hold."""
        for name, bits in WEIGHT_BITS.items():
            limit = 127 / 2.0**bits
            getattr(self, name).clamp_(-limit, limit)


def _orthogonal(size: int) -> Tensor:
    return nn.init.orthogonal_(torch.empty(size, size)) * 0.7
