# Runs before main.py. The application collects when the sound's ring is calm; this is the backstop.
import gc
import sys

import micropython

micropython.kbd_intr(-1)  # Ctrl-C is a byte like others until the application knows that no key is held here

import vfs  # noqa: E402

import loader  # noqa: E402

gc.threshold(128 * 1024)
slots = loader.Slots()
slots.choose(vfs.mount, sys.path)
