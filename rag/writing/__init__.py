"""A user's own language model: asked, its sentences checked against the documents."""
