"""What administrators set by hand (M14): reservations, blocks, locks and exclusions."""
