"""What Numberline decides, without clock, database or network."""
