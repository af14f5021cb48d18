"""A step in a Python of its own: what it imports (dbt, Great Expectations) leaves no memory behind."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import traceback
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from veiligheidsbeeld import errors, forkserver
from veiligheidsbeeld.errors import ProcessLost, VeiligheidsbeeldError, may_pass
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.step import Outcome, stoppable

# Steps that may be asked for, and the module that holds each.
STEPS = {
    "validate_step": "veiligheidsbeeld.steps.load",
    "transform_step": "veiligheidsbeeld.steps.marts",
    "judge_step": "veiligheidsbeeld.steps.marts",
    "publish_step": "veiligheidsbeeld.steps.marts",
    "project_step": "veiligheidsbeeld.steps.marts",
    "registers_validate_step": "veiligheidsbeeld.steps.registers",
    "survey_validate_step": "veiligheidsbeeld.steps.survey",
}


def isolated(settings: Settings, step: str, **arguments: object) -> list[Outcome]:
    """Runs a step in a Python of its own: what it imports (dbt, Great Expectations) leaves no memory behind.

    Its output appears as this process's output; a `VeiligheidsbeeldError` there is raised here with the same
    text. The child ends when this process dies.
    """
    with tempfile.TemporaryDirectory(prefix="vb-step-") as folder:
        answer = Path(folder) / "answer.json"
        request = json.dumps({"step": step, "arguments": arguments, "answer": str(answer)})
        environment = {**os.environ, **settings.environ, "VB_HOME": str(settings.home)}
        child = forkserver.start(settings, "veiligheidsbeeld.isolated", request, environment=environment)
        try:
            with stoppable():
                child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(10)
                child.kill()
                child.wait()
        found = json.loads(answer.read_text()) if answer.exists() else None
    if found is None:
        raise ProcessLost(
            f"The process for {step} {arguments} ended with exit code {child.returncode} and no answer.",
            remedy="See the lines above; a negative code is a signal (-9: often too little memory). Run it again.",
        )
    if "error" in found:
        kind = getattr(errors, found["error"]["kind"], VeiligheidsbeeldError)
        kind = ProcessLost if found["error"]["may_pass"] and not issubclass(kind, errors.SourceError) else kind
        raise kind(found["error"]["what"], remedy=found["error"]["remedy"], owner=found["error"]["owner"])
    return [Outcome(**outcome) for outcome in found["outcomes"]]


def main() -> None:
    """The child's side of `isolated`."""
    request = json.loads(sys.argv[1])
    forkserver.end_with_parent()
    answer: dict = {}
    try:
        step = getattr(import_module(STEPS[request["step"]]), request["step"])
        found = step(Settings.from_env(), **request["arguments"])
        answer["outcomes"] = [asdict(o) for o in (found if isinstance(found, list) else [found])]
    except VeiligheidsbeeldError as error:
        kind = type(error).__name__
        answer["error"] = {"kind": kind, "what": error.what, "remedy": error.remedy, "owner": error.owner}
        answer["error"]["may_pass"] = may_pass(error)
    except Exception as error:
        traceback.print_exc()
        remedy = "See the traceback in the log of this step; this is a fault in the code or the machine."
        answer["error"] = {"kind": "", "what": f"{type(error).__name__}: {error}", "remedy": remedy, "owner": None}
        answer["error"]["may_pass"] = may_pass(error)
    path = Path(request["answer"])
    path.with_suffix(".tmp").write_text(json.dumps(answer))
    path.with_suffix(".tmp").replace(path)
    sys.stdout.flush()
    sys.stderr.flush()
    # Great Expectations keeps engines and threads open; nothing is left to do.
    os._exit(0)


if __name__ == "__main__":
    main()
