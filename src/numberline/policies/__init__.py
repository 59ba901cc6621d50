"""Policies that go with numbers: what ranges want, applied after a number is confirmed, and looked after."""
