"""Settings for every test: hypothesis judges results, never speed, as cores may be shared."""

import os

from hypothesis import settings

pytest_plugins = ["tests.postgres"]

settings.register_profile("shared", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("shared")
