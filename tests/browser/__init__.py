"""The workspace, driven in Chromium. A package, so that its browser ends with it."""
