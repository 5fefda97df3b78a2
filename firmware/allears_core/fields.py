# Field tables to bytes and back: the only place that calls struct. Records and messages are Layouts.
import struct

# code -> (struct code, lowest, highest); "bN" is N raw bytes, "*" the rest of the payload (last field only).
_RANGES = {
    "u8": ("B", 0, 0xFF),
    "i8": ("b", -0x80, 0x7F),
    "u16": ("H", 0, 0xFFFF),
    "i16": ("h", -0x8000, 0x7FFF),
    "u32": ("I", 0, 0xFFFFFFFF),
    "i32": ("i", -0x80000000, 0x7FFFFFFF),
}
NONE_U32 = 0xFFFFFFFF  # "no value" in a u32 field
NONE_U16 = 0xFFFF  # "no value" in a u16 field


def saturate(code, value):
    """Nearest value that an integer field of type `code` can hold."""
    _, low, high = _RANGES[code]
    return low if value < low else high if value > high else value


class Layout:
    """One table of fields, packed little-endian without padding.

    fields: tuples (name, code, unit, since); `since` is the format version that added the field.
    Readers take longer payloads (a newer writer) and shorter ones (an older writer: missing fields are None).
    """

    def __init__(self, code, name, fields):
        self.code = code
        self.name = name
        self.fields = fields
        self.names = tuple(field[0] for field in fields)
        self._whole = None  # struct format of all fields but "*", made when it is first needed
        self._whole_bytes = 0

    def pack(self, **values):
        """Bytes of the payload. Integers saturate; every field must be given, no other may be."""
        if len(values) != len(self.fields):
            raise ValueError("%s takes exactly %s" % (self.name, ", ".join(self.names)))
        # Packed in one go: on the chip the search for room on the heap costs more than all else, for every piece anew.
        found = []
        rest = b""
        for name, code, _, _ in self.fields:
            value = values[name]
            if code == "*":
                rest = bytes(value)
            elif code in _RANGES:
                found.append(saturate(code, value))
            elif len(value) == int(code[1:]):
                found.append(bytes(value))
            else:
                raise ValueError("%s.%s takes %s bytes" % (self.name, name, code[1:]))
        packed = struct.pack(self._format(), *found)
        return packed + rest if rest else packed

    def _format(self):
        if self._whole is None:
            self._whole = "<" + "".join([_struct_code(field[1]) for field in self.fields if field[1] != "*"])
            self._whole_bytes = struct.calcsize(self._whole)
        return self._whole

    def unpack(self, data):
        """Dictionary of field values; raises ValueError when the payload ends inside a field."""
        whole = self._format()
        if len(data) < self._whole_bytes:
            return self._unpack_short(data)
        found = struct.unpack_from(whole, data)
        values = dict(zip(self.names, found))  # noqa: B905  MicroPython's zip knows no strict
        if len(values) < len(self.names):
            values[self.names[-1]] = bytes(data[self._whole_bytes :])
        return values

    def _unpack_short(self, data):
        values = {}
        at = 0
        for name, code, _, _ in self.fields:
            if code == "*":
                values[name] = b""
            elif at >= len(data):
                values[name] = None
            else:
                values[name], at = _take(self, name, code, data, at)
        return values


def _struct_code(code):
    return code[1:] + "s" if code[0] == "b" else _RANGES[code][0]


def _take(layout, name, code, data, at):
    size = int(code[1:]) if code[0] == "b" else int(code[1:]) // 8
    if at + size > len(data):
        raise ValueError("%s ends inside %s" % (layout.name, name))
    return struct.unpack_from("<" + _struct_code(code), data, at)[0], at + size
