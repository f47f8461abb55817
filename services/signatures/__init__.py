"""Signatures in the pages of documents: the installation's authority, its signers, its verdicts."""
