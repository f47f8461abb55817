"""Messages: stored in the transaction of the act, sent after it."""
