"""What humanwire decides, without I/O: no clock, no randomness, no await, no framework.

Everything here takes the rows, the time (`now`, milliseconds since the epoch, UTC) and the
random bytes as arguments. The only import from outside the standard library is msgspec, whose
structs are the core's records (docs/decisions/0001).
"""
