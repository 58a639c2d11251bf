"""humanwire beside what people use otherwise, on the same machine, in one run."""
