"""How the small models in models/ were made, each reproducible by one command."""
