"""What humanwire does: one verb a file, each a function over the ports that it is given."""
