"""How fast the workspace is in a browser: its weight, its start, from task to task, drawing."""
