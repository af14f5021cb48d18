"""What test_forkserver.py starts in a process of its own."""

import os
import signal
import sys
import time
from pathlib import Path

from veiligheidsbeeld import forkserver


def main() -> None:
    forkserver.end_with_parent()
    match sys.argv[1]:
        case "zeg":
            print(sys.argv[1], os.environ.get("VB_PROEF"), os.environ.get("VB_ANDERS"), Path.cwd(), sep="\n")
            sys.stdout.flush()
            print("fout", file=sys.stderr)
        case "einde":
            sys.exit(3)
        case "struikel":
            raise ValueError("gestruikeld")
        case "sterf":
            os.kill(os.getpid(), signal.SIGKILL)
        case "wacht":
            time.sleep(60)


if __name__ == "__main__":
    main()
