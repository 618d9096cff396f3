"""`python -m coursekit.judge N`: be the judge of the runner at the other end of descriptor N."""

import socket
import sys

from coursekit.judge.process import main

if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
