"""`python -m veiligheidsbeeld.judge levering 1 2 3` and `... kandidaat jeugd cybercrime`.

One process for several subjects, because importing Great Expectations is most of the work. The last line on stdout is
JSON: per subject its verdict, or `{"fout": ...}` when it could not be judged. Exit code 0: all may go on; 3: a red
card; 1: something could not be judged.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial

from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.judge import Verdict, validate_candidate, validate_deliveries
from veiligheidsbeeld.settings import Settings


def run(arguments: list[str]) -> int:
    border, subjects = (arguments[0], arguments[1:]) if arguments else ("", [])
    if border not in ("levering", "kandidaat") or not subjects:
        print(__doc__, file=sys.stderr)
        return 2
    settings = Settings.from_env()
    answers: dict[str, dict] = {}
    if border == "levering":
        # Together: nothing is marked when one of them is unknown or no longer staged.
        judged = _answer(lambda: {str(i): v for i, v in validate_deliveries(settings, map(int, subjects)).items()})
        answers |= judged if "fout" not in judged else dict.fromkeys(subjects, judged)
    else:
        for thema in subjects:
            judged = _answer(partial(_judge_candidate, settings, thema))
            answers |= judged if "fout" not in judged else {thema: judged}
    print(json.dumps(answers, ensure_ascii=False))
    if any("fout" in answer for answer in answers.values()):
        return 1
    return 0 if all(answer["ok"] for answer in answers.values()) else 3


def _judge_candidate(settings: Settings, thema: str) -> dict[str, Verdict]:
    return {thema: validate_candidate(settings, thema)}


def _answer(judge: Callable[[], dict[str, Verdict]]) -> dict[str, dict]:
    try:
        return {subject: verdict.as_dict() for subject, verdict in judge().items()}
    except VeiligheidsbeeldError as error:
        print(error, file=sys.stderr)
        return {"fout": {"wat": error.what, "remedie": error.remedy, "eigenaar": error.owner}}


if __name__ == "__main__":
    code = run(sys.argv[1:])
    sys.stdout.flush()
    # Great Expectations leaves engines open; nothing of ours is left to do.
    os._exit(code)
