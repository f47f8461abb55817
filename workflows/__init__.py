"""The rules: vocabulary, facts, permissions, deadlines and the engine. No I/O, no clock."""
