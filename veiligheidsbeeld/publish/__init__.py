"""Publication: a judged candidate becomes what readers see, in one transaction, numbered, logged and reversible.

Tables of `kandidaat_<thema>` become partitions of `publicatie.<thema>__<table>`; the views of `mart_<thema>` (for
the shared dimensions: `kern`) show the partition that `beheer.publicatie_actueel` names. Long tables are stored as
series, which publications share. See decisions 0003 and 0024.
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
