"""The installation's keys are told to nobody by accident."""

from services.keys import InstallationKeys


def test_keys_do_not_show_themselves() -> None:
    keys = InstallationKeys("id", b"state" * 8, "form-key", b"seal" * 8)
    shown = f"{keys!r} {keys}"
    assert "id" in shown
    assert "b'" not in shown
    assert "form-key" not in shown
