"""humanwire: ask people questions over HTTP and get their answers back."""

__version__ = "0.1.0"
