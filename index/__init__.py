"""From texts to a library on disk, once per change."""
