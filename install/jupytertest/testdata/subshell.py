"""What is answered in a subshell (JEP 91) while the main shell's cell runs: every kind of request, with
jupyter_client's own messages. Prints the median milliseconds of each answer."""
import statistics
import sys
import time

from jupyter_client.manager import KernelManager

km = KernelManager(kernel_name="gokernel")
km.start_kernel()
kc = km.client()
kc.start_channels()
kc.wait_for_ready(timeout=60)
times = {}


def control(kind, content):
    msg = kc.session.msg(kind, content)
    kc.control_channel.send(msg)
    return kc._recv_reply(msg["header"]["msg_id"], timeout=60, channel="control")["content"]


def shell(kind, content, subshell):
    """Sends a request and gives its reply; those of others that come meanwhile fail the test."""
    msg = kc.session.msg(kind, content)
    msg["header"]["subshell_id"] = subshell
    asked = time.perf_counter()
    kc.shell_channel.send(msg)
    reply = kc.get_shell_msg(timeout=60)
    times.setdefault(kind, []).append((time.perf_counter() - asked) * 1000)
    assert reply["parent_header"]["msg_id"] == msg["header"]["msg_id"], reply
    assert reply["parent_header"]["subshell_id"] == subshell, reply
    return reply["content"], msg["header"]["msg_id"]


def until(of, wanted, timeout=60):
    """The messages that a request has caused, up to the wanted one."""
    found = []
    while True:
        m = kc.get_iopub_msg(timeout=timeout)
        if m["parent_header"].get("msg_id") != of:
            continue
        found.append(m)
        if wanted(m):
            return found


def idle(m):
    return m["msg_type"] == "status" and m["content"]["execution_state"] == "idle"


def debug(command, **arguments):
    reply = control("debug_request", {"type": "request", "seq": 1, "command": command, "arguments": arguments})
    assert reply["success"], reply
    return reply["body"]


ask = {"store_history": True, "allow_stdin": True}
done = kc.execute_interactive('type P struct{ Name string; Age int }\nanna := P{"Anna", 31}\nn := 1\nfunc grow() int { n++; return n }', timeout=60)
assert done["content"]["status"] == "ok", done
first = control("create_subshell_request", {})["subshell_id"]
second = control("create_subshell_request", {})["subshell_id"]
assert control("list_subshell_request", {})["subshell_id"] == [first, second]

for title, code in {
    "loop": 'fmt.Println("begun")\nfor {\n}',
    "sleep": 'fmt.Println("begun")\ntime.Sleep(time.Hour)',
    "input": 'fmt.Println("begun")\nvar word string\nfmt.Scan(&word)\nword',
}.items():
    main = kc.execute(code)
    until(main, lambda m: m["msg_type"] == "stream" and "begun" in m["content"]["text"])
    if title == "input":
        assert kc.get_stdin_msg(timeout=60)["msg_type"] == "input_request"
    for i in range(20):
        sub = (first, second)[i % 2]
        c, _ = shell("complete_request", {"code": "anna.", "cursor_pos": 5}, sub)
        assert c["matches"][:2] == ["Age", "Name"] or c["matches"][:2] == ["Name", "Age"], c
        c, _ = shell("inspect_request", {"code": "anna", "cursor_pos": 4, "detail_level": 0}, sub)
        assert c["found"] and "Anna" in c["data"]["text/plain"], c
        c, _ = shell("is_complete_request", {"code": "for {"}, sub)
        assert c["status"] == "incomplete", c
        c, _ = shell("history_request", {"hist_access_type": "tail", "n": 5, "output": False, "raw": True}, sub)
        assert c["status"] == "ok" and any("grow" in row[2] for row in c["history"]), c
        c, _ = shell("kernel_info_request", {}, sub)
        assert "kernel subshells" in c["supported_features"], c
        c, _ = shell("comm_info_request", {}, sub)
        assert c["status"] == "ok", c
        comm = kc.session.msg("comm_open", {"comm_id": "%s-%d" % (title, i), "target_name": "nobody", "data": {}})
        comm["header"]["subshell_id"] = sub
        kc.shell_channel.send(comm)
        assert any(m["msg_type"] == "comm_close" for m in until(comm["header"]["msg_id"], idle))
        names = {v["name"]: v["value"] for v in debug("inspectVariables")["variables"]}
        assert "n" in names and "anna" in names, names
        assert debug("richInspectVariables", variableName="anna")["data"]["text/plain"]
        n = int(names["n"])
        c, sent = shell("execute_request", {"code": "grow()", **ask}, sub)
        assert c["status"] == "ok", c
        shown = [m["content"]["data"]["text/plain"] for m in until(sent, idle) if m["msg_type"] == "execute_result"]
        assert shown == [str(n + 1)], (shown, n)
    for code, wanted in {"%who": "func grow() int", "%vars": "anna", "%goroutines": "", 'fmt.Println("aside")': "aside"}.items():
        c, sent = shell("execute_request", {"code": code, **ask}, first)
        assert c["status"] == "ok" and wanted in str(until(sent, idle)), (code, c)
    # What declares waits, and can be stopped by deleting its subshell; the main cell goes on.
    waits = kc.session.msg("execute_request", {"code": "later := 1", **ask})
    waits["header"]["subshell_id"] = second
    kc.shell_channel.send(waits)
    until(waits["header"]["msg_id"], lambda m: m["msg_type"] == "execute_input")
    assert control("delete_subshell_request", {"subshell_id": second})["status"] == "ok"
    reply = kc.get_shell_msg(timeout=60)
    assert reply["content"]["ename"] == "interrupted", reply
    second = control("create_subshell_request", {})["subshell_id"]
    if title == "input":
        kc.input("said")
        shown = [m["content"]["data"]["text/plain"] for m in until(main, idle) if m["msg_type"] == "execute_result"]
        assert shown == ['"said"'] or shown == ["said"], shown
        assert kc.get_shell_msg(timeout=60)["content"]["status"] == "ok"
    else:
        km.interrupt_kernel()
        reply = kc.get_shell_msg(timeout=60)
        assert reply["parent_header"]["msg_id"] == main and reply["content"]["ename"] == "interrupted", reply
        until(main, idle)
    print(title, {k: round(statistics.median(v), 2) for k, v in times.items()}, flush=True)
    times.clear()
kc.stop_channels()
km.shutdown_kernel()
sys.exit(0)
