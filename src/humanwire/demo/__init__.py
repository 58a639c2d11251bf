"""The demo: a temporary server, sample questions asked over HTTP, and a simulated crowd."""
