"""What administrators look at: organisations, posts, persons, proposed changes, the log."""
