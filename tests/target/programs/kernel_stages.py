# What each kernel function takes on recorded sound, called from bytecode: instructions a hop, one line a function.
import target
from common import Counter

from allears_clip.kernels import select
from allears_clip.kernels.weights import load_weights

HOPS = 60


class Counted:
    """Wraps one function of a kernel module."""

    def __init__(self, name, module, function):
        self.name = name
        self.counter = Counter(8 * HOPS)
        inner = getattr(module, function)
        counter = self.counter
        insns = target.insns

        def counting(*arguments):
            begin = insns()
            inner(*arguments)
            counter.add(begin, insns())

        setattr(module, function, counting)


class Whole:
    def __init__(self, name):
        self.name = name
        self.counter = Counter(HOPS)


def a_hop(counter):
    """Instructions a hop: of the calls in it, which differ in size, each one's median."""
    calls = max(1, counter.runs // HOPS)
    parts = [1000 * (2 * call + 1) // (2 * calls) for call in range(calls)]
    return sum([int(part) for part in counter.quantiles(parts).split()])


def functions(module, names):
    return [Counted(name, module, name) for name in names if hasattr(module, name)]


def drive(features, network, whole_features, whole_network):
    pcm = bytearray(512)
    for hop in range(HOPS):
        target.record(hop, pcm)
        begin = target.insns()
        features.step(pcm)
        between = target.insns()
        network.step(features.bands)
        end = target.insns()
        whole_features.counter.add(begin, between)
        whole_network.counter.add(between, end)


with open("/kernels.txt") as file:
    names = file.read().split()
weights, manifest = load_weights("/weights")
for kernel in names:
    module_f, module_n = select.load_modules(kernel)
    whole = (Whole("features"), Whole("network"))
    drive(module_f.Features(), module_n.Network(weights, manifest), *whole)
    parts = functions(module_f, ("take_hop", "weigh", "load", "transform", "take_bands"))
    parts += functions(module_n, ("begin", "follow", "multiply", "rectify_all", "new_state"))
    drive(module_f.Features(), module_n.Network(weights, manifest), Whole(""), Whole(""))
    for part in list(whole) + parts:
        print(kernel, part.name, a_hop(part.counter))
