"""`numberline demo`: a simulated company, an embedded database, and joiners who get their numbers."""
