"""Official documents: what they say, their numbers, and how they are rendered."""
