"""`python -m sandbox check` and `python -m sandbox drop FOLDER`: what a run on sample data asks of the sandbox.

`check` says whether the sample can follow the settings; `drop` writes the sample's drop folder. Both exit with 0,
or with 1 and one JSON line on standard error: `what` and `remedy`. The source server is
`python -m sandbox.source_server`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["check"]:
                from sandbox import sample

                sample.cubes(Settings.from_env())
            case ["drop", folder]:
                from sandbox.sample.registers import write_drop
                from sandbox.sample.respondents import write_survey

                settings = Settings.from_env()
                write_drop(settings, Path(folder))
                write_survey(settings, Path(folder))
            case _:
                raise ConfigurationError("The sandbox does not know that.", remedy="Ask `check` or `drop FOLDER`.")
    except VeiligheidsbeeldError as error:
        print(json.dumps({"what": error.what, "remedy": error.remedy}), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
