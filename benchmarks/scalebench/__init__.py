"""What `benchmarks/scale.py` is made of: a synthetic company, the peers, and how time and memory are taken."""
