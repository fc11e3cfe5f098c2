"""Tools for assistants: what they may do with a library, and the protocol they speak."""
