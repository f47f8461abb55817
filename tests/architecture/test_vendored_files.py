"""The front-end files carried in the repository are the published ones, and no others."""

import hashlib
import tomllib
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "web" / "static" / "vendor"
PACKAGES = tomllib.loads((VENDOR / "vendor.toml").read_text())["package"]


def test_vendored_files_are_as_published() -> None:
    recorded = {name: digest for package in PACKAGES for name, digest in package["files"].items()}
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.toml"
    }
    assert found == recorded


def test_every_vendored_package_brings_its_licence() -> None:
    for package in PACKAGES:
        assert package["licence_file"] in package["files"], package["name"]
        assert "permission" in (VENDOR / package["licence_file"]).read_text().lower()


def test_the_record_names_no_address() -> None:
    assert "://" not in (VENDOR / "vendor.toml").read_text()
