"""How the shipped weights were made, each by one reproducible command."""
