# Runs before main.py. The application collects when the sound's ring is calm; this is the backstop.
import gc
import sys

import vfs

import loader

gc.threshold(128 * 1024)
slots = loader.Slots()
slots.choose(vfs.mount, sys.path)
