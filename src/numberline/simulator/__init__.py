"""A Microsoft 365 tenant over HTTPS on loopback, for demo, trials and tests."""
