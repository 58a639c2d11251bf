"""The store on SQLite: one file, one writer thread that commits in groups, reads inline."""
