"""Requests whose files never touch the disk: what an informant sends leaves no staging file."""

import io
from typing import IO, Any

from flask import Request

PUBLIC_REPORT = "/public/report"
# Three photographs of a telephone. It lies in memory, so it is bounded for all requests together.
MOST_BYTES = 32 * 1024 * 1024


class InMemoryRequest(Request):
    """Keeps the files of a tip in memory; of any other form as the library does."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if self.path.startswith(PUBLIC_REPORT):
            self.max_content_length = MOST_BYTES

    def _get_file_stream(self, *arguments: Any, **named: Any) -> IO[bytes]:
        if self.path.startswith(PUBLIC_REPORT):
            return io.BytesIO()
        return super()._get_file_stream(*arguments, **named)
