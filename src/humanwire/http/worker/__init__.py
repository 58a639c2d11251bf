"""The worker API: what the workspace, scripts and models answer through."""
