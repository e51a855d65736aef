"""What a kernel's transport does under load, measured from outside with pyzmq
and raw TCP:

    python load.py --kernel gokernel                 an installed kernel
    python load.py --connection-file kernel.json     a running one

It runs a healthy client's cells alone, then beside subscribers that do not
read, connections that say nothing and a flood of garbage; then it compares the
throughput of iopub with libzmq's own in the same run, and counts round trips.
It ends with an error when a cell failed or a bound was passed (--strict)."""

import argparse
import json
import multiprocessing
import os
import random
import socket
import statistics
import sys
import time

import psutil
import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.manager import KernelManager

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" + bytes(16) + b"\x00" + bytes(31)


# The kernel joins what one stream says at a time: two streams in turn are a message each.
PRINTS = """
import ("fmt"; "os"; "strings")
for range 10_000 {
	fmt.Print(strings.Repeat("x", 199) + "\\n")
	fmt.Fprint(os.Stderr, strings.Repeat("x", 199) + "\\n")
}
"""


def ready(kind):
    body = b"\x05READY\x0bSocket-Type" + len(kind).to_bytes(4, "big") + kind
    return bytes([4, len(body)]) + body


def address(info, channel):
    port = info[channel + "_port"]
    return (info["ip"], port) if info["transport"] == "tcp" else "%s-%d" % (info["ip"], port)


def dial(info, channel):
    family = socket.AF_INET if info["transport"] == "tcp" else socket.AF_UNIX
    s = socket.socket(family)
    s.connect(address(info, channel))
    return s


def flood(info, stop):
    """Garbage on all sockets: random bytes, and well-framed unsigned messages."""
    rng = random.Random(1)
    channels = ["shell", "control", "stdin", "iopub", "hb"]
    parts = [b"<IDS|MSG>", b"0" * 64, b'{"msg_id":"x"}', b"{}", b"{}", rng.randbytes(200)]
    message = b"".join(
        bytes([1 if i < len(parts) - 1 else 0, len(p)]) + p for i, p in enumerate(parts)
    )
    while not stop.is_set():
        try:
            with dial(info, rng.choice(channels)) as s:
                s.sendall(rng.randbytes(rng.randrange(1, 4096)))
            with dial(info, rng.choice(channels[:3])) as s:
                s.sendall(GREETING + ready(b"DEALER") + message * 20)
            with dial(info, rng.choice(channels)) as s:
                s.sendall(GREETING + ready(b"DEALER") + b"\x02" + b"\x3f" + rng.randbytes(200))
        except OSError:
            pass


def until_idle(kc, msg_id, timeout=60):
    """Waits for both ends of one cell and returns its messages on iopub."""
    out = []
    while True:
        msg = kc.get_iopub_msg(timeout=timeout)
        if msg["parent_header"].get("msg_id") == msg_id:
            out.append(msg)
            if msg["msg_type"] == "status" and msg["content"]["execution_state"] == "idle":
                break
    reply = kc.get_shell_msg(timeout=timeout)
    assert reply["parent_header"]["msg_id"] == msg_id and reply["content"]["status"] == "ok", reply
    return out


def cells(kc, count, code):
    """Runs the cells and returns the times from request to reply, in ms."""
    took = []
    for _ in range(count):
        start = time.perf_counter()
        msg_id = kc.execute(code)
        reply = kc.get_shell_msg(timeout=60)
        took.append((time.perf_counter() - start) * 1e3)
        assert reply["parent_header"]["msg_id"] == msg_id and reply["content"]["status"] == "ok", reply
        while True:
            msg = kc.get_iopub_msg(timeout=60)
            if msg["parent_header"].get("msg_id") == msg_id and msg["content"].get("execution_state") == "idle":
                break
    return took


def resident(pid):
    """Bytes that a process and its children have in memory."""
    total = 0
    for p in [psutil.Process(pid)] + psutil.Process(pid).children(recursive=True):
        try:
            total += p.memory_info().rss
        except psutil.NoSuchProcess:
            pass
    return total


def libzmq_publisher(port, count, parts):
    ctx = zmq.Context()
    s = ctx.socket(zmq.XPUB)
    s.sndhwm = 0
    s.bind("tcp://127.0.0.1:%d" % port)
    s.recv()
    for _ in range(count):
        s.send_multipart(parts)
    s.close(linger=30000)
    ctx.term()


def subscribed(info, port):
    """A raw subscriber to everything: it counts bytes and costs the machine
    little, so that the publisher is what is measured. libzmq wants the parts of
    the handshake one after the other."""
    s = socket.socket()
    s.connect((info["ip"], port))
    s.settimeout(60)
    got = b""
    for part, until in [(GREETING, 64), (ready(b"SUB"), 66), (b"\x00\x01\x01", 66)]:
        s.sendall(part)
        while len(got) < until:
            got += s.recv(4096)
    return s


def rate(s, count, mark):
    """Messages in a second, from the first to the last of count that hold mark."""
    got, start, tail = 0, None, b""
    while got < count:
        data = s.recv(1 << 20)
        if not data:
            raise SystemExit("the subscriber was cut after %d messages" % got)
        data = tail + data
        n = data.count(mark)
        rest = data.rfind(mark) + len(mark) if n else 0
        if n and not start:
            start = time.perf_counter()
        got += n
        tail = data[max(rest, len(data) - len(mark) + 1):]
    return count / (time.perf_counter() - start)


def throughput(kc, info, count, code):
    """Streams in a second: libzmq's XPUB in Python, then the kernel's iopub."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    sample = kc.session.serialize(
        kc.session.msg("stream", {"name": "stdout", "text": "x" * 200}, parent=kc.session.msg("execute_request", {"code": code}))
    )
    publisher = multiprocessing.Process(target=libzmq_publisher, args=(port, count, [b"stream.stdout"] + sample))
    publisher.start()
    while True:
        try:
            sub = subscribed(info, port)
            break
        except ConnectionRefusedError:
            time.sleep(0.05)  # it has not bound its port yet
    theirs = rate(sub, count, b'"msg_type": "stream"')
    sub.close()
    publisher.join()

    shell = kc.connect_shell()
    sub = subscribed(info, info["iopub_port"])
    rate(sub, 1, b'"iopub_welcome"')
    shell.send_multipart(kc.session.serialize(kc.session.msg("execute_request", {"code": code, "silent": False})))
    ours = rate(sub, count, b'"msg_type":"stream"')
    shell.recv_multipart()
    sub.close()
    shell.close()
    return theirs, ours


def round_trips(kc, count, ahead):
    """kernel_info round trips in a second, with so many requests ahead."""
    sock = kc.connect_shell()
    msgs = [kc.session.serialize(kc.session.msg("kernel_info_request", {})) for _ in range(count)]
    start = time.perf_counter()
    for i, m in enumerate(msgs):
        sock.send_multipart(m)
        if i >= ahead:
            sock.recv_multipart()
    for _ in range(min(ahead, count)):
        sock.recv_multipart()
    took = time.perf_counter() - start
    sock.close()
    return count / took


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", help="name of an installed kernel")
    parser.add_argument("--connection-file", help="of a running kernel")
    parser.add_argument("--pid", type=int, help="of the running kernel, for its memory")
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--code", default="1+1", help="of the healthy client's cells")
    parser.add_argument("--prints", default=PRINTS, help="code of a cell that publishes --messages streams of 200 bytes one by one")
    parser.add_argument("--messages", type=int, default=20000)
    parser.add_argument("--rounds", type=int, default=5, help="of the comparison with libzmq, of which the median counts")
    parser.add_argument("--peers", type=int, default=16)
    parser.add_argument("--flooders", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="fail when a bound is passed: the loaded median 1.5 times the quiet one, 200 MiB, iopub twice libzmq, 10,000 round trips/s")
    args = parser.parse_args()

    km = None
    if args.kernel:
        km = KernelManager(kernel_name=args.kernel)
        km.start_kernel()
        path, pid = km.connection_file, km.provisioner.process.pid
    else:
        path, pid = args.connection_file, args.pid
    kc = BlockingKernelClient(connection_file=path)
    kc.load_connection_file()
    kc.start_channels()
    figures = {}
    try:
        kc.wait_for_ready(timeout=60)
        with open(path) as f:
            info = json.load(f)
        cells(kc, 50, args.code)
        quiet = cells(kc, args.cells, args.code)
        figures["quiet median ms"] = statistics.median(quiet)

        kept, stop = [], multiprocessing.Event()
        for _ in range(args.peers):
            s = dial(info, "iopub")
            s.sendall(GREETING + ready(b"SUB") + b"\x00\x01\x01")
            kept.append(s)
            kept.append(dial(info, random.choice(["shell", "control", "stdin", "iopub", "hb"])))
        stalled = kc.context.socket(zmq.SUB)
        stalled.rcvhwm = 1
        stalled.subscribe(b"")
        stalled.connect(kc._make_url("iopub"))
        flooders = [multiprocessing.Process(target=flood, args=(info, stop), daemon=True) for _ in range(args.flooders)]
        for p in flooders:
            p.start()
        loaded = cells(kc, args.cells, args.code)
        figures["loaded median ms"] = statistics.median(loaded)
        figures["loaded 99% ms"] = sorted(loaded)[len(loaded) * 99 // 100]
        stop.set()
        for p in flooders:
            p.join()
        if args.prints:
            # All subscribers that do not read are still there.
            until_idle(kc, kc.execute(args.prints), timeout=120)
        if pid:
            figures["resident MiB"] = resident(pid) / 2**20
        for s in kept:
            s.close()
        stalled.close()

        kc.stop_channels()
        kc = BlockingKernelClient(connection_file=path)
        kc.load_connection_file()
        if args.prints:
            pairs = [throughput(kc, info, args.messages, args.prints) for _ in range(args.rounds)]
            figures["libzmq XPUB messages/s"] = statistics.median(theirs for theirs, _ in pairs)
            figures["iopub messages/s"] = statistics.median(ours for _, ours in pairs)
            figures["iopub to libzmq"] = statistics.median(ours / theirs for theirs, ours in pairs)
        figures["round trips/s, one by one"] = round_trips(kc, 10000, 0)
        figures["round trips/s, 50 ahead"] = round_trips(kc, 30000, 50)
    finally:
        if kc.channels_running:
            kc.stop_channels()
        if km:
            km.shutdown_kernel()
    for name, value in figures.items():
        print("%-28s %12.2f" % (name, value))
    if args.strict:
        assert figures["loaded median ms"] < 1.5 * figures["quiet median ms"], "the healthy client was slowed down"
        assert figures.get("resident MiB", 0) < 200, "too much memory"
        assert figures.get("iopub to libzmq", 2) >= 2, "iopub is slower than twice libzmq"
        assert figures["round trips/s, 50 ahead"] >= 10000, "too few round trips"


if __name__ == "__main__":
    main()
