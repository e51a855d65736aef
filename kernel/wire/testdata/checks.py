"""Checks of a kernel's sockets with the clients that front-ends are made of:
jupyter_client and pyzmq. Each subcommand ends with an exception if it fails."""

import json
import sys
import time

import zmq
from jupyter_client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager


def client(path):
    kc = BlockingKernelClient(connection_file=path)
    kc.load_connection_file()
    return kc


def until_idle(kc, msg_id):
    """All iopub messages of one request."""
    out = []
    while True:
        msg = kc.get_iopub_msg(timeout=20)
        if msg["parent_header"].get("msg_id") != msg_id:
            continue
        out.append(msg)
        if msg["msg_type"] == "status" and msg["content"]["execution_state"] == "idle":
            return out


def session(path):
    kc = client(path)
    sub = kc.connect_iopub()
    ident, first = kc.session.feed_identities(sub.recv_multipart())
    first = kc.session.deserialize(first)
    assert first["msg_type"] == "iopub_welcome", first
    assert first["content"] == {"subscription": ""} and first["parent_header"] == {}, first
    assert ident == [b""], ident

    kc.start_channels()
    kc.wait_for_ready(timeout=20)
    with kc.connect_hb() as hb:
        hb.linger = 0
        hb.send(b"beat")
        assert hb.poll(20000) and hb.recv() == b"beat", "no heartbeat"
    reply = kc.kernel_info(reply=True, timeout=20)
    assert reply["content"]["protocol_version"] == "5.5", reply
    control = kc.session.msg("kernel_info_request", {})
    kc.control_channel.send(control)
    assert kc.get_control_msg(timeout=20)["parent_header"]["msg_id"] == control["header"]["msg_id"]
    until_idle(kc, control["header"]["msg_id"])

    # Every one of many messages, in order, before the idle.
    msg_id = kc.execute("20000")
    msgs = until_idle(kc, msg_id)
    assert [m["msg_type"] for m in msgs] == ["status"] + 20000 * ["stream"] + ["status"], len(msgs)
    assert kc.get_shell_msg(timeout=20)["parent_header"]["msg_id"] == msg_id
    assert {m["header"]["session"] for m in msgs} == {reply["header"]["session"]}

    # Buffers there and back, small, empty and of several megabytes.
    buffers = [b"small", b"", bytes(5 << 20)]
    msg = kc.session.msg("comm_msg", {"comm_id": "c", "data": {"x": "\u00e9\U0001f388"}})
    kc.session.send(kc.shell_channel.socket, msg, buffers=buffers)
    got = [m for m in until_idle(kc, msg["header"]["msg_id"]) if m["msg_type"] == "comm_msg"][0]
    assert got["content"] == msg["content"] and [bytes(b) for b in got["buffers"]] == buffers
    assert got["parent_header"]["date"] == msg["header"]["date"]

    msg_id = kc.execute("input", allow_stdin=True)
    ask = kc.get_stdin_msg(timeout=20)
    assert ask["content"] == {"prompt": "name? ", "password": False}, ask
    kc.input("Ada")
    assert [m["content"].get("text") for m in until_idle(kc, msg_id)] == [None, "Ada", None]
    kc.stop_channels()
    sub.close()


def silent(kind, url, message, **options):
    """Whether a socket that sends message hears nothing within a second."""
    ctx = zmq.Context.instance()
    with ctx.socket(kind) as s:
        s.linger = 0
        for name, value in options.items():
            setattr(s, name, value)
        if kind == zmq.SUB:
            s.subscribe(b"")
        s.connect(url)
        if kind != zmq.SUB:
            s.send_multipart(message)
        return s.poll(1000) == 0


def refused(path):
    kc = client(path)
    kinds = {"shell": zmq.DEALER, "control": zmq.DEALER, "stdin": zmq.DEALER, "iopub": zmq.SUB, "hb": zmq.REQ}
    public, secret = zmq.curve_keypair()
    other, _ = zmq.curve_keypair()
    for channel, kind in kinds.items():
        url = kc._make_url(channel)
        hello = [b"x"] if channel == "hb" else kc.session.serialize(kc.session.msg("kernel_info_request", {}))
        assert silent(kind, url, hello), channel + " talks without CURVE"
        assert silent(kind, url, hello, curve_publickey=public, curve_secretkey=secret, curve_serverkey=other), (
            channel + " talks to a client with a wrong key"
        )
        if channel != "stdin":
            hello = [b"x"] if channel == "hb" else kc.session.serialize(kc.session.msg("kernel_info_request", {}))
            assert not silent(kind, url, hello, curve_publickey=public, curve_secretkey=secret, curve_serverkey=kc.curve_publickey), (
                channel + " does not talk to a client with the right key"
            )


def required(kernels, transport):
    specs = KernelSpecManager()
    specs.kernel_dirs = [kernels]
    km = KernelManager(kernel_name="wire", kernel_spec_manager=specs, transport=transport, transport_encryption="required")
    km.start_kernel()
    try:
        with open(km.connection_file) as f:
            assert len(json.load(f)["curve_publickey"]) == 40
        kc = km.client()
        kc.start_channels()
        kc.wait_for_ready(timeout=30)
        kc.kernel_info(reply=True, timeout=20)
        kc.stop_channels()
        km.restart_kernel()  # on the same ports, with the same keys
        kc = km.client()
        kc.start_channels()
        kc.wait_for_ready(timeout=30)
        kc.stop_channels()
    finally:
        started = time.time()
        km.shutdown_kernel()
    print("shut down in %.3f s" % (time.time() - started))
    assert time.time() - started < 2, "shutdown was not heeded"


if __name__ == "__main__":
    {"session": session, "refused": refused, "required": required}[sys.argv[1]](*sys.argv[2:])
