"""What every HTTP surface shares, whatever it speaks: bodies, strict JSON, keys, error handling."""
