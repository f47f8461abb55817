"""Reference data of the field, with its sources, and the loaders that check it."""
