"""The ledger as an Excel workbook: its columns, and how files are written and read."""
