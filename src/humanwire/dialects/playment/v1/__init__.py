"""Jobs with frames or images, in batches."""
