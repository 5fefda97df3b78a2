"""MicroPython on emulated chips, with every instruction counted: source, runtime, volume, machine."""
