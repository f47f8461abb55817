"""The dossier of a case: everything in one file, which can be verified without the system."""
