"""What the passages found say: the sentences that answer, the short answer in them, and how likely there is one."""
