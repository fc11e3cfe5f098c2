"""The faces: terminal and web page."""
