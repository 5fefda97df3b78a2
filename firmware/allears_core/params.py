# Sound constants shared by the clip, the host and training. Integers only.
SAMPLE_RATE_HZ = 8000
HOP_SAMPLES = 128
HOP_MS = 16
WINDOW_SAMPLES = 256  # 32 ms
CHANNELS = 2
CH_MOUTH = 0  # agent's mouth microphone
CH_EAR = 1  # customer, at the ear
FULL_SCALE = 32768  # 0 dBFS is a full-scale square wave: mean square 2**30
LEVEL_FLOOR_Q8 = -24576  # -96 dBFS, the lowest level; as a mean over speech: there was none

BANDS = 24  # log-power bands a channel
LOGITS = 3  # agent speaks, customer speaks, both
LOGIT_FRAC_BITS = 8  # logits are Q8: p = sigmoid(logit / 256)


def hops(ms):
    """Whole hops that fit in `ms` milliseconds (floor): a rule "at most ms" is "<= hops(ms)"."""
    return ms // HOP_MS


def hops_up(ms):
    """Hops needed to last at least `ms` milliseconds (ceiling): a rule "at least ms" is ">= hops_up(ms)"."""
    return (ms + HOP_MS - 1) // HOP_MS
