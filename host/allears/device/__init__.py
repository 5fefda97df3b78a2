"""Clips on a serial line: finding one, opening it, asking it things."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from allears.device.client import HELLO_S, Clip, LogRange, PullEnd
from allears.device.ports import AUTO, SIM, found, the_only

__all__ = ["Clip", "LogRange", "PullEnd", "open_clip", "port_path"]

SIM_HELLO_S = 20.0  # a virtual clip that was just started loads its application first


@contextmanager
def port_path(port: str = AUTO) -> Iterator[str]:
    """Path of the serial port behind "auto", "sim:[NAME]" or a path.

    A virtual clip that does not run yet is started for as long as the context lasts. Raises NoDevice.
    """
    if not port.startswith(SIM):
        yield the_only(found()) if port == AUTO else port
        return
    from allears import sim

    with sim.join(port[len(SIM) :]) as virtual:
        yield virtual.port


def open_clip(port: str = AUTO, wait_s: float | None = None) -> Clip:
    """The clip on `port`: "auto", "sim:[NAME]" or a path; greeted, ready, to be closed by the caller.

    wait_s: how long the clip may take to answer its first greeting. Raises NoDevice, PortBusy, WrongDevice,
    ProtocolMismatch.
    """
    if wait_s is None:
        wait_s = SIM_HELLO_S if port.startswith(SIM) else HELLO_S
    with ExitStack() as until_closed:
        path = until_closed.enter_context(port_path(port))
        clip = Clip(path, wait_s)
        clip.holding = until_closed.pop_all()
        return clip
