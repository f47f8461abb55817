"""The engine adapter: the only importer of SpiffWorkflow."""
