"""How Thai is read: one form for matching, words, sentences, spellings, years."""
