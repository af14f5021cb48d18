"""`python -m veiligheidsbeeld.validate levering 1 2 3` and `... kandidaat jeugd cybercrime`.

One process for several subjects, because importing Great Expectations is most of the work. The last line on stdout is
JSON: the verdict per subject, or `{"fout": ...}`. Exit code 0: all may go on; 3: a red card; 1: could not be judged.
"""

from __future__ import annotations

import json
import os
import sys

from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.validate import Verdict, validate_candidate, validate_deliveries


def run(arguments: list[str]) -> int:
    border, subjects = (arguments[0], arguments[1:]) if arguments else ("", [])
    if border not in ("levering", "kandidaat") or not subjects:
        print(__doc__, file=sys.stderr)
        return 2
    settings = Settings.from_env()
    try:
        verdicts: dict[str, Verdict] = (
            {str(i): v for i, v in validate_deliveries(settings, map(int, subjects)).items()}
            if border == "levering"
            else {thema: validate_candidate(settings, thema) for thema in subjects}
        )
    except VeiligheidsbeeldError as error:
        print(error, file=sys.stderr)
        answer = {"wat": error.what, "remedie": error.remedy, "eigenaar": error.owner}
        print(json.dumps({"fout": answer}, ensure_ascii=False))
        return 1
    print(json.dumps({subject: v.as_dict() for subject, v in verdicts.items()}, ensure_ascii=False))
    return 0 if all(v.ok for v in verdicts.values()) else 3


if __name__ == "__main__":
    code = run(sys.argv[1:])
    sys.stdout.flush()
    # Great Expectations leaves engines open; nothing of ours is left to do.
    os._exit(code)
