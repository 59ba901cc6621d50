"""Microsoft's notifications of changes of people: a wake-up, and never more. Losing all of them costs nothing but the
polling interval."""
