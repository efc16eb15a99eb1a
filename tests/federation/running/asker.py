"""One who asks a service, in its own process: a line `SERVER SUBJECT` in, a line of JSON out."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from platelaw.federation.client import Client, ClientError, TlsFiles

TODAY = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * 86400))


def main() -> None:
    place, authority, asked = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    files = TlsFiles(place / "certificate.pem", place / "key.pem", authority)
    for line in sys.stdin:
        server, subject = line.split()
        question = {**asked, "subject": subject, "period": {"from": TODAY}}
        with Client(server, files, timeout=3, allow_development=True) as client:
            try:
                answer = client.decide(question)
            except ClientError as fault:
                told = {"error": type(fault).__name__}
            else:
                recorded = answer.recorded
                told = {
                    "outcome": answer.outcome.value,
                    "origin": recorded.origin if recorded else "",
                    "index": str(recorded.index) if recorded else "",
                    "entry": recorded.entry.hex() if recorded else "",
                }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
