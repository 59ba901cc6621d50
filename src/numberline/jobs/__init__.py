"""When runs happen."""
