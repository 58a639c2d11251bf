"""What the server itself requests over the network: callbacks to requesters, and their media."""
