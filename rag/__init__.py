"""From a question to a cited answer, every time."""
