"""Publication: a judged candidate becomes what readers see, in one transaction, numbered, logged and reversible.

Tables of `kandidaat_<thema>` become partitions of `publicatie.<thema>__<table>`; the views of `mart_<thema>` (for
the shared dimensions: `kern`) show the partition that `beheer.publicatie_actueel` names. See decision 0003.
"""

from veiligheidsbeeld.publish.publication import (
    Publication,
    is_current,
    publications,
    publish,
    rollback,
)
from veiligheidsbeeld.signature import Signature, building, candidate_signature, current_signature

__all__ = [
    "Publication",
    "Signature",
    "building",
    "candidate_signature",
    "current_signature",
    "is_current",
    "publications",
    "publish",
    "rollback",
]
