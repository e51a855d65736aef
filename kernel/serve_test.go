package kernel

import (
	"testing"
)

func TestSmoke(t *testing.T) {
	c := serve(t, Options{}).connect("a")
	r := c.request("kernel_info_request", content{})
	c.reply(r)
	c.expect(r, "busy", "idle")
	c.run("print hi\nvalue 2", `stdout "hi\n"`, "result [1] 2")
}
