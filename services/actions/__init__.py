"""One file an action; the only things that change anything."""
