"""Dialects: each wire protocol that programs speak to us, put into the core's words and back."""
