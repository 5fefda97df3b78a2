"""Host toolkit of AllEars: virtual clip, devices, store, indicators and reports."""
