"""Takes over the connection file of its own kernel and answers requests in its place."""

import json
from pathlib import Path

import ipykernel.connect

path = Path(ipykernel.connect.get_connection_file())
connection = json.loads(path.read_text())
print(connection.get("transport"), connection.get("ip"))
try:
    path.write_text(json.dumps(connection | {"key": "", "shell_port": 1}))
except OSError as error:
    print(error)
