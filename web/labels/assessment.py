"""The words of assessments that stand in no template: points, grades, how facts count."""


def points(hundredths: int | None) -> str:
    """Points with two places; a dash where nothing was there to be counted."""
    return "—" if hundredths is None else f"{hundredths // 100}.{hundredths % 100:02d}"
