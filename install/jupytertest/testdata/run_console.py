"""Types into jupyter console on a terminal: the cells of a notebook, then an endless cell and Ctrl-C.

What the screen shows goes to standard output; the exit status tells whether all came as expected.
"""

import json
import pathlib
import re
import sys

import pexpect

PASTE, END = "\x1b[200~", "\x1b[201~"
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x1b[=>]")

notebook = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
cells = [
    "".join(c["source"])
    for c in notebook["cells"]
    if c["cell_type"] == "code" and not {"exercise", "check", "varies"} & set(c["metadata"].get("tags", []))
]

child = pexpect.spawn(
    sys.executable,
    ["-m", "jupyter_console", "--kernel=gokernel", "--no-confirm-exit"],
    encoding="utf-8",
    timeout=30,
    dimensions=(60, 160),
)
child.logfile_read = sys.stdout


def prompt(n):
    """Waits until the console asks for input n."""
    child.expect(rf"In \[(\x1b\[[0-9;]*m)*{n}(\x1b\[[0-9;]*m)*\]: ")


def run(code):
    # A paste keeps its line breaks; the Enter after it ends the input if it is complete.
    child.send(PASTE + code + END)
    child.send("\x1b\r" if "\n" in code else "\r")


n = 1
prompt(n)
for cell in cells:
    run(cell)
    n += 1
    prompt(n)

run("6 * 7")
child.expect("42")
n += 1
prompt(n)
run('fmt.Println("spin" + "ning"); for { }')
child.expect("spinning")
child.sendintr()
child.expect("(?i)interrupt")
n += 1
prompt(n)
run('fmt.Println("still", "here")')
child.expect("still here")
n += 1
prompt(n)
child.send("\x04")  # Ctrl-D
child.expect(pexpect.EOF)
child.close()
sys.exit(child.exitstatus or 0)
