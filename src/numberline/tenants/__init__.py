"""The tenant, its credentials, mode, limits and schedule."""
