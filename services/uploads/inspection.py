"""The process that opens an upload: a hostile file can harm this process only.

It is run as a script with an empty environment and imports nothing of ours. Arguments: media type,
largest number of pixels, largest number of pages. The file comes on standard input; the answer is a
first line with the verdict and, when that is `ok`, the bytes to keep.
"""

import contextlib
import io
import resource
import sys
import warnings
from typing import Any

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

MEMORY_BYTES = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 20
PDF_OBJECTS = 200_000
JPEG_QUALITY = 90
# A camera's JPEG may hold a second picture behind the first; Pillow then calls it MPO.
IMAGE_FORMATS = {"image/jpeg": ("JPEG", "MPO"), "image/png": ("PNG",)}
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/EmbeddedFiles"})
# What a program notes beside the pages: XMP, times of changes, data of its own.
METADATA_KEYS = ("/Metadata", "/PieceInfo", "/LastModified")
ACTIVE_KINDS = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/EmbeddedFile"}
)


class BrokenError(Exception):
    """The file is not what its name says, or not whole."""


class TooLargeError(Exception):
    """More pixels, pages or objects than allowed."""


class ActiveContentError(Exception):
    """The file can do something: script, launch, form, file within the file, password."""


def inspect(content: bytes, media_type: str, max_pixels: int, max_pages: int) -> bytes:
    """The bytes to show and hand on: a PDF without its metadata, of an image only the pixels."""
    if media_type == "application/pdf":
        return _inspect_pdf(content, max_pages)
    return _redraw_image(content, media_type, max_pixels)


def _inspect_pdf(content: bytes, max_pages: int) -> bytes:
    # The name of another format may stand before the header, another file behind the end.
    if not content.startswith(b"%PDF-") or not content.rstrip(b"\r\n\t \0").endswith(b"%%EOF"):
        raise BrokenError
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise ActiveContentError
            if not 1 <= len(pdf.pages) <= max_pages or len(pdf.objects) > PDF_OBJECTS:
                raise TooLargeError
            _refuse_active_objects(pdf)
            return _without_metadata(pdf, content)
    except pikepdf.PasswordError as error:
        raise ActiveContentError from error
    except pikepdf.PdfError as error:
        raise BrokenError from error


def _without_metadata(pdf: pikepdf.Pdf, content: bytes) -> bytes:
    """The pages without author, program, times and XMP; a signed PDF stays as it was signed."""
    holders = [item for item in pdf.objects if _is_dictionary(item)]
    if any("/ByteRange" in item for item in holders):
        return content
    telling = [(item, key) for item in holders for key in METADATA_KEYS if key in item]
    if not telling and "/Info" not in pdf.trailer:
        return content
    for item, key in telling:
        del item[key]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True, fix_metadata_version=False)
    return target.getvalue()


def _is_dictionary(item: pikepdf.Object) -> bool:
    return isinstance(item, (pikepdf.Dictionary, pikepdf.Stream))


def _refuse_active_objects(pdf: pikepdf.Pdf) -> None:
    waiting: list[pikepdf.Object] = [*pdf.objects, pdf.trailer]
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            waiting.extend(_nested(list(item)))
            continue
        if not _is_dictionary(item):
            continue
        keys = set(item.keys())
        kinds = {str(item.get("/S", "")), str(item.get("/Type", ""))}
        if keys & ACTIVE_KEYS or kinds & ACTIVE_KINDS:
            raise ActiveContentError
        waiting.extend(_nested([item[key] for key in keys]))


def _nested(items: list[Any]) -> list[pikepdf.Object]:
    # What is referred to comes by itself in the list of objects; following it could go in a ring.
    return [item for item in items if isinstance(item, pikepdf.Object) and not item.is_indirect]


def _redraw_image(content: bytes, media_type: str, max_pixels: int) -> bytes:
    try:
        with Image.open(io.BytesIO(content), formats=IMAGE_FORMATS[media_type]) as image:
            if image.width * image.height > max_pixels:
                raise TooLargeError
            image.load()
            with contextlib.suppress(SyntaxError, ValueError, TypeError, OSError, Warning):
                # Pixels without legible camera data stay as they are.
                ImageOps.exif_transpose(image, in_place=True)
            return _pixels_only(image, media_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLargeError from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Warning) as error:
        raise BrokenError from error


def _pixels_only(image: Image.Image, media_type: str) -> bytes:
    transparent = media_type == "image/png" and image.has_transparency_data
    mode = "RGBA" if transparent else "L" if image.mode in ("1", "L") else "RGB"
    clean: Image.Image = image if image.mode == mode else image.convert(mode)
    clean.info.clear()  # comments, profiles and transparency would be written along
    target = io.BytesIO()
    if media_type == "image/png":
        clean.save(target, "PNG")
    else:
        clean.save(target, "JPEG", quality=JPEG_QUALITY)
    return target.getvalue()


def verdict(content: bytes, media_type: str, max_pixels: int, max_pages: int) -> tuple[str, bytes]:
    """The word for the answer's first line, and the bytes to keep."""
    try:
        return "ok", inspect(content, media_type, max_pixels, max_pages)
    except (TooLargeError, MemoryError):
        return "too_large", b""
    except ActiveContentError:
        return "active_content", b""
    # A parser fed with garbage may raise anything; the file is broken then.
    except Exception:  # noqa: BLE001
        return "broken", b""


def main() -> None:
    """Inspect one file under limits of memory and processor time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    media_type, max_pixels, max_pages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    Image.MAX_IMAGE_PIXELS = max_pixels
    warnings.simplefilter("error")
    word, kept = verdict(sys.stdin.buffer.read(), media_type, max_pixels, max_pages)
    sys.stdout.buffer.write(word.encode() + b"\n" + kept)


if __name__ == "__main__":
    main()
