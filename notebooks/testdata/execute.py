"""Executes notebooks through the installed kernel: execute.py IN OUT [IN OUT ...]

Cells tagged raises-exception may fail; any other failing cell ends its
notebook, and what was executed until then is written all the same. Prints one
JSON line for each notebook: its name, the seconds it took, and what failed.
"""

import json
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError

paths = sys.argv[1:]
for source, target in zip(paths[::2], paths[1::2]):
    notebook = nbformat.read(source, as_version=4)
    client = NotebookClient(notebook, timeout=60, kernel_name="gokernel", record_timing=False)
    began, failed = time.monotonic(), ""
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError) as error:
        failed = str(error)
    nbformat.write(notebook, target)
    line = {"notebook": source, "seconds": time.monotonic() - began, "failed": failed}
    print(json.dumps(line), flush=True)
