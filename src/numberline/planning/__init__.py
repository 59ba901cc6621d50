"""From facts to a stored plan; explain."""
