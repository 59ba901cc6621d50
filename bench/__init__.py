"""Measured comparisons, run by `make bench`: ratios within one run are judged, seconds are only shown."""
