"""The page: a frame that draws itself in the browser, what it may ask, and what its server refuses."""
