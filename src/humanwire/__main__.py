"""`python -m humanwire`, the same as the command `humanwire`."""

from humanwire.cli import main

main()
