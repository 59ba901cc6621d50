"""Who acts: the Actor that every verb is given."""
