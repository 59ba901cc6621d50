"""Who needs to know what stands on a worklist is told: by a signed webhook and by mail."""
