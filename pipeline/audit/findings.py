"""What a check of the audit found: one sentence, and whether the audit fails by it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes
    ----------
    about
        Series or file that it is about.
    text
        What, where and what to do, without the subject.
    fails
        Whether the audit fails; otherwise it is a remark of the certificate.
    """

    about: str
    text: str
    fails: bool = True

    def __str__(self) -> str:
        """Tell it in one sentence."""
        return f"{self.about}: {self.text}"
