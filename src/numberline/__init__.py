"""Numberline gives Microsoft Teams users their phone numbers automatically."""

__version__ = "0.1.0"
