"""Ranges and numbers: what there is to give."""
