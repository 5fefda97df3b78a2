# Reads the golden vectors; used by the core tests on both interpreters and by the tool that writes the vectors.
import json
from binascii import hexlify, unhexlify


def load(name):
    """The content of tests/vectors/NAME."""
    here = __file__.replace("\\", "/")
    folder = here[: here.rfind("/")] if "/" in here else "."
    with open(folder + "/../vectors/" + name) as file:
        return json.load(file)


def plain(values, leave_out=()):
    """Field values as JSON takes them: bytes as hexadecimal text."""
    return {
        key: hexlify(value).decode() if isinstance(value, bytes) else value
        for key, value in values.items()
        if key not in leave_out
    }


def fields(layout, values):
    """Field values of a vector as the layout packs them: text back to bytes."""
    raw = [name for name, code, _, _ in layout.fields if code == "*" or code[0] == "b"]
    return {key: unhexlify(value) if key in raw else value for key, value in values.items()}
