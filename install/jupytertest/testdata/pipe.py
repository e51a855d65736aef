"""A kernel behind a pipe: requests come as JSON lines on standard input, one
answer for each goes to standard output. A thread beats the heart all the time.

run    {"code", "timeout", "interrupt"}: runs a cell; interrupt is after how many seconds, or null
usage  {}: the kernel's usage_reply, its processes and the heartbeat since the last usage
stop   {}: shuts down; names processes that are left
"""
import json
import os
import sys
import threading
import time
import uuid

import psutil
import zmq
from jupyter_client.manager import KernelManager

mark = "GOKERNEL_TEST_MARK=" + str(uuid.uuid4())
name, value = mark.split("=")

km = KernelManager(kernel_name="gokernel")
km.start_kernel(env={**os.environ, name: value})
kc = km.client()
kc.start_channels()
kc.wait_for_ready(timeout=60)
out = sys.stdout


class Heart(threading.Thread):
    """Beats every 20 ms on a connection of its own and keeps the longest time between two answers."""

    def __init__(self):
        super().__init__(daemon=True)
        self.lock = threading.Lock()
        self.longest = 0.0
        self.last = time.monotonic()
        self.beats = 0

    def run(self):
        while True:
            sock = zmq.Context.instance().socket(zmq.REQ)
            sock.linger = 0
            sock.connect(f"tcp://{km.ip}:{km.hb_port}")
            while True:
                sock.send(b"beat")
                if not sock.poll(10_000):
                    self.note(False)
                    break
                sock.recv()
                self.note(True)
                time.sleep(0.02)
            sock.close()

    def note(self, alive):
        now = time.monotonic()
        with self.lock:
            self.longest = max(self.longest, now - self.last)
            if alive:
                self.last = now
                self.beats += 1

    def take(self):
        with self.lock:
            longest, beats = max(self.longest, time.monotonic() - self.last), self.beats
            self.longest, self.beats = 0.0, 0
        return {"longest": longest, "beats": beats}


heart = Heart()
heart.start()


def control(kind):
    msg = kc.session.msg(kind, {})
    kc.control_channel.send(msg)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if kc.control_channel.socket.poll(100):
            reply = kc.control_channel.get_msg(timeout=1)
            if reply["parent_header"].get("msg_id") == msg["header"]["msg_id"]:
                return reply["content"]
    raise TimeoutError(kind)


def run(code, timeout, interrupt):
    start = time.monotonic()
    msg_id = kc.execute(code, allow_stdin=False)
    text, error, value, stopped = [], {}, None, 0.0
    while True:
        now = time.monotonic() - start
        if interrupt is not None and now >= interrupt and not stopped:
            stopped = time.monotonic()
            control("interrupt_request")
        if now > timeout:
            return {"error": f"no idle after {timeout} s", "text": "".join(text)}
        if not kc.iopub_channel.socket.poll(20):
            continue
        m = kc.iopub_channel.get_msg(timeout=1)
        kind, c = m["msg_type"], m["content"]
        if kind == "stream":  # of this cell or of a goroutine of an earlier one
            text.append(c["text"])
        elif kind == "display_data":
            text.append(c["data"].get("text/plain", ""))
        if m["parent_header"].get("msg_id") != msg_id:
            continue
        if kind == "error":
            error = c
            text.append("\n".join(c["traceback"]))
        elif kind == "execute_result":
            value = c["data"].get("text/plain")
        elif kind == "status" and c["execution_state"] == "idle":
            break
    ended = time.monotonic()
    reply = kc.get_shell_msg(timeout=10)["content"]
    return {
        "status": reply["status"], "ename": error.get("ename", ""), "evalue": error.get("evalue", ""), "text": "".join(text),
        "value": value, "seconds": ended - start, "stopping": ended - stopped if stopped else 0,
    }


def living(processes):
    """What the processes run that are still there: one may end between being listed and being looked at."""
    found = []
    for p in processes:
        try:
            if p.status() != psutil.STATUS_ZOMBIE:
                found.append(f"{p.pid} {' '.join(p.cmdline())}")
        except psutil.NoSuchProcess:
            pass
    return found


def usage():
    kernel = psutil.Process(km.provisioner.pid)
    u = control("usage_request")
    return {
        "goroutines": u.get("kernel_goroutines", 0), "memory": u["kernel_memory"],
        "files": kernel.num_fds() if hasattr(kernel, "num_fds") else kernel.num_handles(),
        "rss": kernel.memory_info().rss,
        "processes": living(kernel.children(recursive=True)),
        "heart": heart.take(),
    }


def marked():
    """The processes that the kernel has started, whoever their parent is now."""
    left = []
    for p in psutil.process_iter():
        try:
            if p.environ().get(name) == value and p.status() != psutil.STATUS_ZOMBIE:
                left.append(f"{p.pid} {' '.join(p.cmdline())}")
        except psutil.Error:
            pass
    return left


def stop():
    kc.shutdown()
    end = time.monotonic() + 10
    while km.is_alive() and time.monotonic() < end:
        time.sleep(0.01)
    alive = km.is_alive()
    left = marked()
    end = time.monotonic() + 5
    while left and time.monotonic() < end:
        time.sleep(0.1)
        left = marked()
    km.shutdown_kernel(now=True)
    return {"alive": alive, "left": left}


for line in sys.stdin:
    request = json.loads(line)
    do = request.pop("do")
    try:
        answer = {"run": run, "usage": usage, "stop": stop}[do](**request)
    except Exception as e:  # told to the test, which fails with it
        answer = {"error": f"{do}: {type(e).__name__}: {e}"}
    print(json.dumps(answer), file=out, flush=True)
    if do == "stop":
        break
else:  # the test has failed
    km.shutdown_kernel(now=True)
