"""What humanwire remembers: one interface, and an engine for each database."""
