"""HTTP: which surface answers which path, the worker's and the operator's APIs, media."""
