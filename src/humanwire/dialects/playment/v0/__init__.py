"""v0: feed line units, each one piece of work that describes itself or names a workflow."""
