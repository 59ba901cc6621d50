"""People as the directory shows them, and reading them through users delta."""
