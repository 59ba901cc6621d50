"""The databases as Django knows them, and what Numberline adds: writing just before a commit."""
