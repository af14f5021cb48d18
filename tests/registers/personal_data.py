"""Numbers that look personal and belong to nobody: made from their check digits, in the notations people use."""

from __future__ import annotations

from hypothesis import strategies as st


def passes(digits: str) -> bool:
    """The 11-proef as the population register describes it, over nine digits: 9, 8, ... 2 times each, and -1."""
    return sum(w * int(d) for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits.zfill(9), strict=True)) % 11 == 0


def _complete(eight: int) -> str | None:
    """Eight digits with the check digit that makes them pass the 11-proef, where there is one."""
    digits = f"{eight:08d}"
    check = sum(w * int(d) for w, d in zip(range(9, 1, -1), digits, strict=True)) % 11
    return f"{digits}{check}" if check < 10 and eight else None


bsns = st.integers(1_000_000, 99_999_999).map(_complete).filter(bool)
failing = st.integers(10_000_000, 999_999_999).map(str).filter(lambda n: not passes(n))

# How a BSN is typed; every form keeps all digits but for the lost zero.
NOTATIONS = {
    "kaal": lambda n: n,
    "punten": lambda n: f"{n[:4]}.{n[4:6]}.{n[6:]}",
    "drietallen": lambda n: f"{n[:3]} {n[3:6]} {n[6:]}",
    "streepjes": lambda n: f"{n[:3]}-{n[3:6]}-{n[6:]}",
    "harde_spaties": lambda n: f"{n[:3]}\u00a0{n[3:6]}\u00a0{n[6:]}",
    "brede_streep": lambda n: f"{n[:3]} – {n[3:6]} – {n[6:]}",
    "gespatieerd": lambda n: " ".join(n),
    "breed": lambda n: "".join(chr(0xFF10 + int(d)) for d in n),
    "onzichtbaar": lambda n: f"{n[:5]}\u200b{n[5:]}",
    "in_een_zin": lambda n: f"Dhr. belde op 3-4-2025 (BSN: {n}), kenmerk 2025-123456.",
    "zonder_spatie": lambda n: f"bsn{n}",
    "btw_nummer": lambda n: f"NL{n}B01",
}
