"""The three disclosures: prepared from a case, reviewed for secrecy, approved, then published."""
