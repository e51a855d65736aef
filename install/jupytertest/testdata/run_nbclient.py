"""Runs a notebook with nbclient in the folder where it lies and writes it with its outputs."""

import pathlib
import sys

import nbclient
import nbformat

source, target = pathlib.Path(sys.argv[1]), sys.argv[2]
notebook = nbformat.read(source, as_version=4)
nbformat.validate(notebook)
client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(source.parent)}})
client.execute()
nbformat.validate(notebook)
nbformat.write(notebook, target)
