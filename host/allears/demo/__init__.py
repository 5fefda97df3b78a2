"""The built-in demo call: a scripted dialogue, mixed at run time into two channels, with its truth."""
