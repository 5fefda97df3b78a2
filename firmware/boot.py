# Runs before main.py. The application collects when the sound's ring is calm; this is the backstop.
import gc

gc.threshold(128 * 1024)
