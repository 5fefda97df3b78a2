"""Which port: naming the one clip that is plugged in, and never choosing between two."""

from dataclasses import dataclass

from serial.tools import list_ports

from allears.errors import NoDevice

AUTO = "auto"
SIM = "sim:"

# USB vendor and product ids of the boards' runtimes, from MicroPython's board definitions. A match makes a
# port a candidate; that a clip is behind it only its HELLO says.
USB_IDS = {
    (0x2E8A, 0x0005): "xiao_rp2350",
    (0x303A, 0x4001): "xiao_esp32s3",
}


@dataclass(frozen=True)
class Port:
    """A serial port that may lead to a clip. usb_serial: the board's own, "" where it tells none."""

    path: str
    board: str
    usb_serial: str


def found() -> list[Port]:
    """Ports whose USB ids are those of a clip's board and that tell a serial number, by path."""
    ports = [
        Port(info.device, USB_IDS[(info.vid, info.pid)], info.serial_number)
        for info in list_ports.comports()
        if (info.vid, info.pid) in USB_IDS and info.serial_number
    ]
    return sorted(ports, key=lambda port: port.path)


def the_only(ports: list[Port]) -> str:
    """Path of the one port in `ports`; NoDevice when there is none, or more than one to choose from."""
    if not ports:
        raise NoDevice(
            "no clip is plugged in",
            "plug one in, or use `--port sim:` for the virtual clip",
        )
    if len(ports) > 1:
        names = ", ".join(f"{port.path} ({port.board} {port.usb_serial})" for port in ports)
        raise NoDevice(f"more than one clip is plugged in: {names}", "choose one with --port")
    return ports[0].path
