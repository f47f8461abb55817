"""Monthly returns at work: opened for each unit, drafted from the record, reported and received."""
