"""Publication: a judged candidate becomes what readers see, in one transaction, numbered, logged and reversible.

Tables of `kandidaat_<thema>` are stored below `publicatie.<thema>__<table>`, where publications share what did not
change; the views of `mart_<thema>` (for the shared dimensions: `kern`) show the publication that
`beheer.publicatie_actueel` names. See decisions 0003 and 0024.
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
