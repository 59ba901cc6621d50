"""One pass over a tenant under its lock."""
