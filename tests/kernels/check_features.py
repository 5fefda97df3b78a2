# Runs one feature kernel over every NAME.pcm of a folder and compares with NAME.out, byte for byte.
# Plain script for CPython and MicroPython: check_features.py FIRMWARE KERNEL FOLDER
# Prints one line a vector and, where the interpreter can tell, the bytes that 10 hops allocated.
import gc
import os
import sys

HOP_BYTES = 512


def first_difference(kernel, pcm_file, out_file):
    """None, or the frame and its two rows where the kernel leaves the committed output."""
    kernel.reset()
    hop = bytearray(HOP_BYTES)
    frame = 0
    while pcm_file.readinto(hop) == HOP_BYTES:
        kernel.step(hop)
        row = bytes(kernel.bands) + bytes(kernel.level) + bytes(kernel.peak)
        wanted = out_file.read(len(row))
        if row != wanted:
            return frame, row, wanted
        frame += 1
    return None if frame and not out_file.read(1) else (frame, "end", "end")


def allocated(kernel):
    """Bytes that 10 hops take from the heap."""
    hop = bytearray(HOP_BYTES)
    kernel.step(hop)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(10):
        kernel.step(hop)
    taken = gc.mem_alloc() - before
    gc.enable()
    return taken


def main(firmware, name, folder):
    sys.path.insert(0, firmware)
    module = __import__("allears_clip.kernels.features_" + name, None, None, ("Features",))
    kernel = module.Features()
    for entry in sorted(os.listdir(folder)):
        if not entry.endswith(".pcm"):
            continue
        name = entry[:-4]
        stem = folder + "/" + name
        with open(stem + ".pcm", "rb") as pcm_file, open(stem + ".out", "rb") as out_file:
            difference = first_difference(kernel, pcm_file, out_file)
        print(name, "ok" if difference is None else "differs {} {} {}".format(*difference))
    if hasattr(gc, "mem_alloc"):
        print("allocated", allocated(kernel))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3])
