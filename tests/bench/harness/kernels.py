# SPDX-License-Identifier: GPL-3.0-or-later
"""Instruction counts of the hot kernels: bench-kernels under callgrind, one kernel a run."""
import os
import re
import shutil
import subprocess
import sys


def count(options, index):
    program = os.path.join(options.build, "tests", "bench", "bench-kernels")
    if not shutil.which("valgrind") or not os.path.exists(program):
        print("kernels: left out: no valgrind, or bench-kernels is not built", file=sys.stderr)
        return []
    listed = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
    results = []
    for line in listed:
        name, work, unit = line.split("\t")
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no",
                   "--toggle-collect=bench_measured", program, index, name]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        collected = re.search(r"Collected : (\d+)", text)
        if not collected:
            sys.exit(f"kernels: callgrind said nothing of {name}")
        results.append({"name": name, "instructions": round(int(collected.group(1)) / int(work), 2), "unit": unit})
        print(f"  {name}: {results[-1]['instructions']} {unit}", flush=True)
    return results
