"""Clips on a serial line: finding one, opening it, asking it things."""

from contextlib import ExitStack

from allears.device.client import HELLO_S, Clip, LogRange, PullEnd
from allears.device.ports import AUTO, SIM, found, the_only

__all__ = ["Clip", "LogRange", "PullEnd", "open_clip"]

SIM_HELLO_S = 20.0  # a virtual clip that was just started loads its application first


def open_clip(port: str = AUTO, wait_s: float = HELLO_S) -> Clip:
    """The clip on `port`: "auto", "sim:[NAME]" or a path; greeted, ready, to be closed by the caller.

    wait_s: how long the clip may take to answer its first greeting. Raises NoDevice, PortBusy, WrongDevice,
    ProtocolMismatch.
    """
    if port.startswith(SIM):
        return _open_virtual(port[len(SIM) :])
    return Clip(the_only(found()) if port == AUTO else port, wait_s)


def _open_virtual(name: str) -> Clip:
    from allears import sim

    with ExitStack() as until_closed:
        virtual = until_closed.enter_context(sim.join(name))
        clip = Clip(virtual.port, SIM_HELLO_S, until_closed.close)
        until_closed = until_closed.pop_all()
        return clip
