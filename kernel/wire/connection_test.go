package wire

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestConnectionFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kernel.json")
	info := withCurve(t, local())
	info.ShellPort, info.KernelName = 5555, "gokernel"
	for range 2 { // the second time over the first
		if err := info.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	if fi, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && fi.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	got, err := ReadConnectionFile(path)
	if err != nil || got != info {
		t.Errorf("got %+v, %v", got, err)
	}
	if rest, err := os.ReadDir(filepath.Dir(path)); err != nil || len(rest) != 1 {
		t.Errorf("left behind: %v, %v", rest, err)
	}
	if err := info.Write(filepath.Join(path, "no", "folder")); err == nil {
		t.Error("writing into a folder that is none worked")
	}
}

func TestBadConnectionFiles(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadConnectionFile(filepath.Join(dir, "none.json")); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("no file: %v", err)
	}
	for in, want := range map[string]string{
		``:                                       "unexpected end",
		`[]`:                                     "it must be an object, not array",
		`{"shell_port":"x"}`:                     "shell_port must be a number, not string",
		`{"key":{"secret":1}}`:                   "key must be a string",
		`{"shell_port":70000}`:                   "shell_port 70000 is not a port",
		`{"hb_port":-1}`:                         "hb_port -1 is not a port",
		`{"transport":"udp"}`:                    `"udp" is not supported`,
		`{"key":"k","signature_scheme":"rsa"}`:   `"rsa" is not supported`,
		`{"curve_publickey":"short"}`:            "curve_publickey: a key has 40 characters",
		`{"curve_secretkey":"` + z85[:40] + `"}`: "curve_publickey: a key has 40 characters, this has 0",
		`{"curve_publickey":"` + z85[:40] + `","curve_secretkey":"` + z85[:40] + `"}`:           "does not belong",
		`{"curve_publickey":"` + strings.Repeat("#", 40) + `","curve_secretkey":"x"}`:           "more than four bytes",
		`{"curve_publickey":"` + strings.Repeat("~", 40) + `","curve_secretkey":"` + z85 + `"}`: "does not belong to Z85",
	} {
		path := filepath.Join(dir, "bad.json")
		if err := os.WriteFile(path, []byte(in), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadConnectionFile(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", in, err)
		} else if strings.Contains(err.Error(), "secret\"") || strings.Contains(err.Error(), z85[:40]) {
			t.Errorf("%s: the error tells a secret: %v", in, err)
		}
	}
	path := filepath.Join(dir, "min.json")
	if err := os.WriteFile(path, []byte(`{"jupyter_session":"x"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if info, err := ReadConnectionFile(path); err != nil || info.IP != "127.0.0.1" || info.Transport != "tcp" || info.SignatureScheme != "hmac-sha256" {
		t.Errorf("got %+v, %v", info, err)
	}
}

func TestOpenAddressIsWarnedOf(t *testing.T) {
	for _, row := range []struct {
		ip, key string
		curve   bool
		want    string
	}{
		{"127.0.0.1", "", false, ""},
		{"localhost", "", false, ""},
		{"0.0.0.0", "k", false, ""},
		{"0.0.0.0", "", false, "anyone who can reach this machine"},
		{"*", "", false, "anyone who can reach this machine"},
		{"*", "", true, "without a signing key"},
	} {
		info := ConnectionInfo{Transport: "tcp", IP: row.ip, Key: row.key}
		if row.curve {
			info = withCurve(t, info)
		}
		_, log := serverOn(t, info, Limits{})
		if got := strings.Join(log.all(), "\n"); row.want == "" && got != "" || !strings.Contains(got, row.want) {
			t.Errorf("%s with key %q: logged %q", row.ip, row.key, got)
		}
	}
}

// TestRestartOnTheSamePorts is what a front-end's restart button does.
func TestRestartOnTheSamePorts(t *testing.T) {
	transports(t, func(t *testing.T, info ConnectionInfo) {
		sessions := make(map[string]bool)
		for range 3 {
			s, _ := serverOn(t, info, Limits{})
			info = s.Connection()
			echoing(t, s)
			c := dial(t, info, Shell, "me")
			c.healthy()
			sub := dial(t, info, IOPub, "")
			sub.subscribe("")
			sessions[s.Session()] = true
			if err := s.Close(context.Background()); err != nil { // while clients are connected
				t.Error(err)
			}
		}
		if len(sessions) != 3 {
			t.Errorf("sessions %v", sessions)
		}
	})
}

func TestPortOfAKernelThatIsAboutToEnd(t *testing.T) {
	first, _ := serverOn(t, local(), Limits{})
	listening := make(chan error, 1)
	var second *Server
	go func() {
		var err error
		second, err = Listen(first.Connection(), Options{})
		listening <- err
	}()
	select {
	case err := <-listening:
		t.Fatalf("two servers have the same ports: %v", err)
	case <-time.After(50 * time.Millisecond): // it is waiting
	}
	if err := first.Close(context.Background()); err != nil {
		t.Error(err)
	}
	if err := <-listening; err != nil {
		t.Fatal(err)
	}
	if err := second.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestStaleSocketFile(t *testing.T) {
	info := ipc(t)
	for ch := range Channel(channels) {
		_, path := info.address(ch)
		ln, err := bind(info, ch)
		if err != nil {
			t.Fatal(err)
		}
		type keeper interface{ SetUnlinkOnClose(bool) }
		ln.(keeper).SetUnlinkOnClose(false) // as after SIGKILL
		ln.Close()
		if _, err := os.Lstat(path); err != nil {
			t.Fatal(err)
		}
	}
	s, _ := serverOn(t, info, Limits{})
	echoing(t, s)
	dial(t, info, Shell, "me").healthy()
	if err := s.Close(context.Background()); err != nil {
		t.Error(err)
	}
	_, path := info.address(Shell)
	if _, err := os.Lstat(path); err == nil {
		t.Error("the socket file is left behind")
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(info, Options{}); err == nil || !strings.Contains(err.Error(), "is not a socket") {
		t.Errorf("listening over a file: %v", err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "precious" {
		t.Errorf("the file is gone: %v", err)
	}
}

// TestCurveRefuses clients that do not know the server's key.
func TestCurveRefuses(t *testing.T) {
	s, log := serverOn(t, withCurve(t, local()), Limits{})
	echoing(t, s)
	info := s.Connection()
	good := dial(t, info, Shell, "good")
	for ch := range Channel(channels) {
		plain := info
		plain.CurvePublicKey, plain.CurveSecretKey = "", ""
		if _, err := tryDial(t, plain, ch, "x"); err == nil {
			t.Errorf("%s: a client without CURVE was let in", ch)
		}
		wrong := withCurve(t, info)
		if _, err := tryDial(t, wrong, ch, "x"); err == nil {
			t.Errorf("%s: a client with a wrong key was let in", ch)
		}
		good.healthy()
	}
	log.await(t, `asks for security "NULL"`)
	log.await(t, "does not have the server's public key")

	// What is changed on its way, replayed or in plain text cuts the connection.
	for name, spoil := range map[string]func(frame []byte) []byte{
		"changed": func(f []byte) []byte { f[len(f)-1] ^= 1; return f },
		"cut":     func(f []byte) []byte { return f[:len(messagePrefix)+8] },
		"plain":   func([]byte) []byte { return []byte("hello") },
		"old":     func(f []byte) []byte { copy(f[len(messagePrefix):], make([]byte, 8)); return f },
	} {
		bad := dial(t, info, Shell, "bad")
		bad.healthy()
		frames := bad.sign(`{"msg_id":"`+name+`","msg_type":"kernel_info_request"}`, "{}", "{}", "{}")
		var out strings.Builder
		for i, f := range frames {
			more := byte(1)
			if i == len(frames)-1 {
				more = 0
			}
			sealed := bad.seal(more, f)
			if i == 3 {
				sealed = spoil(sealed)
			}
			out.Write(appendHeader(nil, 0, len(sealed)))
			out.Write(sealed)
		}
		bad.conn.Write([]byte(out.String()))
		if _, err := bad.tryRecv(patience); err == nil || os.IsTimeout(err) {
			t.Errorf("%s: not cut: %v", name, err)
		}
		good.healthy()
	}
}
