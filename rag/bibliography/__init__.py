"""Documents and citations as essays print them, and as reference managers read them."""
