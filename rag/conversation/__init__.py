"""What a question means in a conversation: follow-ups written out from the questions and answers before them."""
