"""The error of reference data that cannot be used; its message names the file and the mend."""

from pathlib import Path


class ReferenceDataError(Exception):
    """Data in a file is missing or wrong. For whoever edits the file, hence a sentence."""

    def __init__(self, file: Path, where: str, fault: str) -> None:
        super().__init__(f"{file.name}: {where}: {fault}")
        self.file = file
        self.where = where
        self.fault = fault
