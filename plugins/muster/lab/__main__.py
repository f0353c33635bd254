"""``python -m muster.lab DESCRIPTION``: plays an organisation until its standard input ends or SIGTERM comes.

Prints one line of JSON when every port is open. The account's password comes in MUSTER_LAB_PASSWORD.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType

import yaml

from muster.lab.description import DescriptionMistake, load_description
from muster.lab.played import PlayedMistake
from muster.lab.played import read as read_played
from muster.lab.serving import serving
from muster.lab.world.playing import NotPlayed

PASSWORD = "MUSTER_LAB_PASSWORD"  # noqa: S105 - the variable's name, not a password


def main() -> int:
    """Play until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m muster.lab")
    parser.add_argument("description", help="a description's name, or a YAML file")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="delay every answer")
    parser.add_argument("--fault", action="append", metavar="KEY", help="plant only these faults")
    parser.add_argument("--environment", type=Path, metavar="FOLDER", help="play this environment's played.yaml")
    arguments = parser.parse_args()
    password = os.environ.get(PASSWORD)
    if not password:
        sys.stderr.write(f"{PASSWORD} is not set: the lab's account needs a password\n")
        return 2
    stop = threading.Event()

    def ended(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.set()

    signal.signal(signal.SIGTERM, ended)
    signal.signal(signal.SIGINT, ended)
    try:
        description = load_description(arguments.description)
        if arguments.fault:
            description = description.only(*arguments.fault)
        played = read_played(arguments.environment) if arguments.environment else ()
        with (
            tempfile.TemporaryDirectory(prefix="muster-lab-") as folder,
            serving(description, password, Path(folder), latency=arguments.latency, played=played) as running,
        ):
            sys.stdout.write(json.dumps(running.addresses.as_json()) + "\n")
            sys.stdout.flush()
            threading.Thread(target=_until_input_ends, args=(stop,), daemon=True).start()
            stop.wait()
    except (DescriptionMistake, PlayedMistake, NotPlayed, yaml.YAMLError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _until_input_ends(stop: threading.Event) -> None:
    """The starter holds our input open; when it ends, however it ended, so do we."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()


if __name__ == "__main__":
    raise SystemExit(main())
