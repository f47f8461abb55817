"""Administration: organisations, persons, posts and accounts, changed by two persons, on record."""
