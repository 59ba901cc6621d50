"""Who holds which number, and the changes that make it so."""
