# SPDX-License-Identifier: GPL-3.0-or-later
"""servers.py DRIVER FOLDER: serves the shards of a split index by xapian-tcpsrv on loopback, each a process that may use
every core, and runs the driver over their addresses. They end with it."""
import glob
import os
import signal
import socket
import subprocess
import sys
import time

FIRST_PORT, LAST_PORT = 10240, 32000  # below those that the system gives to clients


def free_port(after):
    for port in range(after + 1, LAST_PORT):
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    sys.exit("no free port")


def wait_for(port, process):
    for _ in range(1000):
        if process.poll() is not None:
            sys.exit(f"xapian-tcpsrv ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.01)
    sys.exit("xapian-tcpsrv does not listen")


def main():
    driver, folder = sys.argv[1:]
    pinned = os.sched_getaffinity(0)
    shards = sorted(glob.glob(os.path.join(folder, "shard-*")))
    servers, port = [], FIRST_PORT + os.getpid() % 10000
    os.sched_setaffinity(0, range(os.cpu_count()))
    try:
        for shard in shards:
            port = free_port(port)
            command = ["xapian-tcpsrv", "--interface", "127.0.0.1", "--port", str(port), "--timeout", "86400000",
                       "--quiet", shard]
            servers.append((port, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                                   start_new_session=True)))
        for port, process in servers:
            wait_for(port, process)
        os.sched_setaffinity(0, pinned)
        urls = ",".join(f"xapian+tcp://127.0.0.1:{port}" for port, _ in servers)
        return subprocess.call([driver, urls])
    finally:
        for _, process in servers:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sys.exit(main())
