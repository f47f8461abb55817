"""Uploads: what is accepted and in which form, and which hostile files are refused and why."""

import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from services.uploads import Upload, UploadRefusedError, accept_upload, clean_file_name
from services.uploads.inspection import verdict

LIMIT = 1024 * 1024
PIXELS, PAGES = 1_000_000, 3
SECRET = b"GPS-39.33-112.43"


def image(kind: str, mode: str = "RGB", **save: object) -> bytes:
    target = io.BytesIO()
    Image.new(mode, (40, 20), 90).save(target, kind, **save)
    return target.getvalue()


def photograph() -> bytes:
    """Held upright by its EXIF only, with a place and a comment inside, another file behind."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = SECRET.decode()
    return (
        image("JPEG", exif=exif.tobytes(), comment=SECRET, icc_profile=SECRET)
        + b"PK\x03\x04"
        + SECRET
    )


def document(change: Callable[[pikepdf.Pdf], object] | None = None, pages: int = 1) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    if change:
        change(pdf)
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def locked_document() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    target = io.BytesIO()
    pdf.save(target, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return target.getvalue()


def opens_with(action: dict[str, object]) -> Callable[[pikepdf.Pdf], object]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(action)

    return change


def starts_when_the_page_is_shown(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=action)


def holds_a_file(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["run.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ", filename="run.exe")  # type: ignore[call-arg]  # defaults


def huge_png() -> bytes:
    """A few bytes that ask for 900 million pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 1000)

    def chunk(body: bytes) -> bytes:
        return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))

    return b"\x89PNG\r\n\x1a\n" + chunk(header) + chunk(data) + chunk(b"IEND")


def refusal(file_name: str, data: bytes) -> str:
    with pytest.raises(UploadRefusedError) as refused:
        accept_upload(Upload(file_name, data), limit_bytes=LIMIT)
    assert "\n" not in refused.value.detail["file_name"]
    return refused.value.code


def test_a_photograph_keeps_its_pixels_and_nothing_else() -> None:
    kept = accept_upload(Upload("现场照片.JPG", photograph()), limit_bytes=LIMIT)
    assert (kept.file_name, kept.media_type) == ("现场照片.jpg", "image/jpeg")
    assert SECRET not in kept.data
    assert b"PK" not in kept.data
    with Image.open(io.BytesIO(kept.data)) as shown:
        assert shown.size == (20, 40)
        assert not shown.getexif()


def test_a_pdf_is_kept_byte_by_byte() -> None:
    data = document()
    kept = accept_upload(Upload("整改方案.pdf", data), limit_bytes=LIMIT)
    assert (kept.data, kept.media_type) == (data, "application/pdf")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_kind_is_drawn_anew(mode: str) -> None:
    word, kept = verdict(image("PNG", mode), "image/png", PIXELS, PAGES)
    assert word == "ok"
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == (40, 20)


def test_a_png_keeps_no_text_no_profile_and_no_place() -> None:
    note = PngInfo()
    note.add_text("Comment", SECRET.decode())
    sent = image("PNG", "P", pnginfo=note, icc_profile=SECRET, exif=SECRET, transparency=90)
    word, kept = verdict(sent, "image/png", PIXELS, PAGES)
    with Image.open(io.BytesIO(kept)) as shown:
        shown.load()
        assert (word, shown.mode, shown.info) == ("ok", "RGBA", {})
    assert SECRET not in kept


def test_a_print_shops_jpeg_is_accepted() -> None:
    assert verdict(image("JPEG", "CMYK"), "image/jpeg", PIXELS, PAGES)[0] == "ok"


@pytest.mark.parametrize(
    ("file_name", "data", "code"),
    [
        ("page.pdf", b"<html><script>alert(1)</script></html>", "upload_type"),
        ("page.html", b"<html></html>", "upload_type"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "upload_type"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "upload_type"),
        ("picture.png", image("JPEG"), "upload_type"),
        ("plan.pdf.exe", document(), "upload_type"),
        ("plan", document(), "upload_type"),
        ("animation.jpg", image("GIF", "P") + document(), "upload_type"),
        ("", b"", "upload_type"),
        ("plan.pdf", b"", "upload_empty"),
        ("plan.pdf", b"%PDF-" + b"0" * LIMIT, "upload_too_large"),
        ("photo.jpg", image("JPEG")[:200], "upload_broken"),
        ("photo.png", huge_png(), "upload_too_large"),
        ("plan.pdf", locked_document(), "upload_active_content"),
    ],
)
def test_a_wrong_file_is_refused(file_name: str, data: bytes, code: str) -> None:
    assert refusal(file_name, data) == code


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF", "broken"),
        (b"<!--" + document(), "broken"),
        (document() + b"PK\x03\x04 another file", "broken"),
        (document()[:-200] + b"%%EOF", "broken"),
        (document(pages=PAGES + 1), "too_large"),
        (document(starts_when_the_page_is_shown), "active_content"),
        (document(holds_a_file), "active_content"),
        (
            document(opens_with({"/S": pikepdf.Name.Launch, "/F": pikepdf.String("cmd.exe")})),
            "active_content",
        ),
        (
            document(opens_with({"/S": pikepdf.Name.JavaScript, "/JS": pikepdf.String("x()")})),
            "active_content",
        ),
    ],
)
def test_a_hostile_pdf_is_refused(data: bytes, word: str) -> None:
    assert verdict(data, "application/pdf", PIXELS, PAGES) == (word, b"")


@pytest.mark.parametrize("cut", range(0, 600, 37))
def test_a_damaged_file_never_gets_through_unread(cut: int) -> None:
    for data, media_type in ((document(), "application/pdf"), (image("PNG"), "image/png")):
        damaged = data[:cut] + b"\xff" + data[cut + 2 :]
        word, kept = verdict(damaged, media_type, PIXELS, PAGES)
        assert word in {"ok", "broken", "too_large", "active_content"}
        assert bool(kept) == (word == "ok")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("方案.PDF", "方案.pdf"),
        ("C:\\用户\\方案.pdf", "方案.pdf"),
        ("../../etc/方案.pdf", "方案.pdf"),
        ("fdp.\u202egpj.pdf", "fdp.gpj.pdf"),
        ('a"<b>\r\n: c.pdf', "a__b__ c.pdf"),
        (".pdf", "upload.pdf"),
        ("...", "upload"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
    ],
)
def test_a_file_name_is_shown_without_what_could_mislead(sent: str, shown: str) -> None:
    assert clean_file_name(sent) == shown
