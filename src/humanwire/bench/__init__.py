"""The bench: drives a real server over HTTP, and says how near it comes to the least work."""
