"""Measures Jupyter kernels with a bare client and prints one JSON object for each round.

    client.py NAME=SPEC.json ... [--rounds N] [--cells N] [--pause SECONDS]

SPEC.json is a kernelspec's kernel.json. The client stamps times when a message
is received and parses nothing before the measured one is there. Kernels take
turns, so that what else the machine does falls on all of them.
"""

import argparse
import hashlib
import hmac
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import datetime, timezone

import psutil
import zmq

SNIPPETS = {
    "go": {
        "value": "{i}+1",
        "grow": ["v{i} := {i} * 2\nv{i}", "func f{i}(x int) int {{ return x + {i} }}\nf{i}(2)"],
        "lines": 'for i := range {n} {{\n\tfmt.Println("line", i)\n}}',
        "flushed": 'for i := range {n} {{\n\tfmt.Println("line", i)\n}}',
        "ask": ("strings.Jo", "strings.Join", "for i := range 3 {"),
        "endless": "for {\n}",
    },
    "python": {
        "value": "{i}+1",
        "grow": ["v{i} = {i} * 2\nv{i}", "def f{i}(x):\n    return x + {i}\nf{i}(2)"],
        "lines": "for i in range({n}):\n    print('line', i)",
        "flushed": "for i in range({n}):\n    print('line', i, flush=True)",
        "ask": ("str.jo", "str.join", "for i in range(3):"),
        "endless": "while True:\n    pass",
    },
}

DELIMITER = b"<IDS|MSG>"
now = time.perf_counter


class Kernel:
    """One kernel process with a client on shell, control and iopub."""

    def __init__(self, spec, default_mark=False):
        self.spec = spec
        self.snippets = SNIPPETS[spec["language"].lower()]
        self.dir = tempfile.mkdtemp(prefix="bench-")
        self.key = uuid.uuid4().hex.encode()
        self.session = uuid.uuid4().hex
        self.context = zmq.Context()
        ports = self._ports(5)
        names = ("shell_port", "control_port", "iopub_port", "stdin_port", "hb_port")
        connection = dict(zip(names, ports), ip="127.0.0.1", transport="tcp", signature_scheme="hmac-sha256", key=self.key.decode())
        self.file = os.path.join(self.dir, "connection.json")
        with open(os.open(self.file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as f:
            json.dump(connection, f)
        self.shell = self._connect(zmq.DEALER, connection["shell_port"], 0)
        self.control = self._connect(zmq.DEALER, connection["control_port"], 0)
        # libzmq's default mark of 1000 messages is what ordinary clients have.
        self.iopub = self._connect(zmq.SUB, connection["iopub_port"], None if default_mark else 0)
        self.poller = zmq.Poller()
        self.poller.register(self.shell, zmq.POLLIN)
        self.poller.register(self.iopub, zmq.POLLIN)

    @staticmethod
    def _ports(n):
        held = [socket.socket() for _ in range(n)]
        for s in held:
            s.bind(("127.0.0.1", 0))
        ports = [s.getsockname()[1] for s in held]
        for s in held:
            s.close()
        return ports

    def _connect(self, kind, port, mark):
        s = self.context.socket(kind)
        s.linger = 0
        s.setsockopt(zmq.RECONNECT_IVL, 1)
        if mark is not None:
            s.setsockopt(zmq.RCVHWM, mark)
        if kind == zmq.SUB:
            s.setsockopt(zmq.SUBSCRIBE, b"")
        else:
            s.setsockopt(zmq.IDENTITY, self.session.encode())
        s.connect("tcp://127.0.0.1:%d" % port)
        return s

    def __enter__(self):
        argv = [a.replace("{connection_file}", self.file) for a in self.spec["argv"]]
        if argv[0] in ("python", "python3"):
            argv[0] = sys.executable
        env = dict(os.environ, **self.spec.get("env", {}))
        self.spawned = now()
        self.process = subprocess.Popen(argv, env=env, cwd=self.dir, start_new_session=True,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        sent = self.send(self.shell, "kernel_info_request", {})
        self.informed = self.reply(self.shell, sent, 60)
        if self.informed is None:
            raise RuntimeError("no kernel_info_reply within 60 s")
        return self

    def hear(self):
        """Waits until iopub, which may connect after shell, is heard, as Jupyter's own clients do."""
        end = now() + 30
        while now() < end:
            sent = self.send(self.shell, "kernel_info_request", {})
            heard = self.iopub.poll(200) != 0
            self.reply(self.shell, sent, 10)
            if heard:
                break
        self.quiet(0.05)
        return self

    def __exit__(self, *_):
        for p in self.tree():
            try:
                p.kill()
            except psutil.Error:
                pass
        self.process.wait()
        self.context.destroy(0)
        shutil.rmtree(self.dir, ignore_errors=True)

    def tree(self):
        try:
            top = psutil.Process(self.process.pid)
            return [top, *top.children(recursive=True)]
        except psutil.Error:
            return []

    def memory(self):
        """MiB of the process tree: the share of each page (PSS) where the system counts it, else what is each process's own."""
        total = 0
        for p in self.tree():
            try:
                full = p.memory_full_info()
                total += getattr(full, "pss", full.uss)
            except psutil.Error:
                pass
        return total / 2**20

    def send(self, sock, kind, content):
        header = {"msg_id": uuid.uuid4().hex, "username": "bench", "session": self.session, "msg_type": kind,
                  "version": "5.3", "date": datetime.now(timezone.utc).isoformat()}
        frames = [json.dumps(x).encode() for x in (header, {}, {}, content)]
        mac = hmac.new(self.key, digestmod=hashlib.sha256)
        for f in frames:
            mac.update(f)
        sock.send_multipart([DELIMITER, mac.hexdigest().encode(), *frames])
        return header["msg_id"]

    @staticmethod
    def request(code):
        return {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}

    def reply(self, sock, sent, timeout):
        """When the reply to the message was received; None if none came."""
        end = now() + timeout
        while (left := end - now()) > 0:
            if not sock.poll(left * 1000):
                break
            frames = sock.recv_multipart()
            at = now()
            if json.loads(frames[frames.index(DELIMITER) + 3]).get("msg_id") == sent:
                self.content = json.loads(frames[frames.index(DELIMITER) + 5])
                return at
        return None

    def execute(self, code, timeout=60, pause=0):
        """Runs a cell. Gives the times from sending to the reply and to idle (None if none came) and the text it printed."""
        start = now()
        sent = self.send(self.shell, "execute_request", self.request(code))
        time.sleep(pause)
        replied, idle, heard = None, None, []
        end, last = start + timeout, now()
        while (replied is None or idle is None) and now() < end:
            ready = dict(self.poller.poll(250))
            if self.shell in ready:
                frames = self.shell.recv_multipart()
                at = now()
                if json.loads(frames[frames.index(DELIMITER) + 3]).get("msg_id") == sent:
                    replied, last, self.content = at, at, json.loads(frames[frames.index(DELIMITER) + 5])
            if self.iopub in ready:
                while True:
                    try:
                        frames = self.iopub.recv_multipart(zmq.NOBLOCK)
                    except zmq.Again:
                        break
                    last = now()
                    heard.append(frames)
                    # A status message is short: only those need to be read at once.
                    if len(frames[-1]) < 64 and b'"idle"' in frames[-1] and sent.encode() in frames[frames.index(DELIMITER) + 3]:
                        idle = last
                        break
            if replied and now() - last > 5:  # what has not come by now is lost
                break
        texts = []
        for frames in heard:
            i = frames.index(DELIMITER)
            if json.loads(frames[i + 3] or b"{}").get("msg_id") == sent and json.loads(frames[i + 2])["msg_type"] == "stream":
                texts.append(json.loads(frames[i + 5])["text"])
        return Run(replied and (replied - start) * 1000, idle and (idle - start) * 1000, "".join(texts), self.content.get("status"))

    def quiet(self, seconds):
        while self.iopub.poll(seconds * 1000):
            self.iopub.recv_multipart()


class Run:
    def __init__(self, reply, idle, text, status):
        self.reply, self.idle, self.text, self.status = reply, idle, text, status


def start(spec):
    """A kernel's birth, first cell, memory and end."""
    with Kernel(spec) as k:
        out = {"info_ms": (k.informed - k.spawned) * 1000}
        sent = k.send(k.shell, "execute_request", k.request("1+1"))
        replied = k.reply(k.shell, sent, 60)
        if replied is None or k.content.get("status") != "ok":
            raise RuntimeError("the first cell failed: %s" % k.content)
        out["first_ms"] = (replied - k.spawned) * 1000
        time.sleep(0.7)
        out["pss_mib"] = k.memory()
        asked = now()
        k.send(k.control, "shutdown_request", {"restart": False})
        while k.process.poll() is None:
            if now() - asked > 10:
                raise RuntimeError("the kernel lives 10 s after shutdown_request")
            time.sleep(0.0005)
        out["shutdown_ms"] = (now() - asked) * 1000
        return out


def latency(spec, cells):
    """1+1 in a young session and in one of so many cells."""
    with Kernel(spec) as k:
        k.hear()

        def series(n):
            for i in range(20):
                k.execute(k.snippets["value"].format(i=i))
            times = []
            for i in range(n):
                r = k.execute(k.snippets["value"].format(i=i))
                if r.status != "ok":
                    raise RuntimeError("1+1 failed: %s" % k.content)
                times.append(r.reply)
            return times

        out = {"value_ms": series(300)}
        before = k.memory()
        for i in range(cells - 320):
            r = k.execute(k.snippets["grow"][i % 2].format(i=i))
            if r.status != "ok":
                raise RuntimeError("cell %d failed: %s" % (i, k.content))
        out["value_late_ms"] = series(300)
        out["grown_mib"] = k.memory() - before
        return out


def questions(spec, n):
    """Completion, inspection and is_complete: the first one of a session, warm ones, and those while a cell runs."""
    with Kernel(spec) as k:
        complete, inspect, unfinished = k.snippets["ask"]
        asks = {
            "complete": ("complete_request", {"code": complete, "cursor_pos": len(complete)}, lambda c: c["matches"]),
            "inspect": ("inspect_request", {"code": inspect, "cursor_pos": len(inspect), "detail_level": 0}, lambda c: c["found"]),
            "is_complete": ("is_complete_request", {"code": unfinished}, lambda c: c["status"] == "incomplete"),
        }

        def ask(name, timeout=10):
            kind, content, right = asks[name]
            asked = now()
            at = k.reply(k.shell, k.send(k.shell, kind, content), timeout)
            if at is None:
                return None
            if not right(k.content):
                raise RuntimeError("%s: %s" % (kind, k.content))
            return (at - asked) * 1000

        out = {"first_complete_ms": ask("complete")}
        k.hear()
        k.execute("1+1")
        for name in asks:
            out[name + "_ms"] = [ask(name) for _ in range(n)][n // 10:]
        k.quiet(0.05)
        k.send(k.shell, "execute_request", k.request(k.snippets["endless"]))
        while b"execute_input" not in b"".join(k.iopub.recv_multipart()):
            pass
        for name in asks:
            busy = ask(name, 2)
            if busy is None:  # it waits for the cell, as all that follow would
                break
            out["busy_" + name + "_ms"] = [ask(name) for _ in range(n)]
        return out


def lines(spec, n):
    """Printed lines, read as they come."""
    with Kernel(spec) as k:
        k.hear()
        k.execute("1+1")
        r = k.execute(k.snippets["lines"].format(n=n), timeout=120)
        want = "".join("line %d\n" % i for i in range(n))
        return {"lines_ms": r.idle, "lines_exact": r.text == want and r.idle is not None}


def paused(spec, n, seconds):
    """Lines flushed one by one to an ordinary client that does not read for a while."""
    with Kernel(spec, default_mark=True) as k:
        k.hear()
        k.execute("1+1")
        r = k.execute(k.snippets["flushed"].format(n=n), timeout=60, pause=seconds)
        want = "".join("line %d\n" % i for i in range(n))
        return {"paused_lines": r.text.count("\n"), "paused_of": n, "paused_exact": r.text == want, "paused_idle": r.idle is not None}


def value(k, code, timeout=300):
    """Runs a cell and gives the milliseconds to its reply; its text output is kept in k.printed."""
    r = k.execute(code, timeout=timeout)
    if r.status != "ok":
        raise RuntimeError("%s: %s" % (code.split("\n")[0][:60], k.content))
    k.printed = r.text.strip()
    return r.reply


class Compiled:
    """The workloads as a compiled program, which runs one for each line it reads and measures it itself."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, number):
        self.process.stdin.write("%d\n" % number)
        self.process.stdin.flush()
        ms, self.printed = self.process.stdout.readline().split(" ", 1)
        self.printed = self.printed.strip()
        return float(ms)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def tier(specs, plan, rounds, emit):
    """The workloads on every kernel in turns, on ours interpreted and native, and as the compiled program."""
    work = plan["work"]
    lines = "\n".join('import "%s"' % i for i in plan["imports"])
    program = Compiled(plan["program"])
    open_kernels = []
    try:
        columns = [("compiled Go", None, None)]
        for name, spec in specs.items():
            for mode in (plan["modes"] if name == "gokernel" else (None,)):
                k = Kernel(spec).__enter__()
                open_kernels.append(k)
                k.hear()
                columns.append((name + (" " + mode if mode else ""), k, mode))
        for column, k, mode in columns[1:]:
            go = k.spec["language"].lower() == "go"
            if mode == "interpreted":
                value(k, "%native off")
            if go:
                value(k, lines + "\n1")
            for w in work:
                decl = w["go"] if go else w["python"]
                if decl:
                    value(k, ("%%native\n" if mode == "native" else "") + decl)
                    if mode == "native" and k.printed:
                        print("  %s: %s" % (w["name"], k.printed), file=sys.stderr)
        for number, w in enumerate(work):
            if plan["only"] not in w["name"]:
                continue
            times, alive = {}, list(columns)
            for i in range(rounds + 1):
                want = None
                for c in list(alive):
                    column, k, mode = c
                    if i > 1 and mode == "interpreted" and times[column][-1] > 1000:
                        continue  # slow ones are measured once
                    try:
                        if k is None:
                            ms = program.run(number)
                            want = printed = program.printed
                        elif k.spec["language"].lower() == "go":
                            ms = value(k, "fmt.Println(%s)" % w["call"])
                            printed = k.printed
                        else:
                            ms = value(k, "print(%s)" % w["pycall"])
                            printed = k.printed
                        if k is not None and k.spec["language"].lower() == "go" and printed != want:
                            raise RuntimeError("%s gave %r, the compiled program %r" % (w["call"], printed, want))
                    except Exception as e:
                        alive.remove(c)
                        emit({"kernel": column, "measure": w["name"], "failed": str(e)})
                        continue
                    if i:  # the first is to get warm
                        times.setdefault(column, []).append(ms)
            for column, ms in times.items():
                emit({"kernel": column, "measure": w["name"], w["name"]: ms})
        for column, k, mode in columns[1:]:
            if mode == "native" and not plan["only"]:
                emit({"kernel": column, "measure": "1+1 while functions are compiled", **building(k)})
    finally:
        program.close()
        for k in open_kernels:
            k.__exit__()


def building(k):
    """1+1 while nothing happens, and while the toolchain compiles functions that no cache has."""
    for i in range(50):
        value(k, "1+1")
    quiet = [value(k, "1+1") for _ in range(300)]
    seed = uuid.uuid4().int % 10**9
    value(k, "\n".join("func busy%d(n int) (s int) {\n\tfor i := range n {\n\t\ts += i ^ %d\n\t}\n\treturn\n}" % (i, seed + i) for i in range(4)))
    busy = []
    while True:
        busy += [value(k, "1+1") for _ in range(20)]
        value(k, "%native")
        if "being compiled" not in k.printed:
            return {"quiet_ms": quiet, "building_ms": busy[:-20] or busy}


def main():
    p = argparse.ArgumentParser()
    p.add_argument("kernels", nargs="+", metavar="NAME=SPEC.json")
    p.add_argument("--rounds", type=int, default=7, help="starts of each kernel")
    p.add_argument("--cells", type=int, default=1000, help="length of the long session")
    p.add_argument("--pause", type=float, default=6, help="seconds for which the reader does not read")
    p.add_argument("--tier", metavar="FILE", help="measure the workloads of this file instead")
    a = p.parse_args()
    specs = {}
    for k in a.kernels:
        name, path = k.split("=", 1)
        with open(path, encoding="utf-8") as f:
            specs[name] = json.load(f)
    if a.tier:
        with open(a.tier, encoding="utf-8") as f:
            tier(specs, json.load(f), a.rounds, lambda found: print(json.dumps(found), flush=True))
        return
    plan = [("start", start, ())] * a.rounds
    plan += [("questions", questions, (60,))] * a.rounds
    plan += [("latency", latency, (a.cells,)), ("lines", lines, (100_000,)), ("lines", lines, (100_000,)), ("lines", lines, (100_000,)),
             ("paused", paused, (20_000, a.pause))]
    for title, measure, args in plan:
        for name, spec in specs.items():
            try:
                result = measure(spec, *args)
            except Exception as e:  # a kernel that fails must not hide the others
                result = {"failed": "%s: %s" % (title, e)}
            print(json.dumps({"kernel": name, "measure": title, **result}), flush=True)


if __name__ == "__main__":
    main()
