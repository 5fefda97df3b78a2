# One file a peripheral: the only place beside boards/ that knows `machine` and `rp2`.
