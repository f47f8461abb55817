"""What the public reads: only what was published, from the tables that hold nothing else."""
