# Portable core: the same bytes run on the clip, in the simulator and on the host.
